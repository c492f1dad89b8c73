"""The query state machine under test."""

from __future__ import annotations

import pytest

from tests.integration.query.machine import Machine, deployed
from tests.local_aws import LocalAws


@pytest.fixture
def machine(local_aws: LocalAws) -> Machine:
    """The deployed Standard machine."""
    return deployed(local_aws)
