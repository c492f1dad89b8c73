"""The query state machine under test."""

from __future__ import annotations

import pytest

from tests.integration.query.machine import Machine, deployed
from tests.laptop import Laptop


@pytest.fixture
def machine(laptop: Laptop) -> Machine:
    """The deployed Standard machine."""
    return deployed(laptop)
