"""VACUUM deletes the files of expired snapshots, if its caller may delete objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.stack.clients import client
from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from tests.integration.access.conftest import Person, make_role
from tests.integration.index.conftest import query
from tests.local_aws import Entry, LocalAws, Pushed

TABLES = ("all_buckets_quilt_manifests_index", "all_buckets_quilt_packages_index")


@contextmanager
def without_retention(aws: LocalAws) -> Iterator[None]:
    """Snapshots expire at once inside the block."""
    for table in TABLES:
        aws.rows(f"ALTER TABLE {table} SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '0')")
    try:
        yield
    finally:
        for table in TABLES:
            aws.rows(f"ALTER TABLE {table} SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '172800')")


def test_vacuum_deletes_files_only_with_the_permission_to(
    local_aws: LocalAws, bucket: str, index: Callable[..., None]
) -> None:
    aws, index_client = local_aws, QuiltAthena(endpoint_url=local_aws.stack.endpoint).index
    aws.push(bucket, Pushed("lab/data", {"a.csv": Entry("1")}))
    aws.onboard(bucket)
    index(bucket)
    index_client.disable([bucket])
    for table in TABLES:
        count = f"SELECT count(*) FROM {table} WHERE bucket = '{bucket}'"
        until(lambda sql=count: aws.rows(sql), lambda found: found == [["0"]])  # type: ignore[misc]  # the loop's value

    def files() -> list[str]:
        pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=aws.outputs["IndexBucketName"])
        keys = (one["Key"] for page in pages for one in page.get("Contents", []))
        return [key for key in keys if f"/bucket={bucket}/" in key]

    before = files()
    assert before
    iam = client("iam", aws.stack.endpoint)
    statement = {
        "Effect": "Allow",
        "Action": ["athena:*", "glue:*", "s3:Get*", "s3:List*", "s3:PutObject", "lakeformation:*"],
        "Resource": "*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    policy = iam.create_policy(PolicyName=f"no-delete-{bucket}", PolicyDocument=document)["Policy"]["Arn"]
    # Its name isn't that of the people's roles, whose permissions must all be needed (tests/permissions).
    person = Person.with_role(aws.stack, make_role(aws.stack, policy=policy, name=f"no-delete-{bucket}"))
    with without_retention(aws):
        for table in TABLES:
            assert query(person, f"VACUUM {table}")["Status"]["State"] == "SUCCEEDED"
        assert files() == before
        for table in TABLES:
            aws.rows(f"VACUUM {table}")
        assert files() == []
    assert [one.state for one in index_client.status() if one.bucket == bucket] == ["erasing"]
