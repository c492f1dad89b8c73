"""Options that commands share: which stack, and which query."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.output.destination import FORMATS
from quilt_athena.cli.settings import LOCAL_ENDPOINT, LOCAL_VARIABLE, local_endpoint, settings_of
from quilt_athena.cli.streams import STANDARD_INPUT, argument_text, read_text
from quilt_athena.cli.values import parse_parameter

if TYPE_CHECKING:
    from quilt_athena.client.requests import Parameter

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: What may follow ``--local`` as its value: a URL, a port, or a host and a port.
_ENDPOINT = re.compile(r"https?://.*|\d{1,5}|(localhost|[\d.]+|\[[\da-fA-F:]+\]):\d+")


class RenamedOption(click.Option):
    """An option that also accepts its former names, ``old``, which the help doesn't show."""

    def __init__(self, declarations: Sequence[str], *, old: Sequence[str], **attributes: Any) -> None:
        super().__init__([*declarations, *old], **attributes)
        self._old = frozenset(old)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The current names, and the help."""
        names = self.opts
        self.opts = [name for name in names if name not in self._old]
        try:
            return super().get_help_record(ctx)
        finally:
            self.opts = names


@dataclass(frozen=True)
class QueryInput:
    """The query that the options describe; ``sql`` is SQL or a ``SavedQuery``."""

    sql: str
    parameters: Sequence[Parameter]
    timeout_seconds: int | None
    database: str | None


def stack_options(command: _Command) -> Callable[..., Any]:
    """Add the options for the stack, and pass the ``Settings`` as first argument. What is given last counts."""

    @wraps(command)
    def with_settings(*arguments: Any, **options: Any) -> Any:
        return command(settings_of(click.get_current_context()), *arguments, **options)

    return _with_options(with_settings, _STACK_OPTIONS)


def query_options(command: _Command) -> Callable[..., Any]:
    """Add the argument SQL and the options for a query, and pass them as the argument ``query``, a ``QueryInput``.

    The decorated function raises UsageError if there is no query, or more than one.
    """

    @wraps(command)
    def with_query(
        *arguments: Any,
        sql: str | None,
        sql_option: str | None,
        sql_file: str | None,
        named: str | None,
        parameters: tuple[str, ...],
        timeout: int | None,
        database: str | None,
        **options: Any,
    ) -> Any:
        query = QueryInput(
            _the_sql([text for text in (sql, sql_option) if text is not None], sql_file, named),
            [parse_parameter(argument_text(parameter)) for parameter in parameters],
            timeout,
            database,
        )
        return command(*arguments, query=query, **options)

    return _with_options(with_query, _QUERY_OPTIONS)


def output_options(command: _Command) -> Callable[..., Any]:
    """Add the options for the rows of a result: ``format_``, ``wide``, ``output`` and ``quiet``."""
    return _with_options(command, _OUTPUT_OPTIONS)


def yes_option(command: _Command) -> _Command:
    """Add the option that makes ``confirm`` not prompt."""
    return click.option("--yes", "-y", is_flag=True, help="Don't prompt for confirmation.")(command)


def is_interactive() -> bool:
    """Whether a person can respond to a prompt."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout.isatty())


def confirm(question: str, *, yes: bool) -> None:
    """Prompt for a confirmation; ends the command without one.

    Raises:
        UsageError: nobody can respond, and there is no ``--yes``.
        Exit: the response is no.
    """
    if yes:
        return
    if not is_interactive():
        raise click.UsageError(f"{question} Pass --yes to confirm without a terminal")
    if not click.confirm(question):
        raise click.exceptions.Exit(0)


def expand_local(arguments: list[str]) -> list[str]:
    """``--local`` and ``--local WHERE`` as ``--local=URL``, since click has no options with an optional value."""
    expanded: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*expanded, argument, *rest]
        if argument != "--local":
            expanded.append(argument)
            continue
        following = next(rest, None)
        if following is not None and _ENDPOINT.fullmatch(following):
            expanded.append(f"--local={following}")
        else:
            expanded += [f"--local={LOCAL_ENDPOINT}", *([] if following is None else expand_local([following]))]
    return expanded


