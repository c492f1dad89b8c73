"""Files of own views on the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.views.own_views import OwnViews
from tests.laptop import Laptop


@pytest.fixture
def own_views(laptop: Laptop) -> Iterator[OwnViews]:
    """None at first; what a test puts there is gone afterwards."""
    made = OwnViews(laptop)
    yield made
    made.clear()
