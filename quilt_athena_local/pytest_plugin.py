"""A plugin of pytest: the stack on a local AWS that is started when the first test asks for it.

def test_my_service(quilt_athena_stack):
    quilt_athena_stack.register("my-bucket")
    assert my_service.count_packages() == 0
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from quilt_athena_local.server import Server
    from quilt_athena_local.stack import Stack


@pytest.fixture(scope="session")
def quilt_athena_server() -> Iterator[Server]:
    """The local AWS of this session; with pytest-xdist, of this worker."""
    from quilt_athena_local.server import Server

    with Server() as server:
        yield server


@pytest.fixture
def quilt_athena_stack(quilt_athena_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The stack, without registered buckets. During the test, the environment has the AWS settings of the local AWS.

    Afterwards, the test's buckets are removed from the stack and deleted.
    """
    from quilt_athena_local.stack import Stack

    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "QUILT_ATHENA_STACK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in quilt_athena_server.environment.items():
        monkeypatch.setenv(name, value)
    stack = Stack(quilt_athena_server.endpoint, quilt_athena_server.environment, quilt_athena_server.outputs)
    yield stack
    stack.reset()
