"""AWS as the readers of results call it."""

import pytest

from tests.unit.client.fake_aws import FakeAws


@pytest.fixture
def aws() -> FakeAws:
    """AWS without responses."""
    return FakeAws()
