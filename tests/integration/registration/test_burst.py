"""Bursts of registrations, shuffled and repeated: none is lost, and no bucket is left incomplete."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.stack.waiting import until
from tests.integration.registration.surroundings import Surroundings
from tests.local_aws import LocalAws

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """An event as EventBridge delivers it."""

    id: str
    bucket: str
    kind: str
    time: datetime

    @property
    def body(self) -> str:
        """The body of its message."""
        envelope = {
            "version": "0",
            "id": self.id,
            "detail-type": "bucket-registration",
            "source": "com.quiltdata",
            "time": self.time.isoformat(),
            "resources": [f"arn:aws:s3:::{self.bucket}"],
            "detail": {"version": "0.1", "type": self.kind, "bucket": self.bucket},
        }
        return json.dumps(envelope)


def test_a_burst_ends_as_the_newest_event_of_each_bucket_requires(
    local_aws: LocalAws, surroundings: Surroundings
) -> None:
    """200 events of 60 buckets, 50 of them twice, in any order. (They are put into the queue, since EventBridge
    gives each event the time of its arrival and an id of its own.)"""
    chance = random.Random(20261120)  # noqa: S311 - the same burst every time
    kinds = ["added", "updated", "removed"]
    buckets = make_buckets(local_aws, 60)
    history = [
        Sent(str(uuid.uuid4()), buckets[number % 60], chance.choice(kinds), START + timedelta(seconds=number))
        for number in range(200)
    ]
    newest = {event.bucket: event for event in history}
    assert {event.kind for event in newest.values()} == set(kinds)
    burst = history + chance.sample(history, k=50)
    chance.shuffle(burst)

    queue = local_aws.outputs["BucketEventsQueueUrl"]
    for ten in tens(burst):
        entries = [{"Id": str(number), "MessageBody": event.body} for number, event in enumerate(ten)]
        answer = surroundings.sqs.send_message_batch(QueueUrl=queue, Entries=entries)
        assert len(answer["Successful"]) == len(entries)

    wait_until_processed(local_aws, surroundings, buckets)
    for bucket, event in newest.items():
        known = surroundings.settled(bucket, event.time)
        assert known.registered == (event.kind != "removed"), event
        surroundings.assert_as_registered(bucket, known)


def test_200_registrations_at_once_create_all_tables(local_aws: LocalAws, surroundings: Surroundings) -> None:
    """100 buckets, each registered twice, through EventBridge."""
    chance = random.Random(1)  # noqa: S311 - the same order every time
    buckets = make_buckets(local_aws, 100)
    burst = buckets * 2
    chance.shuffle(burst)
    for ten in tens(burst):
        entries = [
            {
                "EventBusName": surroundings.bus,
                "Source": "com.quiltdata",
                "DetailType": "bucket-registration",
                "Detail": json.dumps({"version": "0.1", "type": "added", "bucket": bucket}),
            }
            for bucket in ten
        ]
        assert surroundings.events.put_events(Entries=entries)["FailedEntryCount"] == 0
    for bucket in buckets:
        surroundings.assert_as_registered(bucket, surroundings.settled(bucket))
    wait_until_processed(local_aws, surroundings, buckets)


def make_buckets(local_aws: LocalAws, count: int) -> list[str]:
    """Buckets of the test's own."""
    run = uuid.uuid4().hex[:8]
    return [local_aws.make_bucket(f"burst-{run}-{number}") for number in range(count)]


def tens(things: Sequence[Any]) -> list[Sequence[Any]]:
    """In batches of ten, the maximum of SQS and EventBridge."""
    return [things[first : first + 10] for first in range(0, len(things), 10)]


def wait_until_processed(local_aws: LocalAws, surroundings: Surroundings, buckets: Sequence[str]) -> None:
    """Wait until the queue is empty, and no message is in progress; these buckets have no dead letters."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def messages() -> int:
        url = local_aws.outputs["BucketEventsQueueUrl"]
        attributes = surroundings.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)

    # On a busy machine a function may time out; its messages are hidden for 390 seconds.
    until(messages, (0).__eq__, timeout=600)
    assert not [body for body in _dead_letters(local_aws, surroundings) if any(f'"{name}"' in body for name in buckets)]


def _dead_letters(local_aws: LocalAws, surroundings: Surroundings) -> list[str]:
    """All messages in the dead-letter queue, in which other tests leave some behind."""
    url, found = local_aws.outputs["BucketEventsDeadLetterQueueUrl"], []
    # Invisible until all have been read.
    while messages := surroundings.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5).get(
        "Messages"
    ):
        found += [str(message["Body"]) for message in messages]
    return found
