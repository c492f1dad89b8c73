"""Output for machines: JSON on standard output, and errors as JSON on standard error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from quilt_athena.cli.output import Output
from quilt_athena.cli.output.rows import to_json, write_result
from quilt_athena.errors import QueryError

if TYPE_CHECKING:
    from quilt_athena.cli.commands.buckets import SentRegistration
    from quilt_athena.client import PackageResult, QueryResult
    from quilt_athena.client.buckets import Discovered
    from quilt_athena.client.catalog import CatalogTable
    from quilt_athena.client.custom_views import StoredViewFile
    from quilt_athena.client.dead_letters import DeadLetter
    from quilt_athena.client.history import PastQuery
    from quilt_athena.client.index import EventSources, IndexEstimate, IndexStatus
    from quilt_athena.client.operations import Status
    from quilt_athena.client.saved_queries import SavedQueryInfo
    from quilt_athena.client.schedules import Run, Schedule
    from quilt_athena.client.view_files import LocalViewFile
    from quilt_athena.registration.registration import Registration


class JsonOutput(Output):
    """JSON, one value per command; field names are those of the contracts where there is one."""

    def error(self, error: Exception, hint: str) -> None:  # noqa: ARG002 - the interface
        fields: dict[str, Any] = {"Error": getattr(error, "error", type(error).__name__), "Message": str(error)}
        if isinstance(error, QueryError):
            fields |= {"Cause": error.cause, "ExecutionArn": error.execution_arn}
        click.echo(to_json(fields), err=True)

    def usage_error(self, error: click.ClickException) -> None:
        click.echo(to_json({"Error": type(error).__name__, "Message": error.format_message()}), err=True)

    def registrations(self, sent: Iterable[SentRegistration]) -> Sequence[SentRegistration]:
        shown = list(sent)
        _print(
            [
                {"Bucket": one.bucket, "State": one.state, "EventId": one.event_id, "Problem": one.problem}
                for one in shown
            ]
        )
        return shown

    def buckets(self, buckets: Sequence[Registration]) -> None:
        _print(
            [
                {
                    "Bucket": bucket.bucket,
                    "State": bucket.state,
                    "Since": _exact(bucket.event_time),
                    "Updated": _exact(bucket.updated_at),
                    "InSync": bucket.is_applied and not bucket.problem,
                    "Problem": bucket.problem,
                }
                for bucket in buckets
            ]
        )

    def index_estimates(self, estimates: Sequence[IndexEstimate]) -> None:
        _print(
            [
                {
                    "Bucket": one.bucket,
                    "Manifests": one.manifests,
                    "Revisions": one.revisions,
                    "Bytes": one.bytes,
                    "EstimatedPriceUSD": one.estimated_price_usd,
                }
                for one in estimates
            ]
        )

    def index_sources(self, sources: Sequence[EventSources]) -> None:
        pass  # one value per command: that of the events that were sent

    def index_rebuilt(self, buckets: Sequence[str], execution: str) -> None:
        _print({"Buckets": list(buckets), "ExecutionArn": execution})

    def index_status(self, statuses: Sequence[IndexStatus]) -> None:
        _print(
            [
                {
                    "Bucket": one.bucket,
                    "State": one.state,
                    "Manifests": one.manifests,
                    "Bytes": one.bytes,
                    "Pending": one.pending,
                    "PendingSince": _exact(one.pending_since),
                    "Unreadable": one.unreadable,
                    "Reason": one.reason or None,
                    "Compared": _exact(one.compared_at),
                    "Differences": one.differences,
                }
                for one in statuses
            ]
        )

    def tables(self, bucket: str, tables: Sequence[CatalogTable]) -> None:  # noqa: ARG002 - the interface
        _print(
            [
                {
                    "Name": table.name,
                    "Kind": table.kind,
                    "Description": table.description,
                    "Bucket": table.bucket,
                    "Columns": [{"Name": column.name, "Type": column.type} for column in table.columns],
                }
                for table in tables
            ]
        )

    def statements(self, statements: Sequence[str]) -> None:
        _print(statements)

    def query_result(self, result: QueryResult, stream: TextIO, *, wide: bool = False) -> int | None:  # noqa: ARG002
        return write_result(result, stream)

    def history(self, queries: Sequence[PastQuery]) -> None:
        _print(
            [
                {
                    "Id": query.id,
                    "Started": _exact(query.started),
                    "State": query.status,
                    "Query": query.query,
                    "RowCount": query.rows,
                    "DataScannedInBytes": query.scanned_bytes,
                    "EstimatedPriceUSD": query.price,
                    "QueryExecutionId": (query.output or {}).get("QueryExecutionId"),
                    "OutputLocation": (query.output or {}).get("OutputLocation"),
                    "Reason": query.reason,
                }
                for query in queries
            ]
        )

    def saved_queries(self, queries: Sequence[SavedQueryInfo]) -> None:
        _print([_saved_query(query) for query in queries])

    def saved_query(self, query: SavedQueryInfo) -> None:
        _print(_saved_query(query))

    def outputs(self, outputs: Mapping[str, str]) -> None:
        _print(outputs)

    def package(self, package: str, result: PackageResult) -> None:  # noqa: ARG002 - the interface
        click.echo(to_json(dict(result.output)))

    def schedule_put(self, schedule: Schedule, *, is_new: bool) -> None:
        _print({**_schedule(schedule), "Created": is_new})

    def schedules(self, schedules: Sequence[Schedule], last_runs: Mapping[str, Run]) -> None:
        _print(
            [
                {**_schedule(one), "LastRun": _run(last_runs[one.name]) if one.name in last_runs else None}
                for one in schedules
            ]
        )

    def schedule(self, schedule: Schedule) -> None:
        _print(_schedule(schedule))

    def schedule_removed(self, name: str) -> None:
        click.echo(to_json({"Name": name, "Removed": True}))

    def run(self, run: Run) -> None:
        _print(_run(run))

    def runs(self, runs: Sequence[Run]) -> None:
        _print([_run(run) for run in runs])

    def view_files_uploaded(self, files: Iterable[tuple[LocalViewFile, bool]], *, creates_views: bool) -> None:
        uploaded = [{"File": file.name, "Path": str(file.path), "Uploaded": changed} for file, changed in files]
        if not creates_views:
            _print(uploaded)

    def view_files_removed(self, names: Sequence[str], *, creates_views: bool) -> None:
        if not creates_views:
            _print([{"File": name, "Removed": True} for name in names])

    def views_created(self, result: Mapping[str, Any]) -> None:
        _print(result)

    def view_files(self, files: Sequence[StoredViewFile]) -> None:
        _print([_view_file(file) for file in files])

    def view_file(self, name: str, content: bytes) -> None:
        _print({"File": name, "SQL": content.decode(errors="replace")})

    def status(self, status: Status) -> None:
        refresh = status.last_refresh
        registered = sum(bucket.registered for bucket in status.buckets)
        _print(
            {
                "NeedsALook": status.needs_attention,
                "Registered": registered,
                "Removed": len(status.buckets) - registered,
                "Failed": [
                    {"Bucket": one.bucket, "State": one.state, "Problem": one.problem, "ViewProblem": one.view_problem}
                    for one in status.failed
                ],
                "DeadLetters": status.dead_letters,
                "DeadLetterReasons": {queue: dict(one) for queue, one in status.dead_letter_reasons.items()},
                "Alarms": status.alarms,
                "RolesWithoutAccess": status.roles_without_access,
                "CustomViewsFailed": [
                    {"File": one.file, "Bucket": one.bucket, "Reason": one.reason} for one in status.custom_views_failed
                ],
                "LastRefresh": refresh
                and {
                    "ExecutionArn": refresh.execution_arn,
                    "Ended": refresh.ended.isoformat(timespec="seconds"),
                    "AgeInSeconds": round(refresh.age_seconds()),
                    "Result": refresh.result,
                },
            }
        )

    def discovered(self, found: Discovered, *, listed: bool) -> None:
        if listed:
            _print({"Buckets": list(found.buckets), "NotReadable": list(found.unreadable)})

    def dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        _print([_dead_letter(letter) for letter in letters])

    def dead_letter(self, letter: DeadLetter) -> None:
        _print(_dead_letter(letter))

    def discarded(self, letters: Sequence[DeadLetter]) -> None:
        _print([{"Id": letter.message_id, "Queue": letter.queue, "Deleted": True} for letter in letters])

    def redriven(self, counts: Iterable[tuple[str, int]]) -> None:
        click.echo(to_json(dict(counts)))

    def console_ready(self, address: str) -> None:
        # On one line: who started the console reads it while the console runs.
        click.echo(json.dumps({"Address": address}))


def _print(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _exact(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def _schedule(schedule: Schedule) -> dict[str, Any]:
    return {
        "Name": schedule.name,
        "ScheduleExpression": schedule.expression,
        "ScheduleExpressionTimezone": schedule.timezone,
        "Enabled": schedule.enabled,
        "Description": schedule.description,
        "Request": dict(schedule.request),
    }


def _dead_letter(letter: DeadLetter) -> dict[str, Any]:
    return {
        "Id": letter.message_id,
        "Queue": letter.queue,
        "Sent": _exact(letter.sent),
        "About": letter.subject or None,
        "Error": letter.error,
        "Reason": letter.reason,
        "Body": letter.body,
    }


def _saved_query(query: SavedQueryInfo) -> dict[str, Any]:
    return {
        "Name": query.name,
        "Description": query.description,
        "Parameters": list(query.parameters),
        "NamedQuery": query.run_as,
        "QueryString": query.sql,
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "Schedule": run.schedule,
        "ExecutionArn": run.execution_arn,
        "Status": run.status,
        "Started": run.started,
        "Ended": run.ended,
        "RowCount": run.rows,
        "Truncated": run.truncated,
        "DataScannedInBytes": run.scanned_bytes,
        "EstimatedPriceUSD": run.price,
        "OutputLocation": run.output_location,
        "Reason": run.reason,
    }


def _view_file(stored: StoredViewFile) -> dict[str, Any]:
    file = stored.file
    return {
        "File": stored.name,
        "Gone": stored.uploaded is None,
        "Scope": None if file is None else "global" if file.is_global else "bucket",
        "Buckets": None if file is None or file.is_global else list(file.patterns),
        "Views": list(stored.views),
        "Uploaded": stored.uploaded and stored.uploaded.isoformat(timespec="seconds"),
        "Problem": stored.problem,
    }
