"""Files of custom views in moto's S3, and a catalog that they are compared with."""

from __future__ import annotations

import pytest

from tests.unit.custom_views.workshop import Workshop
from tests.unit.moto_stack import MotoStack


@pytest.fixture
def workshop(stack: MotoStack) -> Workshop:
    """No file and no bucket yet."""
    return Workshop.open(stack)
