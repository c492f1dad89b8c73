"""A bucket of packages in moto, and quilt3 as its function has it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

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


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A versioned bucket of the name `packages`."""
    with mock_aws():
        yield Bucket.make(boto3.client("s3"), "packages")
