"""The writer's function dies before any of its writes to AWS: the next execution continues, and all is indexed once.

Every write takes minutes, so a run takes some of them; ``EVERY_WRITE=1`` takes all.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.model import OperationModel

from quilt_athena.index.rounds import IndexRounds
from quilt_athena.registration.index_progress import IndexState
from tests.unit.aws_calls import Killed
from tests.unit.index.harness import IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
MARKERS = "SELECT tophash, count(*) FROM all_buckets_quilt_manifests_index WHERE etag IS NOT NULL GROUP BY tophash"
POINTERS = 'SELECT "user", name, "timestamp", hash FROM all_buckets_quilt_packages_index'


#: Calls that change nothing: dying before one leaves what dying before the next write leaves.
READS = ("Get", "List", "Head", "Query", "Scan", "Describe")


def writes(step: int) -> Iterable[int]:
    """The numbers of the writes before which a function dies, from 1."""
    return count(1, 1 if "EVERY_WRITE" in os.environ else step)


@dataclass
class DyingRounds:
    """The rounds of a function that dies before its write number ``dies_at`` (from 1); ``writes`` counts them."""

    rounds: IndexRounds
    clients: list[BaseClient]
    dies_at: int
    writes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, *arguments: Any) -> dict[str, Any]:
        """Run a round. Athena's own calls are not the function's, so they are not counted."""
        for client in self.clients:
            client.meta.events.register("before-call", self._count)
        try:
            return self.rounds.run(*arguments)
        finally:
            for client in self.clients:
                client.meta.events.unregister("before-call", self._count)

    def _count(self, model: OperationModel, **_: Any) -> None:
        if model.name.startswith(READS):
            return
        with self.lock:
            self.writes += 1
            dies = self.writes >= self.dies_at
        if dies:
            raise Killed


def interrupt(harness: IndexHarness, dies_at: int, request: Mapping[str, Any] | None = None) -> bool:
    """Let one execution die before a write, and another one continue. False if the first one ended before that."""
    rounds = harness.rounds
    harness.rounds = DyingRounds(rounds, harness.stack.clients.all(), dies_at)  # type: ignore[assignment]  # it has `run`
    try:
        harness.run(f"dies-{dies_at}", request=request)
    except Killed:
        return True
    else:
        return False
    finally:
        harness.rounds = rounds
        harness.run(f"continues-{dies_at}")


def assert_indexed_once(harness: IndexHarness) -> None:
    """Each manifest of the bucket has one marker, and each pointer is in the index with its hash."""
    keys = harness.keys(BUCKET)
    manifests = {key.rpartition("/")[2] for key in keys if key.startswith(".quilt/packages/")}
    assert harness.rows(MARKERS) == sorted((tophash, "1") for tophash in manifests)
    s3 = harness.stack.clients.s3
    pointers = {
        (*key.split("/")[2:], s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode())
        for key in keys
        if key.startswith(".quilt/named_packages/")
    }
    indexed = harness.rows(POINTERS)
    assert (set(indexed), len(indexed)) == (pointers, len(pointers))
    assert harness.pending.read(1) == []


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """A bucket with a package."""
    harness = IndexHarness.create(stack)
    harness.register(BUCKET)
    harness.push(BUCKET, "lab/data", ["a.csv"])
    return harness


@pytest.mark.exhaustive
def test_a_revision_is_indexed_once_wherever_the_function_dies(harness: IndexHarness) -> None:
    harness.enable(BUCKET)
    harness.run()
    for write in writes(3):
        package = f"lab/data{write % 3}"
        tophash = harness.push(BUCKET, package, [f"{write}.csv", "b.csv"], 1800000000 + write)
        harness.changed(BUCKET, f".quilt/packages/{tophash}", f".quilt/named_packages/{package}/")
        died = interrupt(harness, write)
        assert_indexed_once(harness)
        if not died:
            break
    assert write > 10
    indexed = harness.view_rows(BUCKET)
    harness.disable(BUCKET)
    assert harness.view_rows(BUCKET) == indexed


@pytest.mark.exhaustive
def test_a_bucket_is_indexed_and_erased_wherever_the_function_dies(harness: IndexHarness) -> None:
    live = harness.view_rows(BUCKET)
    for write in writes(8):
        harness.enable(BUCKET)
        died = interrupt(harness, write)
        assert harness.progress(BUCKET).state is IndexState.COMPLETE
        assert harness.reads_index(BUCKET)
        assert_indexed_once(harness)
        assert harness.view_rows(BUCKET) == live
        harness.disable(BUCKET)
        died |= interrupt(harness, write)
        assert harness.index_rows() == [("0",), ("0",)]
        assert harness.view_rows(BUCKET) == live
        if not died:
            break
    assert write > 10


@pytest.mark.exhaustive
def test_what_no_execution_was_started_for_is_indexed_by_the_daily_one(harness: IndexHarness) -> None:
    harness.enable(BUCKET)
    harness.run()
    tophash = harness.push(BUCKET, "lab/data", ["b.csv"], 1800000000)
    harness.changed(BUCKET, f".quilt/packages/{tophash}", ".quilt/named_packages/lab/data/")
    # The execution that this woke never ran.
    harness.run("daily", request={"Maintain": True})
    assert_indexed_once(harness)
