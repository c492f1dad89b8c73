"""What a stack of release 0.1 holds before it is upgraded: data, pending messages, and executions that wait."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from local.stack.waiting import until
from tests.integration.upgrade.deployment import STACK, Deployment

#: Registered, with a package each. The dot makes the second one's tables carry a hash.
IMAGES, DOTTED = "upgrade-images", "upgrade.dotted"
#: Registered; the registry has a view problem and a change that was never announced.
TROUBLED = "upgrade-troubled"
#: Registered, then removed.
REMOVED = "upgrade-removed"
#: Its registration failed: a table of somebody else's has the name of one of its tables.
BLOCKED, UNMANAGED_TABLE = "upgrade-blocked", "upgrade_blocked_quilt_manifests"
#: Not registered yet, or not removed yet: the messages are in the queue.
ADDED, PUSHED, LEAVING = "upgrade-added", "upgrade-pushed", "upgrade-leaving"
#: Not registered: packages are pushed to it.
MADE = "upgrade-made"
#: Does not exist until after the upgrade: its registration is a dead letter.
LATE = "upgrade-late"

SCHEDULE, NAMED_QUERY, CORRELATION_ID = "nightly", "team query", "upgrade-question"
QUEUES = ("BucketEventsQueueUrl", "QueryRequestsQueueUrl", "EndedExecutionsQueueUrl")
VIEW_FILES = {
    "names": "SELECT {bucket} AS bucket, name FROM {packages_view}",
    "short_lived": "SELECT {bucket} AS bucket FROM {packages_view}",
    "all_names": "-- scope: global\nSELECT bucket, name FROM {packages_view}",
}
#: A file that is new when the refresh starts, so that the refresh waits for Athena.
LATE_VIEW_FILE = "late_names"
_PACKAGE_QUERY = (
    'SELECT logical_key, physical_key, "size", hash, tophash FROM upgrade_images_quilt_objects_view '
    "WHERE \"timestamp\" = 'latest'"
)
_DIGITS = [f"d{number}" for number in range(12)]
#: A million million rows to count: it runs until it is stopped.
_ENDLESS = (
    "WITH d AS (SELECT * FROM (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9) AS t(x)) "
    f"SELECT count(*) FROM {', '.join(f'd AS {name}' for name in _DIGITS)} "
    f"WHERE ({' + '.join(f'{name}.x' for name in _DIGITS)}) % 7 = 3"
)


@dataclass(frozen=True)
class Running:
    """Executions that wait for Athena, by what they are.

    `orphan` is the query of one that was aborted; `endless` are the queries that keep Athena busy.
    """

    executions: dict[str, str]
    orphan: str
    endless: list[str]

    def release(self, stack: Deployment) -> None:
        """Let Athena run what waits for it."""
        for query in self.endless:
            stack.athena.stop_query_execution(QueryExecutionId=query)


def fill(stack: Deployment) -> None:
    """Give the stack data of every kind, and wait until nothing is going on."""
    _register_buckets(stack)
    for name, sql in VIEW_FILES.items():
        put_view_file(stack, name, sql)
    _settle(stack, "ViewsStateMachine")
    stack.succeeded(stack.start("ViewsStateMachine", {}))
    _put_schedule(stack)
    outputs = stack.outputs()
    stack.athena.create_named_query(
        Name=NAMED_QUERY,
        Database=outputs["DatabaseName"],
        WorkGroup=outputs["WorkGroupName"],
        QueryString="SELECT 1",
    )


def _register_buckets(stack: Deployment) -> None:
    for bucket in (IMAGES, DOTTED, TROUBLED, REMOVED, BLOCKED, ADDED, PUSHED, LEAVING, MADE):
        stack.s3.create_bucket(Bucket=bucket)
    for bucket in (IMAGES, DOTTED, ADDED, PUSHED):
        put_package(stack, bucket, "lab/cells")
    location = f"s3://{BLOCKED}/table/"
    table = {"Name": UNMANAGED_TABLE, "StorageDescriptor": {"Location": location}, "TableType": "EXTERNAL_TABLE"}
    stack.glue.create_table(DatabaseName=stack.outputs()["DatabaseName"], TableInput=table)
    for bucket in (IMAGES, DOTTED, TROUBLED, REMOVED, LEAVING):
        register(stack, bucket)
    until(lambda: stack.registry().keys() >= {IMAGES, DOTTED, TROUBLED, REMOVED, LEAVING} and _in_sync(stack))
    register(stack, REMOVED, "removed")
    until(lambda: stack.registry()[REMOVED]["state"]["S"] == "removed" and _in_sync(stack))
    for bucket in (BLOCKED, LATE):
        register(stack, bucket)
    until(lambda: stack.count("BucketEventsDeadLetterQueueUrl") == 2)


def register(stack: Deployment, bucket: str, kind: str = "added") -> None:
    """Send a bucket-registration event."""
    stack.send("bucket-registration", {"version": "0.1", "type": kind, "bucket": bucket})


def _in_sync(stack: Deployment) -> bool:
    return all(
        item.get("converged_revision") == item["revision"]
        for item in stack.registry().values()
        if "problem" not in item
    )


def put_package(stack: Deployment, bucket: str, name: str) -> None:
    """Write a package of two files as Quilt stores it."""
    header = {"version": "v0", "message": "First", "user_meta": {"study": "S-17"}}
    lines: list[dict[str, Any]] = [header]
    for key in ("a.tiff", "b.tiff"):
        stack.s3.put_object(Bucket=bucket, Key=f"raw/{key}", Body=key.encode())
        digest = hashlib.sha256(key.encode()).hexdigest()
        lines.append(
            {
                "logical_key": key,
                "physical_keys": [f"s3://{bucket}/raw/{key}"],
                "size": len(key),
                "hash": {"type": "SHA256", "value": digest},
                "meta": {"user_meta": {"cell": key[0]}},
            }
        )
    manifest = "".join(json.dumps(line) + "\n" for line in lines).encode()
    top_hash = hashlib.sha256(manifest).hexdigest()
    stack.s3.put_object(Bucket=bucket, Key=f".quilt/packages/{top_hash}", Body=manifest)
    for pointer in ("1763640000", "latest"):
        stack.s3.put_object(Bucket=bucket, Key=f".quilt/named_packages/{name}/{pointer}", Body=top_hash.encode())


def put_view_file(stack: Deployment, name: str, sql: str) -> None:
    """Write the file of a custom view."""
    stack.s3.put_object(Bucket=stack.outputs()["ViewsBucketName"], Key=f"views/{name}.sql", Body=sql.encode())


def _settle(stack: Deployment, machine: str) -> None:
    until(lambda: not stack.executions(machine, "RUNNING"))


def _note_trouble(stack: Deployment) -> None:
    """Have release 0.1 note what it notes when a view fails, and when a function dies before it announces a change."""
    code = """
