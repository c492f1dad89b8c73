"""Unit tests have no network: sockets are blocked, credentials are dummies, and moto stands in for AWS in process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

# Powertools reads them when the package is imported; template.yaml sets them.
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "quilt-athena")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "QuiltAthena")

import hypothesis
import pytest
import pytest_socket
from moto import mock_aws

from quilt_athena.runtime.observability import metrics
from tests.unit.aws_calls import AwsCalls
from tests.unit.moto_stack import Clients, MotoStack

# A slow machine is not a failure.
hypothesis.settings.register_profile("unit", deadline=None, print_blob=True)
hypothesis.settings.load_profile("unit")

EVENTS = Path(__file__).parents[2] / "events"


@pytest.fixture(autouse=True)
def no_network() -> None:
    """Block all sockets except the process's own. pytest-socket unblocks them after the test."""
    pytest_socket.disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def dummy_aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the profile, endpoint and credentials of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


@pytest.fixture(autouse=True)
def new_execution_environment() -> None:
    """Let every test find functions that have composed and counted nothing yet."""
    metrics.clear_metrics()
    for name, module in [*sys.modules.items()]:
        if name.startswith("functions.") and name.endswith(".app"):
            module.compose.cache_clear()


@pytest.fixture(scope="session")
def clients() -> Clients:
    """boto3's clients, created once, which takes longer than most tests."""
    return Clients.make()


@pytest.fixture
def stack(clients: Clients) -> Iterator[MotoStack]:
    """An empty stack: database, registry, bus and queues, but no bucket."""
    with mock_aws():
        yield MotoStack.deploy(clients)


@pytest.fixture
def calls(clients: Clients) -> Iterator[AwsCalls]:
    """All calls to AWS, recorded; tests can make them fail."""
    with AwsCalls(clients.all()) as log:
        yield log


@pytest.fixture
def samples() -> Path:
    """The folder of sample events."""
    return EVENTS
