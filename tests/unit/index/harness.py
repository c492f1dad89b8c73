"""The index over moto, with the local engine as Athena and a loop as the state machine."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from quilt_athena.catalog.desired_state import TEXT_INPUT_FORMAT
from quilt_athena.catalog.views import decode_view
from quilt_athena.index.job_statements import JobStatements
from quilt_athena.index.limits import DEFAULT_LIMITS, IndexLimits
from quilt_athena.index.maintenance import Maintenance
from quilt_athena.index.pending import PendingObject, PendingObjects
from quilt_athena.index.recording import ChangeRecorder
from quilt_athena.index.rounds import IndexRounds
from quilt_athena.index.staging import Staging
from quilt_athena.index.tables import MANIFESTS_INDEX, PACKAGES_INDEX, STAGING, STAGING_COLUMNS, IndexCatalog
from quilt_athena.index.views import IndexedViews
from quilt_athena.index.work import IndexWork
from quilt_athena.index.writer import WriterItem
from quilt_athena.names import table_name
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.index_progress import IndexProgress
from tests.desired import DATABASE
from tests.unit.index.athena import Athena
from tests.unit.moto_stack import INDEX_TABLE, START, MotoStack

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_stepfunctions import SFNClient

INDEX_BUCKET, RESULTS_BUCKET = "index-bucket", "index-results"


@dataclass
class Executions:
    """The executions of the index state machine, by their ARNs, as Step Functions' client returns them."""

    running: set[str] = field(default_factory=set)
    started: int = 0

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - the argument's name
        return {"status": "RUNNING" if executionArn in self.running else "ABORTED"}

    def start_execution(self, *, stateMachineArn: str, input: str) -> dict[str, Any]:  # noqa: A002, N803, ARG002
        self.started += 1
        return {}


@dataclass
class _Response:
    """The part of an HTTP response that botocore looks at."""

    status_code: int


class Waker:
    """Counts wake-ups."""

    def __init__(self, writer: WriterItem) -> None:
        self.writer = writer

    def wake(self) -> None:
        self.writer.wake()


def delete_versions(glue: GlueClient, **request: Any) -> dict[str, Any]:
    """glue:BatchDeleteTableVersion."""
    for version in request.pop("VersionIds"):
        glue.delete_table_version(**request, VersionId=version)
    return {"Errors": []}


