"""Files of custom views on the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.custom_views.stack_views import CustomViews
from tests.laptop import Laptop


@pytest.fixture
def custom_views(laptop: Laptop) -> Iterator[CustomViews]:
    """No files at first; the files of a test are deleted afterwards."""
    views = CustomViews(laptop)
    yield views
    views.clear()
