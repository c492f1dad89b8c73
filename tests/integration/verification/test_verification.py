"""`make verify-aws LOCAL=1`, as people run it: every check, the results that were recorded, and nothing left behind.

The slowest tests of all: a run with all checks takes minutes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.clients import client
from local.stack.paths import ROOT
from local.stack.server import Server
from verification import cleanup, cost
from verification.check import Status
from verification.checks import all_checks
from verification.page import recorded
from verification.target import local_aws

FEW = ("--check", "glue-expression", "--check", "s3-put-once")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local AWS that is running."""
    with Server(tmp_path_factory.mktemp("server") / "data") as server:
        yield server.endpoint


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "verification", *arguments]


def environment(home: Path) -> dict[str, str]:
    """The environment of somebody whose AWS settings point elsewhere."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": f"{ROOT / 'layers' / 'quilt_athena'}:{ROOT}",
        "AWS_PROFILE": "nobody",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "mars-north-1",
    }


def verify(home: Path, *arguments: str, timeout: float = 1500) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=timeout, check=False,
    )  # fmt: skip


@pytest.mark.timeout(1800)
def test_every_check_has_the_recorded_result_and_nothing_is_left(endpoint: str, tmp_path: Path) -> None:
    done = verify(tmp_path, "--endpoint", endpoint, "--json")
    document = json.loads(done.stdout)
    results: dict[str, Any] = {one["Check"]: one for one in document["Results"]}
    assert list(results) == [*(one.id for one in all_checks()), "cleanup"]
    assert {name: one for name, one in results.items() if one["Status"] == Status.DIFFERS.value} == {}
    assert done.returncode == 0, done.stderr[-3000:]
    known = recorded("local.json")
    assert known is not None
    assert {name: one["Status"] for name, one in results.items()} == {
        name: status for name, (status, _) in known.results.items()
    }
    # Facts about the engine have no verdict here, but each is rehearsed.
    assert {name for name, one in results.items() if "differs" in one["Evidence"]} == {
        name for name, (_, evidence) in known.results.items() if "differs" in evidence
    }
    assert cleanup.runs(local_aws(endpoint)) == []
    assert 0 < document["Queries"] <= cost.QUERIES


@pytest.mark.timeout(900)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interruption_during_the_deployment_leaves_nothing(endpoint: str, tmp_path: Path, sent: signal.Signals) -> None:
    target = local_aws(endpoint)
    process = start(endpoint, tmp_path)
    with process:
        wait_for_stack(endpoint)
        process.send_signal(sent)
        _, errors = process.communicate(timeout=300)
    assert process.returncode == 130, errors
    assert cleanup.runs(target) == []


@pytest.mark.timeout(900)
def test_leftovers_of_a_killed_run_are_found_and_deleted(endpoint: str, tmp_path: Path) -> None:
    target = local_aws(endpoint)
    process = start(endpoint, tmp_path)
    with process:
        stack = wait_for_stack(endpoint)
        os.killpg(process.pid, signal.SIGKILL)
    run = stack.removeprefix("quilt-verify-")
    assert cleanup.runs(target) == [run]
    assert f"{run}  stack  {stack}" in verify(tmp_path, "--endpoint", endpoint, "--leftovers").stdout
    other = client("s3", endpoint)
    other.create_bucket(Bucket=f"{stack}-of-somebody-else")
    done = verify(tmp_path, "--endpoint", endpoint, "--clean", run)
    assert (done.returncode, cleanup.runs(target)) == (0, []), done.stdout
    assert [bucket["Name"] for bucket in other.list_buckets()["Buckets"]] == [f"{stack}-of-somebody-else"]
    other.delete_bucket(Bucket=f"{stack}-of-somebody-else")


@pytest.mark.main_path
def test_wrong_arguments_deploy_nothing(tmp_path: Path) -> None:
    for arguments, reason in (
        (("--endpoint", "http://192.0.2.1:4566"), "is not a local endpoint"),
        (("--endpoint", "http://127.0.0.1:9", "--clean", "everything"), "is not the id of a run"),
        ((), "The config profile (nobody) could not be found"),
    ):
        done = verify(tmp_path, *arguments, timeout=300)
        assert done.returncode == 2, done
        assert reason in done.stdout + done.stderr


def start(endpoint: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("--endpoint", endpoint, "--json", *FEW), cwd=ROOT, env=environment(home), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def wait_for_stack(endpoint: str) -> str:
    """Wait until a stack of a run has resources; returns its name."""
    cloudformation = client("cloudformation", endpoint)
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        for stack in cloudformation.describe_stacks()["Stacks"]:
            if stack["StackName"].startswith("quilt-verify-") and stack["StackStatus"] != "REVIEW_IN_PROGRESS":
                return str(stack["StackName"])
        time.sleep(0.05)
    raise TimeoutError("no stack was created")
