"""Events of one type on the stack's bus, received while a context lasts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.stack.waiting import until
from tests.local_aws import LocalAws


class Heard:
    """The events that a queue received so far."""

    def __init__(self, sqs: Any, url: str) -> None:
        """Nothing was heard yet."""
        self._sqs, self._url = sqs, url
        self._events: list[dict[str, Any]] = []

    def of(self, resource: str) -> dict[str, Any]:
        """Wait for the event about a resource (an ARN)."""

        def look() -> list[dict[str, Any]]:
            for message in self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", []):
                self._events.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            return [event for event in self._events if resource in event["resources"]]

        return until(look)[0]


@contextmanager
def listening(local_aws: LocalAws, detail_type: str) -> Iterator[Heard]:
    """Receive the events of quilt-athena of one type."""
    name = f"test-listener-{uuid.uuid4().hex[:12]}"
    sqs, events, bus = (
        local_aws.stack.client("sqs"),
        local_aws.stack.client("events"),
        local_aws.outputs["EventBusName"],
    )
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["quilt-athena"], "detail-type": [detail_type]}
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    try:
        yield Heard(sqs, url)
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
        events.delete_rule(Name=name, EventBusName=bus)
        sqs.delete_queue(QueueUrl=url)
