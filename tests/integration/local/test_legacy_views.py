"""The views with the names of Quilt's platform, on a stack with the parameter: they run the platform's queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.stack import executions
from local.stack.stack import LocalStack
from local.stack.waiting import until
from tests.local_aws import Entry, LocalAws, Pushed

PARAMETERS = {"DatabaseName": "older", "WorkGroupName": "older", "EventSources": "older", "LegacyViews": "create"}
KINDS = ("revision", "tag", "manifest", "entry")
SUFFIXES = ("packages-view", "objects-view", *(f"package_{kind}" for kind in KINDS))

#: From https://github.com/quiltdata/quilt at f7c8bc37, with {bucket} for the name of a bucket. The first three are from
#: docs/advanced-features/iceberg-tables.md.
ENTRIES_OF_LATEST = """
SELECT
  e.logical_key,
  e.physical_key,
  e.size,
  e.metadata
FROM "{bucket}_package_tag" t
JOIN "{bucket}_package_entry" e
  ON t.top_hash = e.top_hash
WHERE t.pkg_name = 'analytics/results'
  AND t.tag_name = 'latest'
"""
LATEST_WITH_METADATA = """
SELECT
  t.pkg_name,
  t.tag_name,
  m.metadata
FROM "{bucket}_package_tag" t
JOIN "{bucket}_package_manifest" m
  ON t.top_hash = m.top_hash
WHERE t.tag_name = 'latest'
  AND json_extract_scalar(m.metadata, '$.experiment_id') = 'EXP-123'
  AND json_extract_scalar(m.metadata, '$.status') = 'complete'
"""
CROSS_BUCKET = """
SELECT '{bucket}' AS bucket, pkg_name, tag_name, top_hash
FROM "{bucket}_package_tag"
WHERE tag_name = 'latest'
UNION ALL
SELECT '{other}' AS bucket, pkg_name, tag_name, top_hash
FROM "{other}_package_tag"
WHERE tag_name = 'latest'
"""
#: docs/Catalog/Query.md. The first finds packages whose own metadata has `user_meta`, as it would on the platform.
MANIFESTS_BY_METADATA = """
SELECT * FROM "{bucket}_package_manifest"
-- extract and query package-level metadata
WHERE json_extract_scalar(metadata,
  '$.user_meta.nucmembsegmentationalgorithmversion') LIKE '1.3%'
AND json_array_contains(json_extract(metadata, '$.user_meta.cellindex'), '5');
"""
ENTRIES_BY_METADATA = """
SELECT * FROM "{bucket}_package_entry"
WHERE substr(logical_key, -5) = '.tiff'
-- extract and query object-level metadata
AND json_extract_scalar(metadata,
  '$.user_meta.nucmembsegmentationalgorithmversion') LIKE '1.3%'
AND json_array_contains(json_extract(metadata, '$.user_meta.cellindex'), '5');
"""
#: catalog/app/containers/Queries/Athena/QueryEditor.tsx.
EDITOR = """-- The latest revision of every package in a bucket.
-- Replace my-bucket with one of your bucket names.
SELECT pkg_name, top_hash
FROM "{bucket}_package_tag"
WHERE tag_name = 'latest'
LIMIT 10"""
#: The revisions with their times; the documentation has no example of this table.
REVISIONS = """
SELECT r.pkg_name, r.top_hash, r.timestamp > current_timestamp - INTERVAL '1' HOUR
FROM "{bucket}_package_revision" r
"""

SEGMENTED = {"NucMembSegmentationAlgorithmVersion": "1.3.1", "CellIndex": ["5"]}


class Older:
    """The stack with the parameter."""

    def __init__(self, shared: LocalStack, aws: LocalAws) -> None:
        self.shared, self.aws = shared, aws
        self.outputs: Mapping[str, str] = {}
        self.deploy("create")

    def deploy(self, legacy_views: str) -> None:
        """Deploy with a value of the parameter."""
        self.outputs = self.shared.deploy("older", {**PARAMETERS, "LegacyViews": legacy_views})

    def send(self, kind: str, bucket: str, **detail: Any) -> None:
        """Send a registration event."""
        self.aws.send(
            "bucket-registration", {"version": "0.1", "type": kind, "bucket": bucket, **detail}, source="older"
        )

    def legacy_views(self, bucket: str) -> set[str]:
        """The names of the bucket's legacy views that exist."""
        tables = self.aws.glue.get_tables(DatabaseName="older")["TableList"]
        return {table["Name"] for table in tables if table["Name"].startswith(bucket)}

    def rows(self, sql: str, bucket: str, other: str = "") -> list[list[str | None]]:
        """The rows of a query, sorted."""
        text = sql.replace("{bucket}", bucket).replace("{other}", other)
        return sorted(self.aws.rows(text, WorkGroup="older", QueryExecutionContext={"Database": "older"}), key=str)

    def registration(self, bucket: str) -> Any:
        """The bucket's item in the registry."""
        found = self.shared.client("dynamodb").scan(TableName=self.outputs["RegistryTableName"])["Items"]
        return next(item for item in found if item["bucket"]["S"] == bucket)

    def refresh(self) -> Any:
        """The report of a refresh."""
        done = executions.run(self.aws.stepfunctions, self.outputs["RefreshStateMachineArn"], {})
        assert done.status == "SUCCEEDED", done
        return done.output


