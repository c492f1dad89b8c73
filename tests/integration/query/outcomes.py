"""Queries requested by events, and the events that report their outcome."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Any

from local.stack.waiting import until
from tests.local_aws import LocalAws


@dataclass
class Outcomes:
    """Receives the outcomes that the deployed stack publishes; a context manager."""

    local_aws: LocalAws
    name: str = field(default_factory=lambda: f"test-outcomes-{uuid.uuid4().hex[:12]}")
    received: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __enter__(self) -> Outcomes:
        self.url = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = {"source": ["quilt-athena"], "detail-type": ["query-succeeded", "query-failed"]}
        self.events.put_rule(Name=self.name, EventBusName=self.bus, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=self.name, EventBusName=self.bus, Targets=[{"Id": "queue", "Arn": arn}])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.events.remove_targets(Rule=self.name, EventBusName=self.bus, Ids=["queue"])
        self.events.delete_rule(Name=self.name, EventBusName=self.bus)
        self.sqs.delete_queue(QueueUrl=self.url)

    @cached_property
    def sqs(self) -> Any:
        """A client of SQS."""
        return self.local_aws.stack.client("sqs")

    @cached_property
    def events(self) -> Any:
        """A client of EventBridge."""
        return self.local_aws.stack.client("events")

    @property
    def bus(self) -> str:
        """The stack's event bus."""
        return self.local_aws.outputs["EventBusName"]

    def request(self, request: Any, correlation_id: str | None = None) -> str:
        """Request a query; return its correlation id."""
        correlation_id = correlation_id or f"test-{uuid.uuid4().hex}"
        detail = {"version": "0.1", "correlationId": correlation_id, "request": request}
        self.local_aws.send("query-requested", detail)
        return correlation_id

    def all_of(self, correlation_id: str) -> list[dict[str, Any]]:
        """The outcomes of a query that were received so far."""
        for message in self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])
            self.received.setdefault(event["detail"]["correlationId"], []).append(event)
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self.received.get(correlation_id, [])

    def of(self, correlation_id: str) -> tuple[str, dict[str, Any]]:
        """Wait for the outcome of a query; return its detail-type and detail."""
        [event, *_] = until(lambda: self.all_of(correlation_id))
        return event["detail-type"], event["detail"]


def dead_letters(local_aws: LocalAws, output: str, holding: str) -> list[dict[str, str]]:
    """Delete the messages of a dead-letter queue whose body contains a text; return their attributes."""
    sqs = local_aws.stack.client("sqs")
    url = local_aws.outputs[output]
    found = []
    for message in sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=1
    ).get("Messages", []):
        if holding in message["Body"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append({name: value["StringValue"] for name, value in message["MessageAttributes"].items()})
    return found
