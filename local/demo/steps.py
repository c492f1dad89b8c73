"""The steps of the demo, each through the interfaces that users of the deployed stack have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.demo.screen import Screen
from local.stack.executions import Ended, watch
from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from local.stack.waiting import until

CELLS = "demo-cell-images"
ASSAYS = "demo-assays"
MISSPELT = "demo_cell_images.."

QUERY = """\
SELECT name, "timestamp", logical_key, "size",
       json_extract_scalar(meta, '$.user_meta.well') AS well
FROM demo_cell_images_quilt_objects_view
WHERE substr(logical_key, -5) = ?
  AND json_extract_scalar(meta, '$.user_meta.nucmembsegmentationalgorithmversion') LIKE ?
  AND json_array_contains(json_extract(meta, '$.user_meta.cellindex'), ?)
  AND "timestamp" = 'latest'
ORDER BY logical_key"""
PARAMETERS = [".tiff", "1.3%", "5"]

_SHOWN_ROWS = 6
_STAGING = "all_buckets_quilt_index_staging"


def push_packages(stack: LocalStack, screen: Screen) -> None:
    """Create two buckets and push packages to both with quilt3, in parallel."""
    s3 = stack.client("s3")
    pushes = []
    for collection, bucket in (("cells", CELLS), ("assays", ASSAYS)):
        s3.create_bucket(Bucket=bucket)
        pushes.append((bucket, _quilt3(stack, collection, bucket)))
    rows = []
    with screen.busy("quilt3 pushes packages to two buckets"):
        for bucket, push in pushes:
            output, errors = push.communicate()
            if push.returncode:
                raise RuntimeError(f"quilt3 failed to push to {bucket}:\n{errors}")
            rows += [(bucket, *line.split("\t")) for line in output.splitlines()]
    screen.table(
        ("bucket", "package", "top hash", "entries", "message"),
        [(bucket, name, top_hash[:12] + "…", entries, message) for bucket, name, top_hash, entries, message in rows],
    )


def register(stack: LocalStack, screen: Screen) -> None:
    """Send a bucket-registration event for each bucket and wait for the tables."""
    put_events(stack, [registration(bucket, "added") for bucket in (CELLS, ASSAYS)])
    screen.say("Sent to EventBridge: bucket-registration, added, for both buckets")
    with screen.busy("EventBridge -> SQS -> onboard_bucket -> Glue"):
        # Four for each bucket, and four for all buckets.
        tables = until(lambda: _tables(stack), lambda found: len(found) == 12)
    screen.table(
        ("table or view in Glue", "kind", "columns", "reads"),
        [
            (
                table["Name"],
                "view" if table["TableType"] == "VIRTUAL_VIEW" else "table",
                len(table["StorageDescriptor"]["Columns"]),
                _reads(table),
            )
            for table in tables
        ],
    )


def query(stack: LocalStack, screen: Screen) -> None:
    """Run the notebook's query with the query state machine."""
    screen.say("All .tiff files of algorithm version 1.3 that show cell 5, in the latest revision of each package:")
    screen.sql(QUERY)
    screen.say(f"Parameters: {json.dumps(PARAMETERS)}")
    ended = _execute(stack, screen, {"QueryString": QUERY, "Parameters": PARAMETERS})
    if ended.status != "SUCCEEDED":
        raise RuntimeError(f"the query failed: {ended.error}: {ended.cause}")
    result = ended.output
    names = [column["Name"] for column in result["Columns"]]
    screen.table(names, [[row[name] for name in names] for row in result["Rows"][:_SHOWN_ROWS]])
    if result["RowCount"] > _SHOWN_ROWS:
        screen.say(f"and {result['RowCount'] - _SHOWN_ROWS} more")
    scanned = result["Statistics"]["DataScannedInBytes"]
    screen.done(
        f"{result['RowCount']} rows, {scanned:,} bytes scanned; the whole result is in {result['OutputLocation']}"
    )


