"""What lists and status say about one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quilt_athena.cli.output.text import duration, size, time

if TYPE_CHECKING:
    from quilt_athena.client.custom_views import StoredViewFile
    from quilt_athena.client.index import EventSources
    from quilt_athena.client.operations import Refresh
    from quilt_athena.client.saved_queries import SavedQueryInfo
    from quilt_athena.client.schedules import Run

#: How much of a query or its failure a list shows; --json has everything.
_SHORT_TEXT = 100
#: How many views of a removed file are named; --json has all.
_REMAINING_VIEWS = 3


def saved_query_name(query: SavedQueryInfo) -> str:
    """Its name; of one that people saved, with the id that `--named` takes."""
    return query.name if query.name == query.run_as else f"{query.name} ({query.run_as})"


def shortened(text: str) -> str:
    """Text on one line of a list."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT_TEXT else f"{line[: _SHORT_TEXT - 3]}..."


def run_result(run: Run) -> str:
    """How a scheduled run ended, or why it failed."""
    if run.reason:
        return f"{run.status}: {run.reason}"
    return run.status if run.scanned_bytes is None else f"{run.status}, {size(run.scanned_bytes)} scanned"


def view_file_row(file: StoredViewFile) -> tuple[str, str, int, str, str]:
    """Its name, its buckets, the number of its views, when it was written, and its problem."""
    if file.uploaded is None:
        named = ", ".join(file.views[:_REMAINING_VIEWS])
        rest = len(file.views) - _REMAINING_VIEWS
        more = f" and {rest:,} more" if rest > 0 else ""
        return "(removed)", "", len(file.views), "", f"views of {file.name} still exist: {named}{more}"
    return file.name, _applies_to(file), len(file.views), time(file.uploaded), file.problem or ""


def _applies_to(stored: StoredViewFile) -> str:
    if stored.file is None:
        return ""
    if stored.file.is_global:
        return "once"
    return "every bucket" if "*" in stored.file.patterns else ", ".join(stored.file.patterns)


def last_refresh(refresh: Refresh | None) -> str:
    """When the last refresh of all buckets was, and what it found."""
    if refresh is None:
        return "none of all buckets among the latest"
    result = refresh.result
    # Stacks deployed earlier report missing buckets as Gone.
    kinds = {"Repaired": "repaired", "Failed": "failed", "Missing": "missing", "Gone": "missing"}
    counts = ", ".join(f"{result[kind]['Count']} {text}" for kind, text in kinds.items() if kind in result)
    return f"{duration(refresh.age_seconds())} ago, {result.get('Checked', 0)} buckets checked, {counts}"


def change_sources(sources: EventSources) -> str:
    """What reports the changes of a bucket, and what switching S3's events on costs."""
    if sources.topics is None:
        return "you can't see its notifications (s3:GetBucketNotification)"
    topics = [f"topic {topic} (if IndexEventsQueueUrl is subscribed to it)" for topic in sources.topics]
    found = (["S3 events through EventBridge"] if sources.eventbridge else []) + topics
    if found:
        return f"changes are reported by package-revision events, {', '.join(found)} and the refresh"
    return (
        "changes are reported by package-revision events and the refresh. For all others within two minutes, send the"
        " bucket's S3 events to EventBridge (free for AWS's own events; a rule's targets may be billed)"
    )
