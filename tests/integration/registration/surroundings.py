"""What is around the catalog: the registry, the queues, and the published events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Any

from local.stack.waiting import until
from quilt_athena.catalog.desired_state import CatalogSettings, DesiredState, desired_state
from quilt_athena.registration.registration import Registration
from quilt_athena.registration.registry import Registry
from tests.local_aws import LocalAws


@dataclass
class Surroundings:
    """Of the deployed stack. A context manager, which deletes its listener at the end."""

    local_aws: LocalAws
    listener: str

    def __enter__(self) -> Surroundings:
        self.announcements_url = self.sqs.create_queue(QueueName=self.listener)["QueueUrl"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.announcements_url, AttributeNames=["QueueArn"])
        pattern = {"source": ["quilt-athena"], "detail-type": ["catalog-changed"]}
        self.events.put_rule(Name=self.listener, EventBusName=self.bus, EventPattern=json.dumps(pattern))
        target = {"Id": "queue", "Arn": answer["Attributes"]["QueueArn"]}
        self.events.put_targets(Rule=self.listener, EventBusName=self.bus, Targets=[target])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.events.remove_targets(Rule=self.listener, EventBusName=self.bus, Ids=["queue"])
        self.events.delete_rule(Name=self.listener, EventBusName=self.bus)
        self.sqs.delete_queue(QueueUrl=self.announcements_url)

    @cached_property
    def sqs(self) -> Any:
        """A boto3 client of SQS."""
        return self.local_aws.stack.client("sqs")

    @cached_property
    def events(self) -> Any:
        """A boto3 client of EventBridge."""
        return self.local_aws.stack.client("events")

    @property
    def bus(self) -> str:
        """The stack's event bus."""
        return self.local_aws.outputs["EventBusName"]

    @cached_property
    def registry(self) -> Registry:
        """The stack's registry."""
        return Registry(self.local_aws.stack.client("dynamodb"), self.local_aws.outputs["RegistryTableName"])

    @property
    def database(self) -> str:
        """The stack's database."""
        return self.local_aws.outputs["DatabaseName"]

    def desired_state(self, bucket: str) -> DesiredState:
        """What the catalog should contain for a bucket."""
        location = f"s3://{self.local_aws.outputs['ResultsBucketName']}/all-buckets/"
        return desired_state(bucket, CatalogSettings(self.database, location))

    def tables(self, bucket: str) -> dict[str, Mapping[str, Any]]:
        """The tables and views that have the names of a bucket's."""
        wanted = self.desired_state(bucket).names
        return {table["Name"]: table for table in self.local_aws.tables("") if table["Name"] in wanted}

    def settled(self, bucket: str, time: datetime | None = None) -> Registration:
        """Wait until a bucket's newest event (that of ``time``) was applied; what the registry contains then."""

        def is_applied(known: Registration | None) -> bool:
            in_sync = known is not None and known.is_in_sync(self.desired_state(bucket).fingerprint)
            return in_sync and time in (None, known and known.event_time)

        known = until(lambda: self.registry.get(bucket), is_applied)
        assert known
        return known

    def assert_as_registered(self, bucket: str, known: Registration) -> None:
        """The bucket's tables, views and partitions all exist as declared, or none does."""
        tables = self.tables(bucket)
        for partition in self.desired_state(bucket).partitions:
            asked = [{"Values": [bucket]}]
            found = self.local_aws.glue.batch_get_partition(
                DatabaseName=self.database, TableName=partition.table, PartitionsToGet=asked
            )["Partitions"]
            expected = [partition.partition_input["StorageDescriptor"]["Location"]] if known.registered else []
            assert [one["StorageDescriptor"]["Location"] for one in found] == expected
        if not known.registered:
            assert tables == {}
            return
        for desired in self.desired_state(bucket).tables:
            wanted, found = desired.table_input, tables[desired.name]
            assert found["Parameters"].items() >= wanted["Parameters"].items()
            for key in ("TableType", "Description", "ViewOriginalText", "ViewExpandedText"):
                assert (found.get(key) or "") == wanted.get(key, ""), key
            for key, value in wanted["StorageDescriptor"].items():
                assert found["StorageDescriptor"][key] == value, key

    def announcements(self, bucket: str, count: int) -> list[dict[str, Any]]:
        """Wait for ``count`` `catalog-changed` events of a bucket."""
        found: list[dict[str, Any]] = []

        def look() -> list[dict[str, Any]]:
            events = (json.loads(message["Body"]) for message in self._take(self.announcements_url))
            found.extend(event for event in events if event["detail"]["bucket"] == bucket)
            return found

        return until(look, lambda events: len(events) >= count)

    def dead_letter(self, marker: str) -> dict[str, Any]:
        """Wait for a message with ``marker`` in its body in the dead-letter queue, and delete it."""
        url = self.local_aws.outputs["BucketEventsDeadLetterQueueUrl"]
        (letter,) = until(lambda: [message for message in self._take(url, keep=True) if marker in message["Body"]])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
        return letter

    def _take(self, url: str, *, keep: bool = False) -> list[dict[str, Any]]:
        """Receive messages; those that are kept are visible to others again immediately."""
        messages: list[dict[str, Any]] = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0 if keep else 30
        ).get("Messages", [])
        if not keep:
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return messages


def reason(letter: Mapping[str, Any]) -> tuple[str, str]:
    """The Error and the Reason of a dead letter."""
    attributes = letter["MessageAttributes"]
    return attributes["Error"]["StringValue"], attributes["Reason"]["StringValue"]
