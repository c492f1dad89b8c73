"""Files of own views on the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.views.own_views import OwnViews
from tests.local_aws import LocalAws


@pytest.fixture
def own_views(local_aws: LocalAws) -> Iterator[OwnViews]:
    """None at first; what a test puts there is gone afterwards."""
    made = OwnViews(local_aws)
    yield made
    made.clear()
