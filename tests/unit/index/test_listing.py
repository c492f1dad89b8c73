"""What the index bucket still has of erased buckets."""

from __future__ import annotations

from quilt_athena.index.listing import buckets_with_objects
from tests.unit.index.harness import INDEX_BUCKET
from tests.unit.moto_stack import MotoStack


def test_buckets_with_objects_are_those_with_data_files_or_staged_manifests(stack: MotoStack) -> None:
    s3 = stack.clients.s3
    s3.create_bucket(Bucket=INDEX_BUCKET)
    for key in (
        "manifests/data/a1b2/bucket=lab-data/kind=entry/file.parquet",
        f"staging/batch/000001~lab-staged~{'a' * 64}",
        f"staging/batch/lab-checked~{'b' * 64}",
        "staging/batch/markers",
    ):
        s3.put_object(Bucket=INDEX_BUCKET, Key=key, Body=b"x")
    # The last two are also names of folders.
    buckets = {"lab-data", "lab-staged", "lab-checked", "lab-gone", "staging", "manifests"}
    assert buckets_with_objects(s3, INDEX_BUCKET, buckets) == {"lab-data", "lab-staged", "lab-checked"}
