"""A bucket of packages in moto, and quilt3 as its function has it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from quilt_athena.packages import revisions
from tests.unit.packages.bucket import Bucket

# quilt3 reads them when it is imported, which no module of tests does before this; template.yaml sets them.
_FOLDER = tempfile.mkdtemp(prefix="quilt3-")
os.environ |= {
    "XDG_DATA_HOME": f"{_FOLDER}/data",
    "XDG_CACHE_HOME": f"{_FOLDER}/cache",
    "QUILT_DISABLE_CACHE": "true",
    "QUILT_DISABLE_USAGE_METRICS": "true",
    "QUILT_MINIMIZE_STDOUT": "true",
}


class Seconds:
    """A clock that goes on by a second each time that somebody looks, unless it stands."""

    def __init__(self) -> None:
        self.now = 1_763_640_000
        self.stands = False

    def time(self) -> float:
        """What it shows."""
        self.now += not self.stands
        return float(self.now)


@pytest.fixture(autouse=True)
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """When revisions are pushed: each in a second of its own."""
    clock = Seconds()
    monkeypatch.setattr(revisions, "time", clock)
    return clock


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A versioned bucket of the name `packages`."""
    with mock_aws():
        yield Bucket.make(boto3.client("s3"), "packages")
