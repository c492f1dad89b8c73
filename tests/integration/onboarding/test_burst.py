"""A burst of registrations, shuffled and repeated: nothing is lost, no bucket is half-made."""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.waiting import until
from tests.integration.onboarding.surroundings import Surroundings
from tests.laptop import Laptop

BUCKETS = 60
EVENTS = 200
START = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """An event as it is sent."""

    bucket: str
    kind: str
    time: datetime

    def entry(self, bus: str) -> dict[str, Any]:
        """For PutEvents."""
        detail = {"version": "0.1", "type": self.kind, "bucket": self.bucket}
        return {
            "EventBusName": bus,
            "Source": "com.quiltdata",
            "DetailType": "bucket-registration",
            "Time": self.time,
            "Detail": json.dumps(detail),
        }


def test_a_burst_ends_as_the_newest_event_of_each_bucket_says(laptop: Laptop, surroundings: Surroundings) -> None:
    chance = random.Random(20261120)  # noqa: S311 - the same burst every time
    run = uuid.uuid4().hex[:8]
    buckets = [laptop.make_bucket(f"burst-{run}-{number}") for number in range(BUCKETS)]
    kinds = ["added", "updated", "removed"]
    history = [
        Sent(buckets[number % BUCKETS], chance.choice(kinds), START + timedelta(seconds=number))
        for number in range(EVENTS)
    ]
    newest = {event.bucket: event for event in history}
    assert {event.kind for event in newest.values()} == set(kinds)
    burst = history + chance.choices(history, k=EVENTS // 4)
    chance.shuffle(burst)

    for first in range(0, len(burst), 10):
        entries = [event.entry(surroundings.bus) for event in burst[first : first + 10]]
        assert surroundings.events.put_events(Entries=entries)["FailedEntryCount"] == 0

    for bucket in buckets:
        known = surroundings.settled(bucket, newest[bucket].time)
        assert known.registered == (newest[bucket].kind != "removed"), bucket
    queue = laptop.outputs["BucketEventsQueueUrl"]
    until(lambda: _waiting(surroundings, queue) == 0)
    for bucket in buckets:
        surroundings.assert_as_registered(bucket, surroundings.settled(bucket, newest[bucket].time))
    dead = surroundings.sqs.get_queue_attributes(
        QueueUrl=laptop.outputs["BucketEventsDeadLetterQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]["ApproximateNumberOfMessages"]
    assert int(dead) == 0


def _waiting(surroundings: Surroundings, url: str) -> int:
    """Messages in a queue, those that are being processed included."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = surroundings.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)
