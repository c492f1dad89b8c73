"""What needs attention, with its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from quilt_athena.client import DeadLetter, Registration, Status
from quilt_athena.registration.registration import BucketState
from quilt_athena_console.attention import Item, items
from quilt_athena_console.buckets import state_of

SENT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


def registration(**fields: Any) -> Registration:
    in_sync: dict[str, Any] = {"bucket": "cells", "state": BucketState.REGISTERED, "revision": 1, "synced_revision": 1}
    return Registration(**{**in_sync, **fields})


def letter(error: str | None = None, reason: str | None = None, body: str = "{}") -> DeadLetter:
    return DeadLetter("bucket-events", "id", SENT, error, reason, body)


def test_healthy_stack_needs_no_attention() -> None:
    assert items(Status([registration()], {"bucket-events": 0}, {}, None), []) == []


def test_every_problem_is_an_item_with_its_reason() -> None:
    status = Status([registration(problem="no access")], {"bucket-events": 1}, {"QueueAge": "Events wait"}, None)
    assert items(status, [letter("InvalidEventError", "no bucket", '{"a":1}')]) == [
        Item("Alarm", "QueueAge", "Events wait"),
        Item("Bucket", "cells", "no access"),
        Item(
            "Dead letter",
            "bucket-events, 2026-11-22 01:02:03 UTC",
            "InvalidEventError: no bucket",
            '{\n  "a": 1\n}',
        ),
    ]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (letter(None, "no permission"), "no permission"),
        (letter("NO_PERMISSIONS"), "NO_PERMISSIONS"),
        (letter(), "The function that processes the queue failed or timed out repeatedly: see its log."),
    ],
)
def test_dead_letter_always_has_a_reason(found: DeadLetter, reason: str) -> None:
    (item,) = items(Status([], {}, {}, None), [found])
    assert item.reason == reason


def test_message_that_is_not_json_is_shown_as_it_is() -> None:
    (item,) = items(Status([], {}, {}, None), [letter(body="not { json")])
    assert item.detail == "not { json"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "In sync"),
        ({"problem": "no access"}, "Problem"),
        ({"view_problem": "stale"}, "Problem"),
        ({"synced_revision": 0}, "Pending"),
        ({"state": BucketState.REMOVED}, "Removed"),
    ],
)
def test_state_of_a_bucket(fields: dict[str, object], state: str) -> None:
    assert state_of(registration(**fields)) == state
