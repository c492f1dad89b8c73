"""What needs attention, as a list of one shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quilt_athena.client import DeadLetter, Status
from quilt_athena_console.text import time


@dataclass(frozen=True)
class Item:
    """Something that someone should act on: what it is, why, and in ``detail`` what was found."""

    kind: str
    title: str
    reason: str
    detail: str = ""


def items(status: Status, letters: Sequence[DeadLetter]) -> Sequence[Item]:
    """All of them: alarms, buckets, dead letters, roles and custom views."""
    return list(_items(status, letters))


def _items(status: Status, letters: Sequence[DeadLetter]) -> Iterator[Item]:
    for name, description in sorted(status.alarms.items()):
        yield Item("Alarm", name, description)
    for bucket in status.failed:
        yield Item("Bucket", bucket.bucket, bucket.problem or bucket.view_problem or "")
    for letter in letters:
        title = f"{letter.queue}, {time(letter.sent)}"
        yield Item("Dead letter", title, _reason(letter), _formatted(letter.body))
    for role, reason in sorted(status.roles_without_access.items()):
        yield Item("Role without the access policy", role, reason)
    for view in status.custom_views_failed:
        title = " · ".join(filter(None, (view.file or "all files", view.bucket)))
        yield Item("Custom view", title, view.reason)


def _reason(letter: DeadLetter) -> str:
    if letter.reason:
        return f"{letter.error}: {letter.reason}" if letter.error else letter.reason
    return letter.error or "The function that processes the queue failed or timed out repeatedly: see its log."


def _formatted(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
