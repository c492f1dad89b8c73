"""The index is repaired while it is used: rebuilt without downtime, and after somebody else's writes to its tables."""

from __future__ import annotations

from collections.abc import Callable

from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from quilt_athena.client.index import IndexStatus
from tests.integration.index.conftest import fire_schedule
from tests.local_aws import Entry, LocalAws, Pushed

MANIFESTS, PACKAGES = "all_buckets_quilt_manifests_index", "all_buckets_quilt_packages_index"


def rows(aws: LocalAws, bucket: str) -> list[list[list[str | None]]]:
    """The rows of the bucket in its views and in the all-buckets views, each sorted."""
    views = [f"{bucket.replace('-', '_')}_quilt_{kind}_view" for kind in ("packages", "objects")]
    queries = [f"SELECT * FROM {view}" for view in views]
    queries += [
        f"SELECT * FROM all_buckets_quilt_{kind}_view WHERE bucket = '{bucket}'" for kind in ("packages", "objects")
    ]
    return [sorted(aws.rows(sql), key=str) for sql in queries]


def status(aws: LocalAws, bucket: str) -> IndexStatus:
    """How far the bucket is."""
    (found,) = [one for one in QuiltAthena(endpoint_url=aws.stack.endpoint).index.status() if one.bucket == bucket]
    return found


def indexed_bucket(aws: LocalAws, bucket: str, index: Callable[..., None]) -> list[list[list[str | None]]]:
    """Fill and index the bucket; the rows that its views had before."""
    aws.push(
        bucket, Pushed("lab/first", {"a.csv": Entry("1", {"cell": 5})}), Pushed("lab/second", {"b.csv": Entry("2")})
    )
    aws.onboard(bucket)
    live = rows(aws, bucket)
    assert [len(found) for found in live] == [4] * 4
    index(bucket)
    return live


def test_views_have_all_rows_throughout_a_rebuild(local_aws: LocalAws, bucket: str, index: Callable[..., None]) -> None:
    aws = local_aws
    live = indexed_bucket(aws, bucket, index)
    compared = status(aws, bucket).compared_at
    client = QuiltAthena(endpoint_url=aws.stack.endpoint)
    execution = client.index.rebuild([bucket])
    states: set[str] = set()

    def is_rebuilt() -> bool:
        assert rows(aws, bucket) == live
        now = status(aws, bucket)
        states.add(now.state)
        return now.state == "complete" and now.compared_at != compared

    until(is_rebuilt)
    assert len(states) > 1
    assert rows(aws, bucket) == live
    until(
        lambda: aws.stepfunctions.describe_execution(executionArn=execution)["status"], lambda one: one == "SUCCEEDED"
    )


def test_writes_of_others_are_found_and_repaired_by_the_daily_execution(
    local_aws: LocalAws, bucket: str, index: Callable[..., None]
) -> None:
    aws = local_aws
    live = indexed_bucket(aws, bucket, index)
    of_bucket = f"WHERE bucket = '{bucket}'"
    pointers = f"SELECT bucket, 'lab', 'foreign', \"timestamp\", hash, etag FROM {PACKAGES} {of_bucket}"
    for write in (
        f"DELETE FROM {MANIFESTS} {of_bucket} AND logical_key = 'a.csv'",
        f"INSERT INTO {MANIFESTS} SELECT * FROM {MANIFESTS} {of_bucket} AND logical_key = 'b.csv'",
        f"DELETE FROM {PACKAGES} {of_bucket} AND name = 'first' AND \"timestamp\" = 'latest'",
        f"INSERT INTO {PACKAGES} {pointers}",
    ):
        aws.rows(write)
    # The bucket is complete just before its views are switched.
    until(lambda: rows(aws, bucket) != live)
    fire_schedule(aws)
    until(lambda: rows(aws, bucket) == live)
    # Two manifests; a pointer that is missing, and three that don't exist.
    until(lambda: status(aws, bucket).differences, lambda found: found == 6)


def test_a_deleted_data_file_is_repaired_by_the_daily_execution(
    local_aws: LocalAws, bucket: str, index: Callable[..., None]
) -> None:
    aws = local_aws
    live = indexed_bucket(aws, bucket, index)
    s3, lines = aws.stack.client("s3"), aws.outputs["IndexBucketName"]
    listed = [one["Key"] for one in s3.list_objects_v2(Bucket=lines, Prefix="packages/data/")["Contents"]]
    files = [key for key in listed if f"bucket={bucket}/" in key]
    assert files
    for key in files:
        s3.delete_object(Bucket=lines, Key=key)
    compared = status(aws, bucket).compared_at
    fire_schedule(aws)
    until(lambda: status(aws, bucket), lambda now: now.state == "complete" and now.compared_at != compared)
    until(lambda: rows(aws, bucket) == live)