@dataclass
class IndexHarness:
    """The index of a stack."""

    stack: MotoStack
    athena: Athena
    pending: PendingObjects
    writer: WriterItem
    executions: Executions
    rounds: IndexRounds
    #: Replaces the result of a statement that is not run.
    lose: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda statement: None  # noqa: ARG005
    denied: Callable[..., Any] | None = None
    events: int = 0

    @classmethod
    def with_package(cls, stack: MotoStack, bucket: str) -> IndexHarness:
        """An indexed bucket with the package `lab/data`."""
        harness = cls.create(stack)
        harness.register(bucket)
        harness.push(bucket, "lab/data", ["a.csv"])
        harness.enable(bucket)
        harness.run()
        return harness

    @classmethod
    def create(cls, stack: MotoStack, limits: IndexLimits = DEFAULT_LIMITS) -> IndexHarness:
        """Nothing is indexed."""
        clients = stack.clients
        for bucket in (INDEX_BUCKET, RESULTS_BUCKET):
            clients.s3.create_bucket(Bucket=bucket)
        clients.glue.create_table(DatabaseName=DATABASE, TableInput=cast(Any, staging_table()))
        # moto has it for one version only.
        cast(Any, clients.glue).batch_delete_table_version = partial(delete_versions, clients.glue)
        executions = Executions()
        sfn: SFNClient = executions  # type: ignore[assignment]  # the two calls that are made
        pending = PendingObjects(clients.dynamodb, INDEX_TABLE)
        writer = WriterItem(clients.dynamodb, sfn, INDEX_TABLE)
        catalog = IndexCatalog(clients.glue, DATABASE, INDEX_BUCKET)
        work = IndexWork(
            stack.registrar.registry,
            pending,
            Staging(clients.s3, INDEX_BUCKET),
            catalog,
            Maintenance(writer, catalog),
            clients.s3,
            IndexedViews(stack.registrar).switch,
            limits,
        )
        rounds = IndexRounds(writer, work, JobStatements(DATABASE, INDEX_BUCKET), limits=limits)
        return cls(stack, Athena(clients.glue, clients.s3, RESULTS_BUCKET), pending, writer, executions, rounds)

    def register(self, bucket: str) -> None:
        """Make and register a bucket."""
        self.stack.make_bucket(bucket)
        self._send(bucket, EventKind.ADDED)

    def remove(self, bucket: str) -> None:
        """Remove a bucket from the registry."""
        self._send(bucket, EventKind.REMOVED)

    def enable(self, bucket: str) -> None:
        """Ask for a bucket to be indexed."""
        self._send(bucket, EventKind.UPDATED, indexed=True)

    def disable(self, bucket: str) -> None:
        """Ask for a bucket not to be indexed any more."""
        self._send(bucket, EventKind.UPDATED, indexed=False)

    def _send(self, bucket: str, kind: EventKind, indexed: bool | None = None) -> None:
        self.events += 1
        time = START + timedelta(minutes=self.events)
        self.stack.registrar.process(BucketEvent(bucket, kind, time, f"event-{self.events}", indexed))
        self.writer.wake()

    def progress(self, bucket: str) -> IndexProgress:
        """How far a bucket is in the index."""
        known = self.stack.registration(bucket)
        assert known is not None
        assert known.index is not None
        return known.index

    def reads_index(self, bucket: str) -> bool:
        """Whether the views of a bucket read the index."""
        views = [table for name, table in self.stack.tables(bucket).items() if name.endswith("_view")]
        reads = {"quilt_manifests_index" in decode_view(view).sql for view in views}
        assert len(reads) == 1
        return reads == {True}

    def view_rows(self, bucket: str) -> list[list[tuple[str | None, ...]]]:
        """The rows of the packages view and of the objects view of a bucket."""
        names = (table_name(bucket, "quilt_packages_view"), table_name(bucket, "quilt_objects_view"))
        return [self.rows(f"SELECT * FROM {name}") for name in names]

    def index_rows(self) -> list[tuple[str | None, ...]]:
        """The numbers of rows of both tables."""
        return [
            self.athena.query(f"SELECT count(*) FROM {table}").rows[0] for table in (MANIFESTS_INDEX, PACKAGES_INDEX)
        ]

    def keys(self, bucket: str) -> list[str]:
        """The keys of all objects of a bucket."""
        return [found["Key"] for found in self.stack.clients.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def stages(self, sql: str, tophash: str) -> bool:
        """Whether the batch of a statement has a manifest."""
        return any(tophash in key and key.split("/")[1] in sql for key in self.keys(INDEX_BUCKET) if "~" in key)

    def deny(self, bucket: str, key: str, method: str = "", code: str = "AccessDenied") -> None:
        """Let S3 deny calls, those of an HTTP method or all, for objects that have ``key`` in their keys."""

        # The bucket is in the host, or first in the path.
        of_bucket = re.compile(rf"https?://({re.escape(bucket)}\.|[^/]+/{re.escape(bucket)}([/?]|$))")

        def denied(params: dict[str, Any], **_: Any) -> Any:
            if key in params["url_path"] and of_bucket.match(params["url"]) and method in params["method"]:
                status = 403
                parsed = {"Error": {"Code": code, "Message": "denied"}, "ResponseMetadata": {"HTTPStatusCode": status}}
                return _Response(status), parsed
            return None

        self.denied = denied
        self.stack.clients.s3.meta.events.register("before-call.s3", denied)

    def allow(self) -> None:
        """Deny nothing any more."""
        if self.denied is not None:
            self.stack.clients.s3.meta.events.unregister("before-call.s3", self.denied)
        self.denied = None

    def push(
        self, bucket: str, package: str, entries: Sequence[str], timestamp: int = 1700000000, **header: Any
    ) -> str:
        """Push a revision as quilt3 does; its top hash. No event is sent."""
        lines: list[Mapping[str, Any]] = [{"version": "v0", "message": None, **header}]
        lines += [
            {
                "logical_key": key,
                "physical_keys": [f"s3://{bucket}/{key}"],
                "size": len(key),
                "hash": {"type": "SHA256", "value": "ab" * 32},
                "meta": {"user_meta": {"n": number}},
            }
            for number, key in enumerate(entries)
        ]
        body = "".join(json.dumps(line) + "\n" for line in lines)
        tophash = hashlib.sha256(body.encode()).hexdigest()
        self.put(bucket, f".quilt/packages/{tophash}", body)
        for pointer in (str(timestamp), "latest"):
            self.put(bucket, f".quilt/named_packages/{package}/{pointer}", tophash)
        return tophash

    def put(self, bucket: str, key: str, body: str) -> None:
        """Write an object."""
        self.stack.clients.s3.put_object(Bucket=bucket, Key=key, Body=body.encode())

    def changed(self, bucket: str, *keys: str) -> None:
        """Report changes of objects."""
        recorder = ChangeRecorder(self.stack.registrar.registry, self.pending, Waker(self.writer))  # type: ignore[arg-type]
        recorder.record([PendingObject(bucket, key) for key in keys])

    def run(
        self,
        execution: str = "execution",
        *,
        request: Mapping[str, Any] | None = None,
        max_rounds: int = 300,
        dies_after: int | None = None,
        takes_in_last: bool = False,
    ) -> int:
        """Run an execution to its end, or until it dies. Returns how many statements it ran."""
        self.executions.running.add(execution)
        result: dict[str, Any] | None = None
        statements = 0
        try:
            for number in range(max_rounds):
                if statements == dies_after and not takes_in_last:
                    return statements
                planned = self.rounds.run(execution, number, result, request or {})
                if statements == dies_after:
                    return statements
                result = None
                if planned["Next"] == "Statement":
                    result = self.lose(planned["Statement"]) or self.athena.run(planned["Statement"])
                    statements += 1
                elif planned["Next"] != "Round":
                    return statements
        finally:
            self.executions.running.discard(execution)
        raise AssertionError(f"still running after {max_rounds} rounds")

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        """The rows of a query, sorted."""
        return sorted(self.athena.query(sql).rows, key=str)


def staging_table() -> dict[str, Any]:
    """Glue's TableInput of the staging table, as in template.yaml."""
    return {
        "Name": STAGING,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "projection.enabled": "true",
            "projection.batch.type": "injected",
            "storage.location.template": f"s3://{INDEX_BUCKET}/staging/${{batch}}/",
        },
        "PartitionKeys": [{"Name": "batch", "Type": "string"}],
        "StorageDescriptor": {
            "Columns": [{"Name": column.name, "Type": column.type} for column in STAGING_COLUMNS],
            "Location": f"s3://{INDEX_BUCKET}/staging/",
            "InputFormat": TEXT_INPUT_FORMAT,
            "SerdeInfo": {
                "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
                "Parameters": {"ignore.malformed.json": "true"},
            },
        },
    }
