"""Tests of the template run on each of the deployments in stacks.py."""

from __future__ import annotations

import pytest

from tests.unit.template import stacks
from tests.unit.template.cloudformation import Stack


@pytest.fixture(params=stacks.NAMES)
def deployed(request: pytest.FixtureRequest) -> Stack:
    """Each deployment in turn."""
    return stacks.stack(request.param)


@pytest.fixture
def defaults() -> Stack:
    """What `sam deploy` makes without a question answered."""
    return stacks.stack("defaults")


@pytest.fixture
def hardened() -> Stack:
    """With a customer's key, a permissions boundary, an alarm topic and a bus of its own."""
    return stacks.stack("hardened")


@pytest.fixture
def existing() -> Stack:
    """With a database and a workgroup that were there before."""
    return stacks.stack("existing")
