"""The local AWS without a stack, for tests of AWS's services."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.stack.clients import client
from local.stack.server import Server
from tests.integration.local.queries import Queries


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of these tests."""
    with Server(tmp_path_factory.mktemp("local-aws") / "aws") as running:
        yield running


@pytest.fixture(scope="session")
def aws(server: Server) -> Callable[[str], Any]:
    """Creates boto3 clients of the server."""
    return lambda service: client(service, server.endpoint)


@pytest.fixture(scope="session")
def queries(aws: Callable[[str], Any]) -> Queries:
    """Athena of the server, with a bucket for results."""
    aws("s3").create_bucket(Bucket="query-results")
    return Queries(aws("athena"), "s3://query-results/here/")


@pytest.fixture
def name() -> str:
    """A unique name."""
    return f"test-{uuid.uuid4().hex[:12]}"
