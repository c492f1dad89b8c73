"""A bucket of packages in moto, and quilt3 with the settings of its function."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from quilt_athena.packages import revisions
from tests.unit.packages.bucket import Bucket

# quilt3 reads these when it is first imported, which is after this. template.yaml sets the same.
_FOLDER = tempfile.mkdtemp(prefix="quilt3-")
os.environ |= {
    "XDG_DATA_HOME": f"{_FOLDER}/data",
    "XDG_CACHE_HOME": f"{_FOLDER}/cache",
    "QUILT_DISABLE_CACHE": "true",
    "QUILT_DISABLE_USAGE_METRICS": "true",
    "QUILT_MINIMIZE_STDOUT": "true",
}


class Seconds:
    """A clock that advances by a second each time it is read, unless it is stopped."""

    def __init__(self) -> None:
        self.now = 1_763_640_000
        self.is_stopped = False

    def time(self) -> float:
        """The time in Unix seconds."""
        self.now += not self.is_stopped
        return float(self.now)


@pytest.fixture(autouse=True)
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """The clock of revisions, each of which is pushed in a second of its own."""
    clock = Seconds()
    monkeypatch.setattr(revisions, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def stack_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack has buckets of its own."""
    monkeypatch.setenv("STACK_BUCKET_NAMES", "results,views")


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A versioned bucket named `packages`."""
    with mock_aws():
        yield Bucket.create(boto3.client("s3"), "packages")
