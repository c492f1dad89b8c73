"""What the tests of registration inspect besides the catalog."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.integration.registration.surroundings import Surroundings
from tests.local_aws import LocalAws


@pytest.fixture
def surroundings(local_aws: LocalAws) -> Iterator[Surroundings]:
    """Registry, queues, and a listener to `catalog-changed` events of the test's own."""
    with Surroundings(local_aws, f"listener-{uuid.uuid4().hex[:8]}") as made:
        yield made
