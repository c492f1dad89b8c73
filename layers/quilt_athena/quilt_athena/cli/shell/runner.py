r"""Statements, and commands that begin with a backslash, as in psql."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.commands.queries import summary
from quilt_athena.cli.commands.saved_queries import all_saved_queries
from quilt_athena.cli.output.destination import destination
from quilt_athena.cli.output.progress import show_progress
from quilt_athena.cli.settings import Settings
from quilt_athena.cli.values import parse_parameter

HELP = r"""A statement ends with a semicolon, and may have several lines.

  \d                  list tables and views
  \d NAME             list the columns of a table or view
  \queries            list the saved queries
  \run NAME [VALUE].. run a saved query, with values for its parameters
  \x                  show each value on a line of its own, or tables again
  \?                  show this help
  \q                  leave (also Ctrl-D)

Ctrl-C stops a running query. The tab key completes tables, columns, saved queries and commands."""


class LeaveShell(Exception):  # noqa: N818 - it isn't an error
    """The shell was left."""


@dataclass
class Runner:
    """Runs statements and commands. ``format_`` is that of `query`, None for its default."""

    settings: Settings
    format_: str | None = None
    wide: bool = False
    quiet: bool = False

    def run(self, text: str) -> None:
        """Run a statement, or a command.

        Raises:
            LeaveShell: it is the command to leave.
            UsageError: there is no such command.
            QuiltAthenaError: a query failed.
        """
        if not text.startswith("\\"):
            self.query(text)
            return
        try:
            name, *arguments = shlex.split(text[1:])
        except ValueError as error:
            raise click.UsageError(f"{text}: {str(error).lower()}") from None
        if name not in COMMANDS:
            raise click.UsageError(rf"no such command \{name}: \? lists them")
        COMMANDS[name](self, *arguments)

    def query(self, sql: str, *values: str) -> None:
        """Run SQL or a saved query, and print its rows."""
        whole = self.settings.output.query_result if self.settings.json else None
        with destination(None, self.format_, whole, wide=self.wide) as write:
            with show_progress() as on_progress:
                parameters = [parse_parameter(value) for value in values]
                result = self.settings.athena.run_query(sql, parameters, on_progress=on_progress)
            count = write(result)
        if not self.quiet:
            click.echo(summary(result, count), err=True)


def _leave(_: Runner, *__: str) -> None:
    raise LeaveShell


def _describe(runner: Runner, name: str = "", *_: str) -> None:
    database = runner.settings.athena.stack.output("DatabaseName")
    # As queries, since these also show what other tools have created.
    runner.query(f"DESCRIBE {database}.{name}" if name else f"SHOW TABLES IN {database}")


def _list_queries(runner: Runner, *_: str) -> None:
    runner.settings.output.saved_queries(all_saved_queries(runner.settings))


def _run_saved(runner: Runner, name: str = "", *values: str) -> None:
    if not name:
        raise click.UsageError(r"expected a name: \run NAME [VALUE]...; \queries lists them")
    runner.query(lazy.client.SavedQuery(name), *values)


def _toggle_vertical(runner: Runner, *_: str) -> None:
    runner.format_ = None if runner.format_ == "vertical" else "vertical"
    click.echo("Each value on a line of its own" if runner.format_ else "Tables", err=True)


def _show_help(_: Runner, *__: str) -> None:
    click.echo(HELP)


COMMANDS: Mapping[str, Callable[..., None]] = {
    "d": _describe,
    "queries": _list_queries,
    "run": _run_saved,
    "x": _toggle_vertical,
    "?": _show_help,
    "q": _leave,
}
