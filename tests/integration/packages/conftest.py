"""A bucket with a package, and the state machine that creates packages in another."""

from __future__ import annotations

import pytest

from tests.integration.packages.machine import Packager
from tests.local_aws import Entry, LocalAws, Pushed

META = {"CellIndex": ["5"], "Nested": {"KeepsItsCase": True}}


@pytest.fixture
def source(local_aws: LocalAws) -> str:
    """A registered, versioned bucket with a package of three images and a table; created once."""
    name = "package-source"
    if name not in {bucket["Name"] for bucket in local_aws.s3.list_buckets()["Buckets"]}:
        local_aws.make_bucket(name)
        local_aws.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        images = {f"plate/field-{number}.tiff": Entry(f"image {number}", META) for number in range(3)}
        local_aws.push(name, Pushed("lab/cells", {**images, "table.csv": Entry("a,b")}, meta={"Study": 1}))
        local_aws.onboard(name)
    return name


@pytest.fixture
def packager(local_aws: LocalAws, bucket: str) -> Packager:
    """Packages of a new bucket."""
    return Packager(local_aws, bucket)
