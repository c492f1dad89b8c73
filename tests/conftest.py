"""The deployed stack on the local AWS, made when the first test asks for it."""

from __future__ import annotations

import functools
import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from tests import parts, permissions

if TYPE_CHECKING:
    from local.stack.stack import LocalStack
    from tests.local_aws import LocalAws

# A background job of a shell ignores SIGINT, and what it starts inherits that: tests interrupt such processes.
signal.signal(signal.SIGINT, signal.default_int_handler)

# All sessions share the parsed models of the services, as the clients of one session do. Tests, moto, quilt3 and other
# clients create many sessions, and parsing the models for each took more than half of the unit tests' CPU time.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

_SKIPPED = pytest.StashKey[dict[str, int]]()


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count the tests that `make test` leaves out."""
    config = items[0].config
    if config.option.markexpr in parts.SELECTIONS:
        config.stash[_SKIPPED] = dict(parts.counted(item.nodeid for item in items))
        # A worker of pytest-xdist sends this to the process that prints the summary.
        getattr(config, "workeroutput", {})["skipped"] = config.stash[_SKIPPED]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Receive the numbers of a worker. Each worker collects, and leaves out, the same tests."""
    if skipped := getattr(node, "workeroutput", {}).get("skipped"):
        node.config.stash[_SKIPPED] = skipped


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print which tests were left out, and what runs them."""
    if skipped := config.stash.get(_SKIPPED, None):
        terminalreporter.section("not run")
        for line in parts.summary(skipped):
            terminalreporter.line(line)


@contextmanager
def deployed(home: Path) -> Iterator[LocalStack]:
    """A new stack `quilt-athena`, deployed by SAM. Meanwhile this process has its AWS settings, and no others."""
    from local.stack.environment import isolated
    from local.stack.stack import LocalStack

    before = dict(os.environ)
    # Calls that a role's policies lack are denied, as in AWS.
    record = permissions.FOLDER / uuid.uuid4().hex / "calls.jsonl"
    with LocalStack(enforce_iam=True, record=record) as stack:
        os.environ.clear()
        os.environ.update(isolated(home, endpoint=stack.endpoint, base=before))
        try:
            yield stack
            permissions.keep_policies(stack.endpoint, record.parent / "policies.json")
        finally:
            os.environ.clear()
            os.environ.update(before)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The stack that tests share."""
    with deployed(tmp_path_factory.mktemp("home")) as shared:
        yield shared


@pytest.fixture
def local_aws(stack: LocalStack) -> LocalAws:
    """What a test does with the stack: make a bucket, push a package, send an event, ask a question."""
    from tests.local_aws import LocalAws

    return LocalAws(stack)


@pytest.fixture
def bucket(local_aws: LocalAws) -> str:
    """A new bucket of the test's own."""
    return local_aws.make_bucket(f"test-{uuid.uuid4().hex[:12]}")
