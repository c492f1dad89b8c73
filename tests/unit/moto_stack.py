"""The stack's resources in moto, with the registrar that works on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.client import BaseClient

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.catalog.changes import Change
from quilt_athena.catalog.desired_state import CatalogSettings, DesiredState
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.reconciler import Reconciler, TrustCache
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registration import Registration
from quilt_athena.registration.registry import Registry
from tests.desired import ALL_BUCKETS_LOCATION, DATABASE, SETTINGS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

REGISTRY_TABLE = "registry"
INDEX_TABLE = "index"
#: Moto gives a state machine this ARN by its name.
INDEX_STATE_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:index"
EVENT_BUS = "buckets"
START = datetime(2025, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Clients:
    """The clients that a registrar uses, and those of the queues."""

    glue: GlueClient
    dynamodb: DynamoDBClient
    s3: S3Client
    events: EventBridgeClient
    sqs: SQSClient
    stepfunctions: SFNClient

    @classmethod
    def make(cls) -> Clients:
        """All of them, with dummy credentials."""
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        names = ("glue", "dynamodb", "s3", "events", "sqs", "stepfunctions")
        return cls(**{name: session.client(name, config=CLIENT_CONFIG) for name in names})  # type: ignore[call-overload]
        # boto3's stubs know a service by its literal name only

    def all(self) -> list[BaseClient]:
        """All of them."""
        return [cast(BaseClient, client) for client in vars(self).values()]


@dataclass(frozen=True)
class MotoStack:
    """The stack's resources, and views on their state."""

    clients: Clients
    registrar: BucketRegistrar
    announcements_url: str
    dead_letters_url: str

    @classmethod
    def deploy(cls, clients: Clients) -> MotoStack:
        """Make everything; ``catalog-changed`` events are collected in a queue."""
        clients.glue.create_database(DatabaseInput={"Name": DATABASE})
        clients.dynamodb.create_table(
            TableName=REGISTRY_TABLE,
            AttributeDefinitions=[{"AttributeName": "bucket", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "bucket", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.dynamodb.create_table(
            TableName=INDEX_TABLE,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.stepfunctions.create_state_machine(
            name="index", definition="{}", roleArn="arn:aws:iam::123456789012:role/index"
        )
        clients.events.create_event_bus(Name=EVENT_BUS)
        url = clients.sqs.create_queue(QueueName="announcements")["QueueUrl"]
        arn = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        clients.events.put_rule(
            Name="announcements",
            EventBusName=EVENT_BUS,
            EventPattern=json.dumps({"source": ["quilt-athena"], "detail-type": ["catalog-changed"]}),
        )
        clients.events.put_targets(Rule="announcements", EventBusName=EVENT_BUS, Targets=[{"Id": "queue", "Arn": arn}])
        registrar = BucketRegistrar(
            reconciler=Reconciler(GlueCatalog(clients.glue, DATABASE), SETTINGS, TrustCache()),
            registry=Registry(clients.dynamodb, REGISTRY_TABLE),
            s3=clients.s3,
            events=clients.events,
            event_bus=EVENT_BUS,
        )
        dead_letters_url = clients.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        return cls(clients, registrar, url, dead_letters_url)

    def all_buckets(self) -> MotoStack:
        """The same with the all-buckets tables, as it is deployed."""
        return self.with_settings(all_buckets_location=ALL_BUCKETS_LOCATION)

    def with_settings(self, **changes: Any) -> MotoStack:
        """The same stack with other settings of the catalog, as after an upgrade; nothing is cached."""
        settings = replace(self.registrar.reconciler.settings, **changes)
        reconciler = replace(self.registrar.reconciler, settings=settings, trust=TrustCache())
        return replace(self, registrar=replace(self.registrar, reconciler=reconciler))

    @property
    def settings(self) -> CatalogSettings:
        """The settings of the catalog."""
        return self.registrar.reconciler.settings

    def desired_state(self, bucket: str) -> DesiredState:
        """What the catalog should contain for a bucket."""
        return self.registrar.reconciler.desired_state(bucket)

    def reconcile(self, bucket: str, *, registered: bool = True) -> set[tuple[str, str]]:
        """Reconcile the catalog for a bucket, whatever the registry contains; the (name, action) of each change."""
        changes = self.registrar.reconciler.reconcile(self.desired_state(bucket), registered=registered)
        assert len(set(changes)) == len(changes)
        return {(change.name, change.action.value) for change in changes}

    def synchronize(self, bucket: str) -> tuple[Change, ...]:
        """Synchronize the catalog with the registry, as a refresh does."""
        known = self.registration(bucket)
        assert known
        return self.registrar.synchronize(known)

    def all_tables(self) -> dict[str, Mapping[str, Any]]:
        """All tables and views of the database, as Glue has them."""
        pages = self.registrar.reconciler.catalog.walk()
        return {table["Name"]: table for page in pages for table in page}

    def partitions(self) -> dict[tuple[str, str], str]:
        """The locations of the partitions of the all-buckets tables, by table and bucket."""
        found = self.registrar.reconciler.walk_partitions()
        return {(table, one["Values"][0]): one["StorageDescriptor"]["Location"] for table, one in found}

    def make_bucket(self, bucket: str) -> str:
        """Make an S3 bucket; its name."""
        self.clients.s3.create_bucket(Bucket=bucket)
        return bucket

    def tables(self, bucket: str) -> dict[str, Mapping[str, Any]]:
        """The tables and views that have the names of a bucket's, as Glue has them."""
        wanted = self.desired_state(bucket).names
        return {name: table for name, table in self.all_tables().items() if name in wanted}

    def registration(self, bucket: str) -> Registration | None:
        """What the registry knows about a bucket."""
        return self.registrar.registry.get(bucket)

    def announcements(self) -> list[dict[str, Any]]:
        """The `catalog-changed` events that were published since the last call."""
        return [json.loads(message["Body"]) for message in self._drain(self.announcements_url)]

    def dead_letters(self) -> list[dict[str, Any]]:
        """The messages in the dead-letter queue, which is empty afterwards."""
        return self._drain(self.dead_letters_url)

    def _drain(self, url: str) -> list[dict[str, Any]]:
        drained: list[dict[str, Any]] = []
        while messages := self.clients.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=0
        ).get("Messages"):
            for message in messages:
                self.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            drained += cast(list[dict[str, Any]], messages)
        return drained

    def assert_declared(self, bucket: str) -> None:
        """The bucket's tables and views exist, each as declared (and maybe with more parameters)."""
        tables = self.tables(bucket)
        for desired in self.desired_state(bucket).tables:
            wanted, found = desired.table_input, tables.pop(desired.name)
            parameters = found["Parameters"]
            assert parameters.items() >= wanted["Parameters"].items()
            assert {key: found[key] for key in wanted} == {**wanted, "Parameters": parameters}
            assert ("Description" in found) == ("Description" in wanted)
        assert tables == {}

    def assert_in_sync(self, bucket: str) -> Registration:
        """The catalog is what the registry requires, and the registry knows that; what it contains."""
        known = self.registration(bucket)
        assert known is not None
        assert known.is_in_sync(self.desired_state(bucket).fingerprint), known
        if known.registered:
            self.assert_declared(bucket)
        else:
            assert self.tables(bucket) == {}
        return known


def bucket_event(
    bucket: str,
    kind: EventKind,
    seconds: int = 0,
    id: str | None = None,  # noqa: A002 - the field's name
    *,
    indexed: bool | None = None,
) -> BucketEvent:
    """An event of a bucket, ``seconds`` after the start, which may ask for it to be indexed, or not."""
    time = START + timedelta(seconds=seconds)
    return BucketEvent(bucket, kind, time, id or f"{kind.value}-{seconds}", indexed=indexed)
