"""Many revisions at once: few statements, and each revision reads what is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quilt_athena.index.limits import IndexLimits
from quilt_athena.index.pending import PendingObject
from quilt_athena.index.staging import Staging
from tests.unit.index.harness import INDEX_BUCKET, IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
MARKERS = "SELECT count(*), count(DISTINCT tophash) FROM all_buckets_quilt_manifests_index WHERE etag IS NOT NULL"


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """An indexed bucket with a package."""
    return IndexHarness.with_package(stack, BUCKET)


@pytest.mark.exhaustive
def test_a_thousand_revisions_take_three_statements(harness: IndexHarness) -> None:
    keys: list[str] = []
    for number in range(1000):
        package = f"burst/data{number}"
        tophash = harness.push(BUCKET, package, [f"{number}.csv"], 1800000000 + number)
        # What the bucket's own events name, and Quilt's `package-revision`.
        keys += [
            f".quilt/packages/{tophash}",
            f".quilt/named_packages/{package}/{1800000000 + number}",
            f".quilt/named_packages/{package}/latest",
            f".quilt/named_packages/{package}/",
        ]
    harness.changed(BUCKET, *keys)
    before = len(harness.athena.statements)
    harness.run()
    assert [sql.split()[0] for sql in harness.athena.statements[before:]] == ["INSERT", "SELECT", "MERGE"]
    assert harness.rows(MARKERS) == [("1001", "1001")]
    assert len(harness.view_rows(BUCKET)[0]) == 1000 + 1000 + 2


def test_a_revision_of_a_package_does_not_read_the_pointers_of_its_history(harness: IndexHarness) -> None:
    harness.push(BUCKET, "lab/data", ["b.csv"], 1800000000)
    staging = Staging(harness.stack.clients.s3, INDEX_BUCKET)
    package = PendingObject(BUCKET, ".quilt/named_packages/lab/data/", since=datetime.now(UTC))

    def read(one: PendingObject) -> list[str]:
        return [found.pointer.timestamp for found in staging.choose([one], 1).pointers]

    assert read(package) == ["1700000000", "1800000000", "latest"]
    assert read(PendingObject(BUCKET, package.key, since=datetime.now(UTC) + timedelta(days=2))) == ["latest"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("limits", [IndexLimits(objects=3), IndexLimits(bytes=300)])
def test_no_pointer_is_indexed_before_its_manifest(stack: MotoStack, limits: IndexLimits) -> None:
    """What arrives together takes several batches; meanwhile each package has its latest revision, old or new."""
    harness = IndexHarness.create(stack, limits)
    harness.register(BUCKET)
    packages = [f"lab/data{number}" for number in range(3)]
    for package in packages:
        harness.push(BUCKET, package, ["a.csv"])
    harness.enable(BUCKET)
    harness.run()
    for package in packages:
        tophash = harness.push(BUCKET, package, [f"{package}.csv"], 1800000000)
        harness.changed(BUCKET, f".quilt/packages/{tophash}", f".quilt/named_packages/{package}/latest")
    seen: list[int] = []

    def look(key: str, sql: str) -> None:  # noqa: ARG001 - the interface
        seen.append(sum(row[3] == "latest" for row in harness.view_rows(BUCKET)[0]))

    harness.athena.fault = look
    harness.run()
    assert len(seen) >= 3
    assert set(seen) == {3}