import boto3, sys
from quilt_athena.plans import Action, Change
from quilt_athena.registry import Registry
registry = Registry(boto3.client("dynamodb"), sys.argv[1])
registry.note_view_problem(sys.argv[2], "VIEW_IS_STALE: line 1:1: it is")
registry.add_pending(sys.argv[2], [Change("upgrade_troubled_quilt_packages_view", Action.CREATED)])
"""
    stack.run_release("-c", code, stack.outputs()["RegistryTableName"], TROUBLED)


def _put_schedule(stack: Deployment) -> None:
    arguments = ["schedule", "put", SCHEDULE, "--cron", "0 3 * * ? *", "--timezone", "Europe/Berlin"]
    arguments += ["--sql", "SELECT count(*) AS n FROM upgrade_images_quilt_objects_view WHERE name = ?"]
    arguments += ["--param", "cells", "--description", "Rows of the night"]
    stack.run_release("-m", "quilt_athena.cli", *arguments, "--stack", STACK)


def leave_pending(stack: Deployment) -> None:
    """Leave messages in the queues, which no function takes until `Deployment.consume` says so."""
    stack.consume(enabled=False)
    register(stack, ADDED)
    register(stack, LEAVING, "removed")
    handle = {"bucket": PUSHED, "handle": "lab/cells", "topHash": "ab" * 32}
    stack.send("package-revision", {"version": "0.1", "type": "created", **handle})
    request = {"QueryString": "SELECT 7 AS n"}
    stack.send("query-requested", {"version": "0.1", "correlationId": CORRELATION_ID, "request": request})
    until(lambda: stack.count("BucketEventsQueueUrl") == 3)
    until(lambda: stack.count("QueryRequestsQueueUrl") == 1)


def start_executions(stack: Deployment) -> Running:
    """Start an execution of each state machine that runs queries, and a refresh; Athena is too busy for any of them."""
    endless = _occupy_athena(stack)
    put_view_file(stack, LATE_VIEW_FILE, "-- scope: global\nSELECT name FROM {packages_view}")
    stack.send(
        "query-requested", {"version": "0.1", "correlationId": "requested", "request": {"QueryString": "SELECT 5 AS n"}}
    )
    (requested,) = until(lambda: stack.executions("RequestedQueryStateMachine", "RUNNING"))
    package = {"Bucket": MADE, "Name": "made/package", "Message": "From rows"}
    started = {
        "query": stack.start("QueryStateMachine", {"QueryString": "SELECT 3 AS n, ? AS text", "Parameters": ["it's"]}),
        "requested query": requested,
        "scheduled query": stack.start(
            "ScheduledQueryStateMachine", {"Schedule": SCHEDULE, "Request": {"QueryString": "SELECT 4 AS n"}}
        ),
        "package": stack.start("PackageStateMachine", {"Query": {"QueryString": _PACKAGE_QUERY}, "Package": package}),
        "refresh": stack.start("RefreshStateMachine", {}),
    }
    aborted = stack.start("QueryStateMachine", {"QueryString": f"SELECT 6 AS n -- {uuid.uuid4()}"})
    # One query of each of them, and the views that the refresh creates.
    queued = until(lambda: _queued(stack), lambda found: _is_everything(found.values(), len(started)))
    (orphan,) = [query for query, sql in queued.items() if "SELECT 6" in sql]
    _note_trouble(stack)
    leave_pending(stack)
    waiting = stack.count("EndedExecutionsQueueUrl")
    stack.stepfunctions.stop_execution(executionArn=aborted)
    until(lambda: stack.count("EndedExecutionsQueueUrl") > waiting)
    return Running(started, orphan, endless)


def _occupy_athena(stack: Deployment) -> list[str]:
    """Start queries that don't end, in a workgroup of nobody's, until one has to wait."""
    location = {"OutputLocation": f"s3://{stack.outputs()['ResultsBucketName']}/busy/"}
    queries: list[str] = []
    while not queries or stack.query_status(queries[-1])["State"] == "RUNNING":
        started = stack.athena.start_query_execution(
            QueryString=f"{_ENDLESS} -- {len(queries)}", ResultConfiguration=location
        )
        queries.append(started["QueryExecutionId"])
        # One that finds Athena free runs at once.
        time.sleep(1)
    return queries


def _queued(stack: Deployment) -> dict[str, str]:
    """The SQL of the queries of the stack's workgroup that wait, by their IDs."""
    found = stack.athena.list_query_executions(WorkGroup=stack.outputs()["WorkGroupName"])["QueryExecutionIds"]
    queries = [stack.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"] for query in found]
    return {query["QueryExecutionId"]: query["Query"] for query in queries if query["Status"]["State"] == "QUEUED"}


def _is_everything(queued: Collection[str], selects: int) -> bool:
    views = [sql for sql in queued if sql.startswith("CREATE")]
    return bool(views) and len(queued) - len(views) == selects


def selected(stack: Deployment) -> dict[str, list[str]]:
    """What queries over the tables and views of the buckets with packages return: every row as text, sorted."""
    dotted = next(name for name in stack.tables() if name.startswith("upgrade_dotted_")).partition("_quilt_")[0]
    kinds = ("manifests", "packages", "packages_view", "objects_view", "names")
    names = [f"{prefix}_quilt_{kind}" for prefix in ("upgrade_images", dotted) for kind in kinds]
    names += [f"{bucket}_{kind}-view" for bucket in (IMAGES, DOTTED) for kind in ("packages", "objects")]
    sources = {name: f'"{name}"' for name in names}
    for kind in (*kinds[:4], "all_names"):
        sources[f"all_buckets_quilt_{kind}"] = f"all_buckets_quilt_{kind} WHERE bucket IN ('{IMAGES}', '{DOTTED}')"
    return {name: sorted(map(str, stack.rows(f"SELECT * FROM {source}"))) for name, source in sources.items()}
