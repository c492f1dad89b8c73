"""A bucket with a package, and the state machine that creates packages in another."""

from __future__ import annotations

import pytest

from tests.integration.packages.machine import Packager
from tests.laptop import Entry, Laptop, Pushed

META = {"CellIndex": ["5"], "Nested": {"KeepsItsCase": True}}


@pytest.fixture
def source(laptop: Laptop) -> str:
    """A registered, versioned bucket with a package of three images and a table; created once."""
    name = "package-source"
    if name not in {bucket["Name"] for bucket in laptop.s3.list_buckets()["Buckets"]}:
        laptop.make_bucket(name)
        laptop.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        images = {f"plate/field-{number}.tiff": Entry(f"image {number}", META) for number in range(3)}
        laptop.push(name, Pushed("lab/cells", {**images, "table.csv": Entry("a,b")}, meta={"Study": 1}))
        laptop.onboard(name)
    return name


@pytest.fixture
def packager(laptop: Laptop, bucket: str) -> Packager:
    """Packages of a new bucket."""
    return Packager(laptop, bucket)
