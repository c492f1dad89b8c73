"""Quantities and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime


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


def count(number: int, noun: str) -> str:
    """``1, "row"`` -> ``1 row``; ``2000, "row"`` -> ``2,000 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def time(moment: datetime) -> str:
    """``2026-11-20 12:00:00 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