def _the_sql(texts: Sequence[str], file: str | None, named: str | None) -> str:
    """The only SQL or saved query among those given.

    Raises:
        UsageError: there is none, more than one, or it is empty.
    """
    if len(texts) + (file is not None) + (named is not None) != 1:
        raise click.UsageError(
            "expected one query: SQL as an argument (- for stdin), a --file with it, or a saved query with --named"
        )
    if named is not None:
        return lazy.client.SavedQuery(named)
    if file is not None:
        text = read_text(file)
    else:
        text = read_text(STANDARD_INPUT) if texts[0] == STANDARD_INPUT else argument_text(texts[0])
    # Athena rejects the semicolon at the end of SQL files in some statements, and never needs it.
    text = text.strip().removesuffix(";").rstrip()
    if not text:
        raise click.UsageError("the SQL is empty")
    return text


def _with_options(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command


def _store_local(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    source = "--local"
    if value is None and not settings_of(context).local:
        source, value = LOCAL_VARIABLE, os.environ.get(LOCAL_VARIABLE)
        value = {"": None, "0": None, "1": LOCAL_ENDPOINT}.get(value, value) if value is not None else None
    if value is None:
        return
    try:
        endpoint = local_endpoint(value)
    except ValueError:
        raise click.BadParameter(
            f"expected a port from 1 to 65535, or a URL with one, e.g. {LOCAL_ENDPOINT}, got {value}", param_hint=source
        ) from None
    _store(context, parameter, endpoint)


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value not in (None, False):
        setattr(settings_of(context), str(parameter.name), value)


_STACK_OPTIONS = (
    click.option(
        "--stack",
        metavar="NAME",
        expose_value=False,
        callback=_store,
        help="Name of the stack.  [env: QUILT_ATHENA_STACK; default: quilt-athena]",
    ),
    click.option("--profile", metavar="NAME", expose_value=False, callback=_store, help="AWS profile."),
    click.option("--region", metavar="NAME", expose_value=False, callback=_store, help="AWS region of the stack."),
    click.option(
        "--local",
        metavar="[PORT|URL]",
        expose_value=False,
        callback=_store_local,
        help=f"Use the local AWS (`make local`).  [env: {LOCAL_VARIABLE}; default: {LOCAL_ENDPOINT}]",
    ),
    click.option("--json", is_flag=True, expose_value=False, callback=_store, help="Print results and errors as JSON."),
)

_QUERY_OPTIONS = (
    click.argument("sql", required=False),
    click.option("--sql", "--from-query", "sql_option", hidden=True),
    click.option(
        "--file",
        "-f",
        "sql_file",
        cls=RenamedOption,
        old=["--sql-file"],
        metavar="FILE",
        help="File with the SQL, or - for stdin.",
    ),
    click.option("--named", metavar="NAME", help="Run this saved query instead of SQL."),
    click.option(
        "--param",
        "-p",
        "parameters",
        metavar="VALUE",
        multiple=True,
        help="Value of the next ? in the SQL: a JSON number, boolean, null or string, or plain text. Repeatable.",
    ),
    click.option(
        "--timeout",
        type=click.IntRange(min=1),
        metavar="SECONDS",
        help="Stop the query after this time.  [default: 1800]",
    ),
    click.option("--database", metavar="NAME", help="Database of unqualified names.  [default: the stack's]"),
)

_OUTPUT_OPTIONS = (
    click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        help="Format of the rows.  [default: by the suffix of --output, else table; with --json the whole result]",
    ),
    click.option("--wide", "-w", is_flag=True, help="Don't fit tables to the terminal: truncate nothing."),
    click.option(
        "--output",
        "-o",
        type=click.Path(dir_okay=False, readable=False, path_type=Path),
        help="Write the rows to this .csv, .json, .jsonl, .parquet or .txt file.",
    ),
    click.option("--quiet", "-q", is_flag=True, help="Omit the summary on standard error."),
)
