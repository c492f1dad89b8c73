"""An index in the states in which its writer leaves it; ``tests/golden/iceberg`` has what Spark read of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from quilt_athena.index.statements import optimize
from quilt_athena.index.tables import ENTRY, HEADER, MANIFESTS_INDEX, PACKAGES_INDEX
from tests.desired import DATABASE
from tests.unit.index.harness import IndexHarness

BUCKET, OTHER = "my-bucket", "other.bucket"
_ODD = "\n".join(
    [
        json.dumps(
            {"version": "v0", "message": 'Größe, "quoted"', "user_meta": {"Study": "日本"}, "workflow": {"id": "x"}}
        ),
        "this is no JSON",
        "",
        json.dumps({"logical_key": "folder/", "meta": {"user_meta": {"Kind": "folder"}}}),
        json.dumps(
            {"logical_key": "ünï/ç.tif", "physical_keys": ["s3://b/1?versionId=a", "s3://b/2"], "size": 5 * 10**12}
        ),
        json.dumps({"logical_key": "a\tb", "physical_keys": ["file:///a"], "size": 0, "hash": None, "meta": None}),
    ]
)


def stages(harness: IndexHarness) -> Iterator[str]:
    """Change the buckets, and let the writer follow; the name of each stage when it is reached."""
    s3 = harness.stack.clients.s3
    for bucket in (BUCKET, OTHER):
        harness.register(bucket)
        for number in range(3):
            harness.push(bucket, "lab/data", ["a.csv", f"{number}.csv"], 1700000000 + number, message=f"{number}")
    odd, pointer = f".quilt/packages/{'0d' * 32}", ".quilt/named_packages/Ärzte/日本/latest"
    harness.put(BUCKET, odd, _ODD)
    harness.put(BUCKET, pointer, "0d" * 32)
    harness.put(BUCKET, ".quilt/named_packages/lab/tagged/v1.0", "0d" * 32)
    for bucket in (BUCKET, OTHER):
        harness.enable(bucket)
    harness.run()
    yield "backfilled"

    for number, bucket in enumerate((BUCKET, OTHER, BUCKET)):
        tophash = harness.push(bucket, f"lab/new{number}", [f"{number}/a.csv", "b.csv"], 1800000000 + number)
        harness.changed(bucket, f".quilt/packages/{tophash}", f".quilt/named_packages/lab/new{number}/")
        harness.run()
    yield "appended"

    first, second, *_ = sorted(key for key in harness.keys(BUCKET) if key.startswith(".quilt/packages/") and key != odd)
    deleted = (first, ".quilt/named_packages/lab/data/1700000001")
    for key in deleted:
        s3.delete_object(Bucket=BUCKET, Key=key)
    harness.changed(BUCKET, *deleted)
    harness.run()
    yield "deleted"

    harness.put(BUCKET, second, _ODD.replace("quoted", "overwritten"))
    harness.put(BUCKET, pointer, second.rpartition("/")[2])
    harness.changed(BUCKET, second, pointer)
    harness.run()
    yield "replaced"

    for bucket in (BUCKET, OTHER):
        for table, kinds in ((MANIFESTS_INDEX, (HEADER, ENTRY)), (PACKAGES_INDEX, (None,))):
            for kind in kinds:
                harness.athena.query(optimize(DATABASE, table, bucket, kind))
    yield "compacted"

    harness.disable(OTHER)
    harness.run()
    yield "erased"
