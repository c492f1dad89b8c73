"""The stack of these tests: each file has one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest

from tests.conftest import deployed

if TYPE_CHECKING:
    from local.stack.stack import LocalStack


def _scope(fixture_name: str, config: pytest.Config) -> Literal["module", "session"]:
    """The main paths, a few tests of many files, share a stack: `make test` is quick."""
    assert fixture_name == "stack"
    return "session" if config.option.markexpr == "main_path" else "module"


@pytest.fixture(scope=_scope)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A deployed stack in which no other file has left a bucket, a dead letter, or an execution that goes on."""
    if request.scope == "session":
        yield request.getfixturevalue("stack")
        return
    with deployed(tmp_path_factory.mktemp("home")) as own:
        yield own
