"""Files of custom views on the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.custom_views.custom_views import CustomViews
from tests.local_aws import LocalAws


@pytest.fixture
def custom_views(local_aws: LocalAws) -> Iterator[CustomViews]:
    """None at first; what a test puts there is gone afterwards."""
    made = CustomViews(local_aws)
    yield made
    made.clear()
