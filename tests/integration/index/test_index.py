"""An indexed bucket on the deployed stack: the same rows, kept up to date by events, and gone when it is disabled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from quilt_athena.client.index import IndexStatus
from tests.local_aws import Entry, LocalAws, Pushed


def rows(aws: LocalAws, prefix: str) -> list[list[list[str | None]]]:
    """The rows of the bucket's views as a person reads them, each sorted."""
    return [sorted(aws.rows(f"SELECT * FROM {prefix}_quilt_{view}_view"), key=str) for view in ("packages", "objects")]


def status(client: QuiltAthena, bucket: str) -> IndexStatus | None:
    """How far the bucket is."""
    return next((one for one in client.index.status() if one.bucket == bucket), None)


def reads_index(aws: LocalAws, prefix: str) -> bool:
    """Whether the bucket's packages view reads the index."""
    explained = aws.rows(f"SHOW CREATE VIEW {prefix}_quilt_packages_view")
    return "quilt_packages_index" in json.dumps(explained)


@pytest.mark.main_path
def test_an_indexed_bucket_has_the_same_rows_and_follows_pushes(local_aws: LocalAws, bucket: str) -> None:
    aws, client = local_aws, QuiltAthena(endpoint_url=local_aws.stack.endpoint)
    aws.push(
        bucket, Pushed("lab/first", {"a.csv": Entry("1", {"cell": 5})}), Pushed("lab/second", {"b.csv": Entry("2")})
    )
    prefix = aws.onboard(bucket)
    live = rows(aws, prefix)
    assert [len(found) for found in live] == [4, 4]

    assert client.index.estimate(bucket).manifests == 2
    assert [event.problem for event in client.index.enable([bucket])] == [None]
    until(lambda: status(client, bucket), lambda found: found is not None and found.state == "complete")
    until(lambda: reads_index(aws, prefix), bool)
    assert rows(aws, prefix) == live
    keys = f"SELECT DISTINCT logical_key FROM {prefix}_quilt_objects_view ORDER BY 1"
    named = [{"logical_key": "a.csv"}, {"logical_key": "b.csv"}]
    assert aws.run(keys).output["Rows"] == named
    assert json.loads(aws.run_express(keys)["output"])["Rows"] == named
    packages = f"SELECT count(*) AS n FROM {prefix}_quilt_packages_view"
    assert aws.run(packages).output["Rows"] == [{"n": 4}]
    assert json.loads(aws.run_express(packages)["output"])["Rows"] == [{"n": 4}]

    (tophash,) = aws.push(bucket, Pushed("lab/third", {"c.csv": Entry("3")}))
    detail: dict[str, Any] = {
        "version": "0.1",
        "type": "created",
        "bucket": bucket,
        "handle": "lab/third",
        "topHash": tophash,
    }
    aws.send("package-revision", detail)
    until(lambda: rows(aws, prefix)[0], lambda found: tophash in {row[2] for row in found})
    with_third = rows(aws, prefix)

    client.index.disable([bucket])
    until(lambda: reads_index(aws, prefix), lambda found: not found)
    assert rows(aws, prefix) == with_third
    until(lambda: status(client, bucket), lambda found: found is None or found.state == "erasing")
    count = f"SELECT count(*) FROM all_buckets_quilt_manifests_index WHERE bucket = '{bucket}'"
    until(lambda: aws.rows(count), lambda found: found == [["0"]])
