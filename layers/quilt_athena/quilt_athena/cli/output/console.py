"""Output for people: text and tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click

from quilt_athena.cli.output import Output
from quilt_athena.cli.output.cells import (
    change_sources,
    last_refresh,
    run_result,
    saved_query_name,
    shortened,
    view_file_row,
)
from quilt_athena.cli.output.rows import write_table
from quilt_athena.cli.output.tables import print_table
from quilt_athena.cli.output.text import entries, printable_json, size, time
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

#: How much of the id of a query or dead letter is shown; the commands accept that.
_SHORT_ID = 8
#: How many skipped rows are shown; --json has more.
_SKIPPED_ROWS = 10


class ConsoleOutput(Output):
    """Text for people. Where there is nothing to show, standard error says what to do."""

    def error(self, error: Exception, hint: str) -> None:
        click.secho(f"{type(error).__name__}: {error}", fg="red", err=True)
        if isinstance(error, QueryError):
            reason = error.state_change_reason
            if reason and reason not in str(error):
                _note(f"Athena: {reason}")
            if error.query_execution_id:
                _note(f"Query execution: {error.query_execution_id}")
        if hint:
            _note(hint)

    def usage_error(self, error: click.ClickException) -> None:
        error.show()

    def registrations(self, sent: Iterable[SentRegistration]) -> Sequence[SentRegistration]:
        shown = []
        for one in sent:
            shown.append(one)
            text = f"{one.bucket}: {one.state}" + (f" ({one.problem})" if one.problem else "")
            click.secho(text, fg="red" if one.problem else None, err=bool(one.problem))
        return shown

    def buckets(self, buckets: Sequence[Registration]) -> None:
        if not buckets:
            _note("No buckets yet: quilt-athena register BUCKET")
            return
        rows = [
            (
                bucket.bucket,
                bucket.state if bucket.problem or bucket.is_applied else f"{bucket.state} (in progress)",
                time(bucket.event_time) if bucket.event_time else "first package event",
                bucket.problem or "",
            )
            for bucket in buckets
        ]
        print_table(("bucket", "state", "since", "problem"), rows)

    def index_estimates(self, estimates: Sequence[IndexEstimate]) -> None:
        rows = [
            (one.bucket, f"{one.manifests:,}", f"{one.revisions:,}", size(one.bytes), f"{one.estimated_price_usd:.4f}")
            for one in estimates
        ]
        print_table(("bucket", "manifests", "revisions", "bytes", "USD"), rows)

    def index_sources(self, sources: Sequence[EventSources]) -> None:
        for one in sources:
            _note(f"{one.bucket}: {change_sources(one)}")
        _note(
            "Roles that have the access policy attached by the stack can read the index. Grant it to all other readers"
            " first: once a bucket is complete, its views read the index."
        )

    def index_rebuilt(self, buckets: Sequence[str], execution: str) -> None:
        _note(f"Indexing {len(buckets):,} buckets again: {execution}")

    def index_status(self, statuses: Sequence[IndexStatus]) -> None:
        if not statuses:
            _note("No bucket is indexed: quilt-athena index enable BUCKET")
            return
        rows = [
            (
                one.bucket,
                one.state,
                f"{one.manifests:,}",
                size(one.bytes),
                f"{one.pending:,}",
                time(one.pending_since) if one.pending_since else "",
                f"{one.unreadable:,}",
                time(one.compared_at) if one.compared_at else "",
                f"{one.differences:,}" if one.compared_at else "",
                one.reason,
            )
            for one in statuses
        ]
        print_table(
            (
                *("bucket", "state", "manifests", "bytes", "pending", "since", "unreadable", "compared", "differences"),
                "reason",
            ),
            rows,
        )

    def tables(self, bucket: str, tables: Sequence[CatalogTable]) -> None:
        if not tables:
            _note(f"The catalog has no tables for bucket {bucket}: quilt-athena register {bucket}")
        for number, table in enumerate(tables):
            if number:
                click.echo()
            click.secho(f"{table.name} ({table.kind})", bold=True)
            if table.description:
                click.echo(table.description)
            if table.bucket != bucket:
                click.secho("Unmanaged: it lacks the table parameter that quilt-athena sets", fg="yellow")
            print_table(("column", "type"), [(column.name, column.type) for column in table.columns])

    def statements(self, statements: Sequence[str]) -> None:
        click.echo("\n\n".join(f"{statement};" for statement in statements))

    def query_result(self, result: QueryResult, stream: TextIO, *, wide: bool = False) -> int | None:
        return write_table(result, stream, wide=wide)

    def history(self, queries: Sequence[PastQuery]) -> None:
        if not queries:
            _note("No queries yet: quilt-athena query SQL")
            return
        rows = [
            (
                query.id[:_SHORT_ID],
                time(query.started),
                query.status,
                "" if query.rows is None else query.rows,
                "" if query.scanned_bytes is None else size(query.scanned_bytes),
                "" if query.price is None else f"{query.price:.6f}",
                shortened(query.reason or query.query),
            )
            for query in queries
        ]
        print_table(("id", "started", "state", "rows", "scanned", "USD", "query, or why it failed"), rows)

    def saved_queries(self, queries: Sequence[SavedQueryInfo]) -> None:
        rows = [
            (saved_query_name(query), ", ".join(query.parameters), query.description or shortened(query.sql))
            for query in queries
        ]
        print_table(("query", "parameters", "description"), rows)

    def saved_query(self, query: SavedQueryInfo) -> None:
        if query.description:
            click.secho(query.description, bold=True)
        parameters = "".join(f" --param {name.upper().replace(' ', '_')}" for name in query.parameters)
        click.echo(f"quilt-athena query --named {query.run_as}{parameters}")
        click.echo()
        click.echo(query.sql)

    def outputs(self, outputs: Mapping[str, str]) -> None:
        print_table(("output", "value"), list(outputs.items()))

    def package(self, package: str, result: PackageResult) -> None:
        output = result.output
        done = "pushed" if result.created else "not pushed: the newest revision already has these contents"
        click.echo(f"{package}: {done}")
        click.echo(f"top hash  {result.top_hash}")
        click.echo(f"revision  {time(result.pushed_at) if result.pushed_at else 'unknown'}")
        from_manifests = f"{output['EntriesFromManifests']:,} as in their manifests"
        click.echo(f"contents  {entries(result.entries)}, {size(result.bytes)}, {from_manifests}")
        if count := output.get("MetadataFromRows"):
            click.echo(
                f"metadata  {entries(count)} with Athena's lower-case keys; select tophash to keep their original case"
            )
        if count := result.other_objects:
            click.echo(f"objects   {entries(count)} from the existing manifest: other objects with the same contents")
        if count := output["HashedEntries"]:
            click.echo(f"hashed    {entries(count)} without a hash, {size(output['HashedBytes'])} read")
        if result.skipped_count:
            _note(f"skipped   {result.skipped_count:,} rows")
            for row in result.skipped[:_SKIPPED_ROWS]:
                _note(f"  row {row['Row']}: {row['Reason']}")
            if result.skipped_count > _SKIPPED_ROWS:
                _note(f"  and {result.skipped_count - _SKIPPED_ROWS:,} more")

    def schedule_put(self, schedule: Schedule, *, is_new: bool) -> None:
        done = "created" if is_new else "updated"
        click.echo(f"{schedule.name}: {done}, {schedule.expression} {schedule.timezone}")

    def schedules(self, schedules: Sequence[Schedule], last_runs: Mapping[str, Run]) -> None:
        if not schedules:
            _note("No schedules yet: quilt-athena schedule put NAME --cron FIELDS --file FILE")
            return
        rows = [
            (
                schedule.name,
                f"{schedule.expression} {schedule.timezone}",
                "" if schedule.enabled else "disabled",
                run_result(last_runs[schedule.name]) if schedule.name in last_runs else "has not run",
            )
            for schedule in schedules
        ]
        print_table(("schedule", "when", "state", "last run"), rows)

    def schedule(self, schedule: Schedule) -> None:
        state = "" if schedule.enabled else ", disabled"
        click.secho(f"{schedule.name}: {schedule.expression} {schedule.timezone}{state}", bold=True)
        if schedule.description:
            click.echo(schedule.description)
        if "QueryString" in schedule.request:
            click.echo(schedule.request["QueryString"])
        for field, value in schedule.request.items():
            if field != "QueryString":
                click.echo(f"{field}: {json.dumps(value, ensure_ascii=False)}")

    def schedule_removed(self, name: str) -> None:
        click.echo(f"{name}: removed")

    def run(self, run: Run) -> None:
        failed = run.reason is not None
        click.secho(f"{run.schedule}: {run_result(run)}", fg="red" if failed else None, err=failed)
        if run.status != "SUCCEEDED":  # where to look further
            _note(run.execution_arn)

    def runs(self, runs: Sequence[Run]) -> None:
        if not runs:
            _note("No runs yet")
            return
        rows = [
            (
                run.schedule,
                run.started[:19].replace("T", " "),
                run.status,
                "" if run.rows is None else f"{run.rows}{'+' if run.truncated else ''}",
                "" if run.scanned_bytes is None else size(run.scanned_bytes),
                "" if run.price is None else f"{run.price:.6f}",
                run.reason or run.output_location or "",
            )
            for run in runs
        ]
        print_table(("schedule", "started (UTC)", "status", "rows", "scanned", "USD", "result or reason"), rows)

    def view_files_uploaded(self, files: Iterable[tuple[LocalViewFile, bool]], *, creates_views: bool) -> None:
        for file, changed in files:
            click.echo(f"{file.name}: {'uploaded' if changed else 'unchanged'}")
        if not creates_views:
            _note_views_pending()

    def view_files_removed(self, names: Sequence[str], *, creates_views: bool) -> None:
        for name in names:
            click.echo(f"{name}: removed")
        if not creates_views:
            _note_views_pending()

    def views_created(self, result: Mapping[str, Any]) -> None:
        counts = {
            "created": result["Created"]["Count"],
            "unchanged": result["Unchanged"],
            "deleted": result["Deleted"]["Count"],
            "failed": result["Failed"]["Count"],
            "remaining": result["Remaining"],
        }
        click.echo("Views: " + ", ".join(f"{count:,} {kind}" for kind, count in counts.items()))
        if not result["Files"] and not any(counts.values()):
            _note("There are no files: quilt-athena views push FILE")
        elif not any(counts.values()):
            _note("No file applies to these buckets: see quilt-athena views list and quilt-athena buckets")
        if failed := result["Failed"]["Views"]:
            click.echo()
            rows = [(view["File"], view.get("Bucket") or "", view.get("View") or "", view["Reason"]) for view in failed]
            print_table(("file", "bucket", "view", "reason"), rows)
            if counts["failed"] > len(failed):
                _note(f"and {counts['failed'] - len(failed):,} more")

    def view_files(self, files: Sequence[StoredViewFile]) -> None:
        if not files:
            _note("No files yet: quilt-athena views push FILE")
            return
        print_table(("file", "for", "views", "uploaded", "problem"), [view_file_row(file) for file in files])

    def view_file(self, name: str, content: bytes) -> None:  # noqa: ARG002 - the interface
        click.echo(content, nl=not content.endswith(b"\n"))

    def status(self, status: Status) -> None:
        registered = sum(bucket.registered for bucket in status.buckets)
        click.echo(f"Buckets: {registered} registered, {len(status.buckets) - registered} removed")
        click.echo(f"Last refresh: {last_refresh(status.last_refresh)}")
        letters = ", ".join(f"{count} of {queue}" for queue, count in status.dead_letters.items() if count)
        click.echo(f"Dead letters: {letters or 'none'}")
        click.echo(f"Alarms: {', '.join(sorted(status.alarms)) or 'none'}")
        sections: list[tuple[Sequence[str], Sequence[Sequence[Any]]]] = [
            (
                ("bucket", "state", "problem"),
                [(bucket.bucket, bucket.state, bucket.problem or bucket.view_problem) for bucket in status.failed],
            ),
            (("role without the access policy", "reason"), sorted(status.roles_without_access.items())),
            (
                ("file", "bucket", "reason"),
                [(view.file or "all files", view.bucket or "", view.reason) for view in status.custom_views_failed],
            ),
            (
                ("dead letters of", "number", "reason"),
                [
                    (queue, count, reason)
                    for queue, reasons in status.dead_letter_reasons.items()
                    for reason, count in reasons.items()
                ],
            ),
            (("alarm", "description"), sorted(status.alarms.items())),
        ]
        for columns, rows in sections:
            if rows:
                click.echo()
                print_table(columns, rows)
        if not status.needs_attention:
            click.secho("No problems", fg="green")

    def discovered(self, found: Discovered, *, listed: bool) -> None:
        if not found.buckets:
            _note("There are no other buckets with packages")
        elif listed:
            for bucket in found.buckets:
                click.echo(bucket)
        if found.unreadable:
            _note(f"Not readable: {', '.join(found.unreadable)}")
        if found.buckets and listed:
            _note(
                "These buckets have packages, and aren't registered. To register them: quilt-athena register BUCKET..."
            )

    def dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        if not letters:
            _note("No dead letters")
            return
        rows = [
            (
                letter.message_id[:_SHORT_ID],
                letter.queue,
                time(letter.sent),
                letter.subject,
                letter.problem,
            )
            for letter in letters
        ]
        print_table(("id", "queue", "sent", "about", "reason"), rows)

    def dead_letter(self, letter: DeadLetter) -> None:
        click.secho(f"{letter.message_id} in {letter.queue}, {time(letter.sent)}", bold=True)
        click.echo(letter.problem)
        click.echo(printable_json(letter.body))

    def discarded(self, letters: Sequence[DeadLetter]) -> None:
        for letter in letters:
            click.echo(f"{letter.message_id} in {letter.queue}: deleted")
        if not letters:
            _note("There is no such dead letter: see quilt-athena dead-letters list")

    def redriven(self, counts: Iterable[tuple[str, int]]) -> None:
        for queue, count in counts:
            click.echo(f"{queue}: {f'moving {count}' if count else 'no dead letters'}")

    def console_ready(self, address: str) -> None:
        click.echo(f"The console is at {address}")
        _note("Ctrl-C ends it.")


def _note(text: str) -> None:
    click.echo(text, err=True)


def _note_views_pending() -> None:
    _note("The next refresh creates and deletes views accordingly; to do it now: quilt-athena views create")
