"""Files of custom views in moto's S3, and a catalog to compare them with."""

from __future__ import annotations

import pytest

from tests.unit.custom_views.harness import Harness
from tests.unit.moto_stack import MotoStack


@pytest.fixture
def harness(stack: MotoStack) -> Harness:
    """No files and no buckets yet."""
    return Harness.create(stack)
