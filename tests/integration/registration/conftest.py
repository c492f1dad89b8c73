"""What the tests of registration inspect besides the catalog."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.integration.registration.surroundings import Surroundings
from tests.laptop import Laptop


@pytest.fixture
def surroundings(laptop: Laptop) -> Iterator[Surroundings]:
    """Registry, queues, and a listener to `catalog-changed` events of the test's own."""
    with Surroundings(laptop, f"listener-{uuid.uuid4().hex[:8]}") as made:
        yield made
