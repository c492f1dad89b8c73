"""Who may read the index: everybody with the access policy, or readers of one bucket."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable

import pytest

from local.stack.clients import client
from local.stack.paths import ROOT
from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from tests.integration.access.conftest import Person, make_role
from tests.integration.index.conftest import fire_schedule, query
from tests.local_aws import Entry, LocalAws, Pushed

PAGE = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
PATTERNS = re.findall(r"^    arn:aws:s3:::<IndexBucketName>/(\S+)$", PAGE, re.MULTILINE)
#: What the page says to replace.
REPLACED = ("ReadIndex", "ReadPackageMetadata")


def reader_of(aws: LocalAws, bucket: str) -> Person:
    """Somebody with the access policy, limited to one bucket as docs/access.md describes."""
    iam = client("iam", aws.stack.endpoint)
    arn = aws.outputs["AthenaAccessPolicyArn"]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    document = json.loads(document) if isinstance(document, str) else document
    kept = [one for one in document["Statement"] if one["Sid"] not in REPLACED]
    assert len(kept) == len(document["Statement"]) - len(REPLACED)
    assert len(PATTERNS) == 4
    resources = [
        f"arn:aws:s3:::{aws.outputs['IndexBucketName']}/{one}".replace("my-bucket", bucket) for one in PATTERNS
    ]
    limited = {
        **document,
        "Statement": [*kept, {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": resources}],
    }
    name = f"reader-{uuid.uuid4().hex[:8]}"
    policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(limited))["Policy"]["Arn"]
    return Person.with_role(aws.stack, make_role(aws.stack, name, policy=policy))


def test_readers_are_those_with_the_policy_or_of_one_bucket(
    local_aws: LocalAws, bucket: str, index: Callable[..., None]
) -> None:
    other = local_aws.make_bucket(f"{bucket}-2")
    for one in (bucket, other):
        local_aws.push(one, Pushed("lab/data", {"a.csv": Entry("1")}))
        local_aws.onboard(one)
    index(bucket, other)
    mine, others = (f"SELECT count(*) FROM {one.replace('-', '_')}_quilt_objects_view" for one in (bucket, other))
    analyst = Person.with_role(
        local_aws.stack, make_role(local_aws.stack, policy=local_aws.outputs["AthenaAccessPolicyArn"])
    )
    for sql in (mine, others):
        assert query(analyst, sql)["Status"]["State"] == "SUCCEEDED"
    reader = reader_of(local_aws, bucket)
    assert query(reader, mine)["Status"]["State"] == "SUCCEEDED"
    denied = query(reader, others)["Status"]
    assert (denied["State"], "PERMISSION_DENIED" in denied["StateChangeReason"]) == ("FAILED", True), denied


def test_daily_execution_compares_and_maintains(local_aws: LocalAws, bucket: str, index: Callable[..., None]) -> None:
    aws = local_aws
    aws.push(bucket, Pushed("lab/data", {"a.csv": Entry("1")}))
    prefix = aws.onboard(bucket)
    index(bucket)
    # No event reports it: the local buckets send none.
    (tophash,) = aws.push(bucket, Pushed("lab/unreported", {"b.csv": Entry("2")}))
    fire_schedule(aws)
    hashes = f"SELECT hash FROM {prefix}_quilt_packages_view"
    until(lambda: aws.rows(hashes), lambda rows: [tophash] in rows)
    client = QuiltAthena(endpoint_url=aws.stack.endpoint)
    until(lambda: {one.bucket: one.differences for one in client.index.status()}, lambda found: found[bucket] == 3)


@pytest.mark.parametrize("path", ["data/Kx1_9w", "data"])
def test_patterns_match_the_files_of_one_bucket(path: str) -> None:
    """Athena puts a hash before the partitions, or not: IAM's `*` matches any characters, `/` too."""
    patterns = [re.compile(re.escape(one).replace(r"\*", ".*")) for one in PATTERNS]

    def allowed(table: str, bucket: str) -> bool:
        key = f"{table}/{path}/bucket={bucket}/kind=entry/00000.parquet"
        return any(pattern.fullmatch(key) for pattern in patterns)

    for table in ("manifests", "packages"):
        assert allowed(table, "my-bucket")
        assert not any(allowed(table, one) for one in ("not-my-bucket", "my-bucket-2", "my.bucket", "my-bucke"))


def test_malformed_event_becomes_a_dead_letter(local_aws: LocalAws) -> None:
    sqs, url = local_aws.stack.client("sqs"), local_aws.outputs["IndexEventsDeadLetterQueueUrl"]
    sqs.send_message(QueueUrl=local_aws.outputs["IndexEventsQueueUrl"], MessageBody='{"detail-type": "unknown"}')
    found = until(
        lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1).get("Messages", [])
    )
    assert [one["MessageAttributes"]["Error"]["StringValue"] for one in found] == ["InvalidEventError"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
