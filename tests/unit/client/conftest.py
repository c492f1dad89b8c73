"""A deployed stack as the client sees it."""

from __future__ import annotations

import pytest

from quilt_athena.client import QuiltAthena
from quilt_athena.client.clock import Clock
from tests.unit.client.deployed import OUTPUTS
from tests.unit.client.fake_aws import FakeAws, FakeTime


@pytest.fixture
def aws() -> FakeAws:
    """AWS without any responses yet."""
    return FakeAws()


@pytest.fixture
def fake_time() -> FakeTime:
    """Time that passes by sleeping."""
    return FakeTime()


@pytest.fixture
def athena(aws: FakeAws, fake_time: FakeTime) -> QuiltAthena:
    """A client that knows the stack's outputs."""
    clock = Clock(fake_time.monotonic, fake_time.sleep)
    return QuiltAthena(session=aws.session(), outputs=OUTPUTS, clock=clock)
