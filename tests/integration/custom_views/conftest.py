"""Files of custom views on the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.custom_views.custom_views import CustomViews
from tests.laptop import Laptop


@pytest.fixture
def custom_views(laptop: Laptop) -> Iterator[CustomViews]:
    """None at first; what a test puts there is gone afterwards."""
    made = CustomViews(laptop)
    yield made
    made.clear()