def fail(stack: LocalStack, screen: Screen) -> None:
    """Send a bad event next to a good one, and run a bad query: each failure has its reason."""
    _, good = put_events(stack, [registration(MISSPELT, "added"), registration(CELLS, "updated")])
    screen.say(f"An event for a bucket named {MISSPELT!r}, next to a good one:")
    with screen.busy("Waiting for the dead letter"):
        (letter,) = until(lambda: _dead_letters(stack))
        until(lambda: good in _processed_events(stack, CELLS))
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    screen.problem(f"{attributes['Error']}: {attributes['Reason']}")
    screen.done("The event is in the dead-letter queue, unchanged; the good one was processed")
    screen.say("A query with a misspelt column:")
    ended = _execute(stack, screen, {"QueryString": "SELECT sise FROM demo_cell_images_quilt_objects_view"})
    cause = ended.cause if isinstance(ended.cause, Mapping) else {"Message": ended.cause}
    screen.problem(f"{ended.error}: {cause['Message']}")


def remove(stack: LocalStack, screen: Screen) -> None:
    """Remove one bucket: its tables and views are deleted, the other's are kept."""
    put_events(stack, [registration(ASSAYS, "removed")])
    with screen.busy(f"bucket-registration, removed, for {ASSAYS}"):
        names = until(lambda: [table["Name"] for table in _tables(stack)], lambda found: len(found) == 8)
    prefix = f"{CELLS.replace('-', '_')}_"
    left = [name for name in names if name.startswith(prefix)]
    screen.done(f"The tables and views of {ASSAYS} are deleted; these are left: {', '.join(left)}")
    packages = stack.client("s3").list_objects_v2(Bucket=ASSAYS, Prefix=".quilt/packages/")["KeyCount"]
    screen.done(f"Its packages are kept: {packages} manifests in s3://{ASSAYS}/.quilt/packages/")


def _quilt3(stack: LocalStack, collection: str, bucket: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "local.demo.samples", collection, bucket],
        cwd=ROOT,
        env=stack.environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def registration(bucket: str, kind: str, **detail: Any) -> dict[str, Any]:
    """An entry of PutEvents: a bucket-registration event."""
    return {
        "Source": "quilt-athena",
        "DetailType": "bucket-registration",
        "Resources": [f"arn:aws:s3:::{bucket}"],
        "Time": datetime.now(UTC),
        "Detail": json.dumps({"version": "0.1", "type": kind, "bucket": bucket, **detail}),
    }


def put_events(stack: LocalStack, entries: list[dict[str, Any]]) -> list[str]:
    """Send events; returns EventBridge's IDs of them."""
    bus = stack.outputs["EventBusName"]
    response = stack.client("events").put_events(Entries=[{"EventBusName": bus, **entry} for entry in entries])
    return [entry["EventId"] for entry in response["Entries"]]


def _processed_events(stack: LocalStack, bucket: str) -> list[str]:
    """The IDs of a bucket's newest events in the registry."""
    response = stack.client("dynamodb").get_item(
        TableName=stack.outputs["RegistryTableName"], Key={"bucket": {"S": bucket}}, ConsistentRead=True
    )
    ids: list[str] = response["Item"]["event_ids"]["SS"]
    return ids


def _tables(stack: LocalStack) -> list[dict[str, Any]]:
    """All tables and views but the staging table of the index, which exists from the start."""
    pages = stack.client("glue").get_paginator("get_tables").paginate(DatabaseName=stack.outputs["DatabaseName"])
    tables: list[dict[str, Any]] = [table for page in pages for table in page["TableList"] if table["Name"] != _STAGING]
    return sorted(tables, key=lambda table: str(table["Name"]))


def _reads(table: Mapping[str, Any]) -> str:
    if table.get("PartitionKeys"):
        return "a partition for each bucket"
    return table["StorageDescriptor"].get("Location") or "the tables"


def _dead_letters(stack: LocalStack) -> list[dict[str, Any]]:
    url = stack.outputs["BucketEventsDeadLetterQueueUrl"]
    response = stack.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=0)
    messages: list[dict[str, Any]] = response.get("Messages", [])
    return messages


def _execute(stack: LocalStack, screen: Screen, request: Mapping[str, Any]) -> Ended:
    stepfunctions = stack.client("stepfunctions")
    started = stepfunctions.start_execution(
        stateMachineArn=stack.outputs["QueryStateMachineArn"], input=json.dumps(request)
    )
    states: list[str] = []
    with screen.busy("The query state machine runs"):
        for seen in watch(stepfunctions, started["executionArn"]):
            if isinstance(seen, Ended):
                screen.say("States: " + " -> ".join(states), style="dim")
                return seen
            states.append(seen)
    raise RuntimeError("the execution has no result")
