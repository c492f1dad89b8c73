"""The index over moto, with the local engine as Athena and a loop as the state machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any


from quilt_athena.catalog.desired_state import TEXT_INPUT_FORMAT
from quilt_athena.index.job_statements import JobStatements
from quilt_athena.index.limits import DEFAULT_LIMITS, IndexLimits
from quilt_athena.index.maintenance import Maintenance
from quilt_athena.index.pending import PendingObject, PendingObjects
from quilt_athena.index.recording import ChangeRecorder
from quilt_athena.index.rounds import IndexRounds
from quilt_athena.index.staging import Staging
from quilt_athena.index.tables import STAGING, STAGING_COLUMNS, IndexCatalog
from quilt_athena.index.views import IndexedViews
from quilt_athena.index.work import IndexWork
from quilt_athena.index.writer import WriterItem
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from tests.desired import DATABASE
from tests.unit.index.athena import Athena
from tests.unit.moto_stack import START, MotoStack

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

INDEX_BUCKET, RESULTS_BUCKET, INDEX_TABLE = "index-bucket", "index-results", "index"


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


class Waker:
    """Counts wake-ups."""

    def __init__(self, writer: WriterItem) -> None:
        self.writer = writer

    def wake(self) -> None:
        self.writer.wake()


@dataclass
class IndexHarness:
    """The index of a stack."""

    stack: MotoStack
    athena: Athena
    pending: PendingObjects
    writer: WriterItem
    executions: Executions
    rounds: IndexRounds
    events: int = 0

    @classmethod
    def create(cls, stack: MotoStack, limits: IndexLimits = DEFAULT_LIMITS) -> IndexHarness:
        """Nothing is indexed."""
        clients = stack.clients
        for bucket in (INDEX_BUCKET, RESULTS_BUCKET):
            clients.s3.create_bucket(Bucket=bucket)
        clients.dynamodb.create_table(
            TableName=INDEX_TABLE,
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.glue.create_table(DatabaseName=DATABASE, TableInput=staging_table())
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

    def register(self, bucket: str, *, indexed: bool | None = None, kind: EventKind = EventKind.ADDED) -> None:
        """Send a registration event, and synchronize the catalog."""
        if kind is EventKind.ADDED:
            self.stack.make_bucket(bucket)
        self.events += 1
        time = START.replace(minute=self.events)
        self.stack.registrar.process(BucketEvent(bucket, kind, time, f"event-{self.events}", indexed))
        self.writer.wake()

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

    def run(self, execution: str = "execution", max_rounds: int = 200) -> int:
        """Run an execution to its end. Returns how many statements it ran."""
        self.executions.running.add(execution)
        result: dict[str, Any] | None = None
        statements = 0
        try:
            for number in range(max_rounds):
                planned = self.rounds.run(execution, number, result)
                result = None
                if planned["Next"] == "Statement":
                    self.add_partition(planned["Statement"]["Key"])
                    result = self.athena.run(planned["Statement"])
                    statements += 1
                elif planned["Next"] != "Round":
                    return statements
        finally:
            self.executions.running.discard(execution)
        raise AssertionError(f"still running after {max_rounds} rounds")

    def add_partition(self, key: str) -> None:
        batch = key.split("-")[1]
        storage = {**staging_table()["StorageDescriptor"], "Location": f"s3://{INDEX_BUCKET}/staging/{batch}/"}
        self.stack.clients.glue.batch_create_partition(
            DatabaseName=DATABASE,
            TableName=STAGING,
            PartitionInputList=[{"Values": [batch], "StorageDescriptor": storage}],
        )

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        """The rows of a query, sorted."""
        return sorted(self.athena.query(sql).rows, key=str)


def staging_table() -> dict[str, Any]:
    """Glue's TableInput of the staging table, as in template.yaml."""
    return {
        "Name": STAGING,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
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
