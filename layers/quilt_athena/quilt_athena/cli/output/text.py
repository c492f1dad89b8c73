"""Quantities and times as people read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from quilt_athena.cli.output.terminal import printable


def size(count: int) -> str:
    """``1536`` -> ``1.5 KB``."""
    if count < 1024:
        return f"{count} B"
    amount = float(count)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1024
        if amount < 1024 or unit == "TB":
            break
    return f"{amount:.1f} {unit}"


def entries(count: int) -> str:
    """``1`` -> ``1 entry``, ``2`` -> ``2 entries``."""
    return "1 entry" if count == 1 else f"{count:,} entries"


def duration(seconds: float) -> str:
    """``7300`` -> ``2 hours``, in the largest unit of which there are two."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}s"
    rest = round(max(seconds, 0))
    return "1 second" if rest == 1 else f"{rest} seconds"


def printable_json(text: str) -> str:
    """A JSON document on several lines; other text as it is, without control characters."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return printable(text)


def time(moment: datetime) -> str:
    """``2026-11-20 12:00:00 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
