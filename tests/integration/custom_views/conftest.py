"""Files of custom views on the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.custom_views.stack_views import CustomViews
from tests.local_aws import LocalAws


@pytest.fixture
def custom_views(local_aws: LocalAws) -> Iterator[CustomViews]:
    """No files at first; the files of a test are deleted afterwards."""
    views = CustomViews(local_aws)
    yield views
    views.clear()
