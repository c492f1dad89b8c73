"""Files of own views in moto's S3, and a catalog that they are compared with."""

from __future__ import annotations

import pytest

from tests.unit.moto_stack import MotoStack
from tests.unit.own_views.workshop import Workshop


@pytest.fixture
def workshop(stack: MotoStack) -> Workshop:
    """No file and no bucket yet."""
    return Workshop.open(stack)
