"""Release 0.1's data in moto."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.unit.compatibility.world import World


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """AWS without any data."""
    with mock_aws():
        yield World(monkeypatch)


@pytest.fixture
def world(empty: World) -> World:
    """What release 0.1 left in AWS."""
    empty.restore()
    return empty
