"""What tests do with the deployed stack on the local AWS."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from local.stack import executions
from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from local.stack.waiting import PATIENCE_SECONDS, until

Found = TypeVar("Found")

FINAL = {"SUCCEEDED", "FAILED", "CANCELLED"}
# In its own process, because quilt3 keeps its configuration and credentials in module state.
_PUSH = """
import json, sys, time
from local.demo.samples import File, Revision, push
for revision in json.load(sys.stdin):
    files = [File(key, entry["content"].encode(), entry["meta"]) for key, entry in revision["files"].items()]
    print("\\npushed", push(Revision(revision["name"], revision["message"], revision["meta"], files), sys.argv[1]))
    time.sleep(1.05 if revision["wait"] else 0)
"""


@dataclass(frozen=True)
class Entry:
    """A file of a package, with its metadata."""

    content: str = "content"
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pushed:
    """A revision to push: its files by logical key."""

    name: str
    files: Mapping[str, Entry]
    message: str = "A revision"
    meta: Mapping[str, Any] = field(default_factory=dict)


class LocalAws:
    """The deployed stack, as tests use it. Each client is created once."""

    def __init__(self, stack: LocalStack) -> None:
        """Take the deployed stack."""
        self.stack = stack
        self.outputs = stack.outputs

    @cached_property
    def athena(self) -> Any:
        """A boto3 client of Athena."""
        return self.stack.client("athena")

    @cached_property
    def s3(self) -> Any:
        """A boto3 client of S3."""
        return self.stack.client("s3")

    @cached_property
    def glue(self) -> Any:
        """A boto3 client of Glue."""
        return self.stack.client("glue")

    @cached_property
    def stepfunctions(self) -> Any:
        """A boto3 client of Step Functions."""
        return self.stack.client("stepfunctions")

    def make_bucket(self, name: str | None = None) -> str:
        """Create a bucket; returns its name."""
        name = self.new_name(name)
        self.s3.create_bucket(Bucket=name)
        return name

    @staticmethod
    def new_name(name: str | None) -> str:
        """The name, or one that no other bucket has."""
        return name or f"test-{uuid.uuid4().hex[:12]}"

    @property
    def command_options(self) -> list[str]:
        """The options with which the command uses this stack."""
        return ["--local", self.stack.endpoint]

    def until(
        self, look: Callable[[], Found], good: Callable[[Found], bool] = bool, *, timeout: float = PATIENCE_SECONDS
    ) -> Found:
        """Call `look` until its result is `good`."""
        return until(look, good, timeout=timeout)

    def push(self, bucket: str, *revisions: Pushed) -> list[str]:
        """Push revisions with quilt3; returns their top hashes."""
        names = [revision.name for revision in revisions]
        specification = [
            {
                "name": revision.name,
                "message": revision.message,
                "meta": dict(revision.meta),
                "files": {
                    key: {"content": entry.content, "meta": dict(entry.meta)} for key, entry in revision.files.items()
                },
                # Quilt names a revision by the second it was pushed in: two of a package in one second would be one.
                "wait": revision.name in names[number + 1 :],
            }
            for number, revision in enumerate(revisions)
        ]
        output = self.run_python(_PUSH, bucket, stdin=json.dumps(specification)).stdout.splitlines()
        return [line.removeprefix("pushed ") for line in output if line.startswith("pushed ")]

    def run_python(self, code: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a Python program that uses the local AWS; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, *arguments],
            cwd=ROOT,
            env={
                **self.stack.environment(),
                "PYTHONPATH": str(ROOT),
                "DATABASE": self.outputs["DatabaseName"],
                "WORKGROUP": self.outputs["WorkGroupName"],
            },
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    def send(self, detail_type: str, detail: Mapping[str, Any], source: str = "quilt-athena") -> None:
        """Put one event on the stack's bus."""
        entry = {"EventBusName": self.outputs["EventBusName"], "Source": source, "DetailType": detail_type}
        sent = self.stack.client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
        assert sent["FailedEntryCount"] == 0, sent

    def register(self, bucket: str, kind: str = "added") -> None:
        """Send a bucket-registration event."""
        self.send("bucket-registration", {"version": "0.1", "type": kind, "bucket": bucket})

    def tables(self, prefix: str) -> list[dict[str, Any]]:
        """The tables and views whose names start with a prefix."""
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=self.outputs["DatabaseName"])
        return [table for page in pages for table in page["TableList"] if table["Name"].startswith(prefix)]

    def partition(self, table: str, bucket: str) -> str | None:
        """The location of a bucket's partition of an all-buckets table; None if there is no such partition."""
        try:
            found = self.glue.get_partition(**self._table(table), PartitionValues=[bucket])
        except self.glue.exceptions.EntityNotFoundException:
            return None
        return str(found["Partition"]["StorageDescriptor"]["Location"])

    def move_partition(self, table: str, bucket: str, location: str) -> None:
        """Change its location."""
        entry = {
            "PartitionValueList": [bucket],
            "PartitionInput": self._partition_input(table, bucket, bucket, location),
        }
        updated = self.glue.batch_update_partition(**self._table(table), Entries=[entry])
        assert not updated.get("Errors"), updated

    def drop_partition(self, table: str, bucket: str) -> None:
        """Delete it."""
        self.glue.delete_partition(**self._table(table), PartitionValues=[bucket])

    def add_partition_like(self, table: str, model: str, bucket: str) -> None:
        """Create a partition for a bucket with the location of another bucket's."""
        location = self.partition(table, model)
        assert location is not None
        partition = self._partition_input(table, model, bucket, location)
        self.glue.create_partition(**self._table(table), PartitionInput=partition)

    def _table(self, name: str) -> dict[str, str]:
        return {"DatabaseName": self.outputs["DatabaseName"], "TableName": name}

    def _partition_input(self, table: str, model: str, bucket: str, location: str) -> dict[str, Any]:
        found = self.glue.get_partition(**self._table(table), PartitionValues=[model])["Partition"]
        return {"Values": [bucket], "StorageDescriptor": {**found["StorageDescriptor"], "Location": location}}

    def onboard(self, bucket: str) -> str:
        """Register a bucket and wait for its tables and views; returns the prefix of their names."""
        prefix = bucket.replace("-", "_")
        self.register(bucket)
        self.until(lambda: [table["Name"] for table in self.tables(f"{prefix}_quilt_")], lambda found: len(found) == 4)
        return prefix

    def start(self, sql: str, **request: Any) -> str:
        """Start a query in the stack's workgroup and database; returns its ID."""
        request.setdefault("WorkGroup", self.outputs["WorkGroupName"])
        request.setdefault("QueryExecutionContext", {"Database": self.outputs["DatabaseName"]})
        started = self.athena.start_query_execution(QueryString=sql, **request)
        return str(started["QueryExecutionId"])

    def execution(self, query_id: str) -> dict[str, Any]:
        """The QueryExecution structure of a query."""
        execution: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return execution

    def ended(self, query_id: str) -> dict[str, Any]:
        """Wait until a query has ended; returns its QueryExecution structure."""
        return self.until(lambda: self.execution(query_id), lambda found: found["Status"]["State"] in FINAL)

    def query(self, sql: str, **request: Any) -> dict[str, Any]:
        """Start a query and wait until it has ended."""
        return self.ended(self.start(sql, **request))

    def rows(self, sql: str, **request: Any) -> list[list[str | None]]:
        """Run a query, which must succeed, with Athena's operations; returns its rows without the column names."""
        execution = self.query(sql, **request)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution["QueryExecutionId"])
        found = [row for page in pages for row in page["ResultSet"]["Rows"]]
        return [[datum.get("VarCharValue") for datum in row["Data"]] for row in found][1:]

    def run(self, sql: str, parameters: Sequence[Any] | None = None, **options: Any) -> executions.Ended:
        """Run a query with the Standard query state machine, and wait for its result."""
        request = {"QueryString": sql, **({} if parameters is None else {"Parameters": list(parameters)}), **options}
        return executions.run(self.stepfunctions, self.outputs["QueryStateMachineArn"], request)

    def run_express(self, sql: str, **request: Any) -> dict[str, Any]:
        """Run a query with the Express state machine; returns StartSyncExecution's response."""
        response: dict[str, Any] = self.stepfunctions.start_sync_execution(
            stateMachineArn=self.outputs["QueryExpressStateMachineArn"],
            input=json.dumps({"QueryString": sql, **request}),
        )
        return response

    def read(self, location: str) -> bytes:
        """The bytes of an s3:// URL."""
        bucket, _, key = location.removeprefix("s3://").partition("/")
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body
