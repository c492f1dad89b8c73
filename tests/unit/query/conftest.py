"""AWS, as the reading of results calls it."""

import pytest

from tests.unit.client.fake_aws import FakeAws


@pytest.fixture
def aws() -> FakeAws:
    """AWS without any responses yet."""
    return FakeAws()
