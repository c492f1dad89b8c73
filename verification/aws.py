"""What checks do with AWS and the deployed stack. Everything that they create carries the run's tag."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from local.stack.paths import ROOT
from local.stack.waiting import until
from quilt_athena.client import QuiltAthena
from verification import resources, samples
from verification.deployment import create_bucket
from verification.run import Run
from verification.target import Target

Found = TypeVar("Found")
_FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass(frozen=True)
class Ended:
    """A finished execution: `output` as text if it succeeded, otherwise `error` and `cause`."""

    arn: str
    status: str
    output: str | None
    error: str | None
    cause: Mapping[str, Any]


class Aws:
    """The deployed stack of a run, and the AWS around it."""

    def __init__(self, target: Target, run: Run, outputs: Mapping[str, str], work: Path) -> None:
        """Take the target, the run, the stack's outputs, and a folder for child processes."""
        self.target = target
        self.run = run
        self.outputs = outputs
        self.work = work
        self.client = cache(target.client)

    @cached_property
    def quilt_athena(self) -> QuiltAthena:
        """The stack's client."""
        from boto3 import Session

        from local.stack import clients

        session = clients.session() if self.target.is_local else Session(region_name=self.target.region)
        return QuiltAthena(self.run.name, session=session, endpoint_url=self.target.endpoint, outputs=self.outputs)

    def until(self, look: Callable[[], Found], good: Callable[[Found], bool] = bool, *, timeout: float = 180) -> Found:
        """Call `look` until its result is `good`, and return that. Raises TimeoutError."""
        return until(look, good, every=self.target.poll_seconds, timeout=timeout)

    # ------------------------------------------------------------------------------------------------------ samples
    def prepare(self) -> None:
        """Create and register the buckets with samples."""
        self.push_cells()
        lines = self.make_bucket("lines")
        for key, content in samples.objects():
            self.client("s3").put_object(Bucket=lines, Key=key, Body=content)
        self.register(lines)

    @property
    def cells(self) -> str:
        """The bucket with packages that quilt3 pushed: three revisions of imaging/cells, one of imaging/models."""
        return self.run.bucket("cells")

    @property
    def lines(self) -> str:
        """The bucket with objects written by hand (verification/samples.py)."""
        return self.run.bucket("lines")

    def make_bucket(self, name: str) -> str:
        """Create a bucket with the run's tag; returns its full name."""
        return create_bucket(self.target, self.run, self.run.bucket(name))

    def push_cells(self) -> None:
        """Push the demo's packages with quilt3, in its own process, and register their bucket."""
        bucket = self.make_bucket("cells")
        environment = {**self.target.environment(self.work / "home"), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-W", "ignore", "-m", "local.demo.samples", "cells", bucket]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"quilt3 failed to push to {bucket}:\n{done.stderr}")
        self.register(bucket)

    def register(self, bucket: str) -> None:
        """Send a bucket-registration event, and wait for the bucket's tables and views."""
        self.send("bucket-registration", {"version": "0.1", "type": "added", "bucket": bucket})
        self.until(lambda: self.tables(bucket), lambda found: len(found) == 4)

    def table(self, bucket: str, name: str) -> str:
        """The name of a bucket's table or view, such as `objects_view`."""
        return f"{bucket.replace('-', '_')}_quilt_{name}"

    def tables(self, bucket: str) -> list[str]:
        """The names of a bucket's tables and views."""
        prefix = self.table(bucket, "")
        pages = self.client("glue").get_paginator("get_tables").paginate(DatabaseName=self.outputs["DatabaseName"])
        return [table["Name"] for page in pages for table in page["TableList"] if table["Name"].startswith(prefix)]

    def glue_table(self, name: str) -> dict[str, Any]:
        """A table or view as Glue returns it."""
        found = self.client("glue").get_table(DatabaseName=self.outputs["DatabaseName"], Name=name)["Table"]
        return dict(found)

    # ------------------------------------------------------------------------------------------------------- events
    def send(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Put one event on the stack's bus."""
        entry = {"EventBusName": self.outputs["EventBusName"], "Source": "quilt-athena", "DetailType": detail_type}
        sent = self.client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
        if sent["FailedEntryCount"]:
            raise RuntimeError(f"EventBridge did not accept the event: {sent['Entries']}")

    # ------------------------------------------------------------------------------------------------------- Athena
    def start(self, sql: str, *, athena: Any = None, **request: Any) -> str:
        """Start a query in the analysts' workgroup; returns its ID."""
        request.setdefault("WorkGroup", self.outputs["WorkGroupName"])
        request.setdefault("QueryExecutionContext", {"Database": self.outputs["DatabaseName"]})
        started = (athena or self.client("athena")).start_query_execution(QueryString=sql, **request)
        return str(started["QueryExecutionId"])

    def ended(self, query_id: str, *, timeout: float = 180) -> dict[str, Any]:
        """Wait until a query has ended; returns its QueryExecution structure."""

        def look() -> dict[str, Any]:
            found: dict[str, Any] = self.client("athena").get_query_execution(QueryExecutionId=query_id)
            return dict(found["QueryExecution"])

        return self.until(look, lambda found: found["Status"]["State"] in _FINAL, timeout=timeout)

    def query(self, sql: str, **request: Any) -> dict[str, Any]:
        """Run a query in the analysts' workgroup, whatever its end; returns its QueryExecution structure."""
        return self.ended(self.start(sql, **request))

    def succeed(self, sql: str, **request: Any) -> dict[str, Any]:
        """Run a query that must succeed; returns its QueryExecution structure."""
        found = self.query(sql, **request)
        if found["Status"]["State"] != "SUCCEEDED":
            raise RuntimeError(f"{found['Status'].get('StateChangeReason', found['Status']['State'])}: {sql}")
        return found

    def rows(self, sql: str, **request: Any) -> list[list[str | None]]:
        """The rows of a query that must succeed, as Athena's API returns them, without the column names."""
        return self.result(self.succeed(sql, **request)["QueryExecutionId"])[1:]

    def result(self, query_id: str) -> list[list[str | None]]:
        """All rows that GetQueryResults returns for a query."""
        pages = self.client("athena").get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        found = [row for page in pages for row in page["ResultSet"]["Rows"]]
        return [[datum.get("VarCharValue") for datum in row["Data"]] for row in found]

    def scanned(self, sql: str) -> int:
        """The bytes that a query scans."""
        return int(self.succeed(sql)["Statistics"]["DataScannedInBytes"])

    def read(self, location: str) -> bytes:
        """The bytes of an s3:// URL."""
        bucket, _, key = location.removeprefix("s3://").partition("/")
        body: bytes = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def count_queries(self) -> int:
        """How many queries have run in the stack's workgroups."""
        athena = self.client("athena")
        names = [found.name for found in resources.workgroups(self.target, self.run.name)]
        pages = athena.get_paginator("list_query_executions")
        return sum(len(page["QueryExecutionIds"]) for name in names for page in pages.paginate(WorkGroup=name))

    # ----------------------------------------------------------------------------------------------- state machines
    def begin(self, machine: str, request: Any) -> str:
        """Start a state machine, given by its output; returns the execution's ARN."""
        arn = self.outputs[machine]
        started = self.client("stepfunctions").start_execution(stateMachineArn=arn, input=json.dumps(request))
        return str(started["executionArn"])

    def finish(self, arn: str, *, timeout: float = 300) -> Ended:
        """Wait until an execution has ended."""
        found = self.until(
            lambda: self.client("stepfunctions").describe_execution(executionArn=arn),
            lambda found: found["status"] != "RUNNING",
            timeout=timeout,
        )
        return Ended(arn, found["status"], found.get("output"), found.get("error"), _object(found.get("cause")))

    def execute(self, machine: str, request: Any) -> Ended:
        """Start a state machine, and wait for its end."""
        return self.finish(self.begin(machine, request))

    def express(self, request: Any) -> Ended:
        """Run a query with the Express state machine."""
        arn = self.outputs["QueryExpressStateMachineArn"]
        found = self.client("stepfunctions").start_sync_execution(stateMachineArn=arn, input=json.dumps(request))
        cause = _object(found.get("cause"))
        return Ended(found["executionArn"], found["status"], found.get("output"), found.get("error"), cause)

    def query_of(self, execution_arn: str) -> str:
        """The ID of the query that a Standard execution started, as soon as its history has it."""

        def look() -> str | None:
            pages = self.client("stepfunctions").get_paginator("get_execution_history")
            for page in pages.paginate(executionArn=execution_arn):
                for event in page["events"]:
                    output = event.get("taskSucceededEventDetails", {}).get("output", "")
                    found = re.search(r'"QueryExecutionId"\s*:\s*"([0-9a-f-]{36})"', output)
                    if found:
                        return found[1]
            return None

        return str(self.until(look))

    def inputs(self, machine: str) -> list[Any]:
        """The inputs of a state machine's newest executions."""
        arn = self.outputs[machine]
        stepfunctions = self.client("stepfunctions")
        executions = stepfunctions.list_executions(stateMachineArn=arn, maxResults=20)["executions"]
        described = (stepfunctions.describe_execution(executionArn=one["executionArn"]) for one in executions)
        return [json.loads(one["input"]) for one in described]

    # --------------------------------------------------------------------------------------------------- text
    def without_names(self, text: str) -> str:
        """A text without what is different in every run: names, account, ids and times."""
        for name in (self.run.name, self.run.database, self.run.id):
            text = text.replace(name, "<run>")
        text = text.replace(self.target.caller["Account"], "<account>")
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)


def error_code(call: Callable[[], Any]) -> str:
    """The error code of a call to AWS; "none" if it succeeds."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "none"


def quoted(values: Sequence[str]) -> str:
    """SQL string literals, separated by commas."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _object(text: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {"Message": text}
    return found if isinstance(found, Mapping) else {"Message": text}