@pytest.fixture(scope="module")
def older(stack: LocalStack) -> Iterator[Older]:
    """The stack, which is deleted afterwards."""
    yield Older(stack, LocalAws(stack))
    cloudformation = stack.client("cloudformation")
    cloudformation.delete_stack(StackName="older")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="older", WaiterConfig={"Delay": 1})


def push(aws: LocalAws, bucket: str) -> list[str]:
    """Push three packages; their top hashes."""
    return aws.push(
        bucket,
        Pushed("lab/cells", {"a.tiff": Entry("pixels", SEGMENTED)}, meta={"study": "S-17"}),
        Pushed(
            "analytics/results",
            {"a.csv": Entry("1", {"row": 1}), "b.csv": Entry("22")},
            meta={"experiment_id": "EXP-123", "status": "complete"},
        ),
        Pushed("lab/nested", {"n.txt": Entry("n")}, meta={"user_meta": SEGMENTED}),
    )


def check_platform_queries(older: Older, bucket: str, other: str, hashes: list[str]) -> None:
    """The platform's queries have the rows that they have there."""
    cells, results, nested = hashes
    latest = [["analytics/results", results], ["lab/cells", cells], ["lab/nested", nested]]
    files = older.rows(ENTRIES_OF_LATEST, bucket)
    assert [[row[0], *row[2:]] for row in files] == [
        ["a.csv", "1", '{"user_meta":{"row":1}}'],
        ["b.csv", "2", '{"user_meta":{}}'],
    ]
    assert all(str(row[1]).startswith(f"s3://{bucket}/") for row in files)
    metadata = '{"experiment_id":"EXP-123","status":"complete"}'
    assert older.rows(LATEST_WITH_METADATA, bucket) == [["analytics/results", "latest", metadata]]
    assert older.rows(CROSS_BUCKET, bucket, other) == [[bucket, name, "latest", top] for name, top in latest]
    assert [row[0] for row in older.rows(MANIFESTS_BY_METADATA, bucket)] == [nested]
    (image,) = older.rows(ENTRIES_BY_METADATA, bucket)
    assert [image[0], image[1], image[3], image[5]] == [cells, "a.tiff", "sha2-256-chunked", "6"]
    assert older.rows(EDITOR, bucket) == latest
    assert older.rows(REVISIONS, bucket) == [[*row, "true"] for row in latest]


def test_queries_of_the_platform_run_on_live_and_indexed_buckets(older: Older, local_aws: LocalAws) -> None:
    bucket, other = local_aws.make_bucket(), local_aws.make_bucket()
    names = {f"{bucket}_{suffix}" for suffix in SUFFIXES}
    hashes = push(local_aws, bucket)
    for one in (bucket, other):
        older.send("added", one)
    until(lambda: older.legacy_views(bucket), names.__eq__)
    until(lambda: len(older.legacy_views(other)), len(SUFFIXES).__eq__)
    check_platform_queries(older, bucket, other, hashes)

    # The queries for before version 1.70: of its documentation, and of an indexer that reads the platform's views.
    meta = "json_extract_scalar(meta, '$.user_meta.{}')"
    version = meta.format("nucmembsegmentationalgorithmversion")
    cells = "json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5')"
    objects = older.rows(
        f'SELECT pkg_name, "size" * 2, hash.type, physical_key FROM "{{bucket}}_objects-view" '
        f"WHERE substr(logical_key, -5) = '.tiff' AND {version} LIKE '1.3%' AND {cells} AND \"timestamp\" = 'latest'",
        bucket,
    )
    assert [row[:3] for row in objects] == [["lab/cells", "12", "sha2-256-chunked"]]
    assert str(objects[0][3]).startswith(f"s3://{bucket}/")
    packages = "SELECT s.pkg_name, from_unixtime(CAST(s.timestamp AS bigint)) IS NULL, s.user_meta, "
    packages += meta.format("study") + " FROM \"{bucket}_packages-view\" s WHERE s.timestamp != 'latest'"
    assert ["lab/cells", "false", '{"study":"S-17"}', "S-17"] in older.rows(packages, bucket)

    # All of them read the index once the bucket is complete.
    older.send("updated", bucket, indexed=True)

    def reads_index() -> bool:
        return all("_index" in str(older.rows(f'SHOW CREATE VIEW "{bucket}_package_{kind}"', bucket)) for kind in KINDS)

    until(reads_index, bool)
    check_platform_queries(older, bucket, other, hashes)


def test_legacy_views_follow_their_parameter(older: Older, local_aws: LocalAws) -> None:
    bucket = local_aws.make_bucket()
    names = {f"{bucket}_{suffix}" for suffix in SUFFIXES}
    older.send("added", bucket)
    until(lambda: older.legacy_views(bucket), names.__eq__)
    older.refresh()
    before = older.registration(bucket)
    assert older.refresh()["Repaired"]["Count"] == 0
    assert older.registration(bucket) == before, "a refresh writes nothing if nothing has changed"
    deleted = [f"{bucket}_objects-view", f"{bucket}_package_entry"]
    for name in deleted:
        local_aws.glue.delete_table(DatabaseName="older", Name=name)
    (repaired,) = older.refresh()["Repaired"]["Buckets"]
    assert repaired["Changes"] == [{"Name": name, "Action": "created"} for name in deleted]

    # The views of a bucket that was removed while they weren't managed are deleted, too.
    older.deploy("none")
    older.send("removed", bucket)
    until(lambda: older.registration(bucket)["state"]["S"], "removed".__eq__)
    assert older.legacy_views(bucket) == names
    older.deploy("remove")
    older.refresh()
    assert older.legacy_views(bucket) == set()
