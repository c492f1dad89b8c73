"""Many revisions that arrive together, on the deployed stack: few statements, and every revision once.

``tests/unit/index/test_bursts.py`` has 1,000 of them, which would take minutes here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from local.stack.stack import STACK_NAME
from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from tests.local_aws import Entry, LocalAws, Pushed

REVISIONS = 100
PACKAGES = 20


@contextmanager
def one_batching_window(aws: LocalAws) -> Iterator[None]:
    """Events that are sent inside the block are received together after it.

    The local AWS has no batching window; in AWS the functions receive what arrives within IndexBatchingSeconds.
    """
    functions = aws.stack.client("lambda")
    queue = aws.outputs["IndexEventsQueueUrl"].rpartition("/")[2]
    mappings = functions.get_paginator("list_event_source_mappings").paginate().build_full_result()
    (mapping,) = [
        one["UUID"] for one in mappings["EventSourceMappings"] if one["EventSourceArn"].rpartition(":")[2] == queue
    ]
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping, Enabled=True)


def statements(aws: LocalAws) -> set[str]:
    """The ids of the queries that the index's writer has started."""
    pages = aws.athena.get_paginator("list_query_executions").paginate(WorkGroup=f"{STACK_NAME}-index")
    return {query for page in pages for query in page["QueryExecutionIds"]}


def push(aws: LocalAws, bucket: str, number: int) -> dict[str, Any]:
    """Write a revision as quilt3 does; the detail of its package-revision event."""
    handle = f"burst/data{number % PACKAGES}"
    entry = {"logical_key": f"{number}.csv", "physical_keys": [f"s3://{bucket}/{number}.csv"], "size": 1, "meta": {}}
    body = "".join(json.dumps(line) + "\n" for line in ({"version": "v0", "message": str(number)}, entry)).encode()
    tophash = hashlib.sha256(body).hexdigest()
    aws.s3.put_object(Bucket=bucket, Key=f".quilt/packages/{tophash}", Body=body)
    for pointer in (1_700_000_000 + number, "latest"):
        aws.s3.put_object(Bucket=bucket, Key=f".quilt/named_packages/{handle}/{pointer}", Body=tophash.encode())
    return {"version": "0.1", "type": "created", "bucket": bucket, "handle": handle, "topHash": tophash}


def test_revisions_that_arrive_together_take_at_most_five_statements(local_aws: LocalAws, bucket: str) -> None:
    aws, client = local_aws, QuiltAthena(endpoint_url=local_aws.stack.endpoint)
    aws.push(bucket, Pushed("lab/first", {"a.csv": Entry("1")}))
    prefix = aws.onboard(bucket)
    client.index.enable([bucket])
    until(
        lambda: [(one.bucket, one.state) for one in client.index.status()], lambda found: (bucket, "complete") in found
    )
    before = statements(aws)

    with one_batching_window(aws):
        with ThreadPoolExecutor(4) as pool:
            details = list(pool.map(lambda number: push(aws, bucket, number), range(REVISIONS)))
        events = aws.stack.client("events")
        for start in range(0, REVISIONS, 10):
            entries = [
                {
                    "EventBusName": aws.outputs["EventBusName"],
                    "Source": "com.quiltdata",
                    "DetailType": "package-revision",
                    "Detail": json.dumps(detail),
                }
                for detail in details[start : start + 10]
            ]
            assert events.put_events(Entries=entries)["FailedEntryCount"] == 0

    count = f"SELECT count(*), count(DISTINCT tophash) FROM {prefix}_quilt_objects_view WHERE \"timestamp\" <> 'latest'"
    until(lambda: aws.rows(count), lambda rows: rows == [[str(REVISIONS + 1)] * 2], timeout=600)
    latest = f"SELECT count(*) FROM {prefix}_quilt_packages_view WHERE \"timestamp\" = 'latest'"
    assert aws.rows(latest) == [[str(PACKAGES + 1)]]
    assert len(statements(aws) - before) <= 5
