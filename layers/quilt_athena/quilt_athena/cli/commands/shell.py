"""`shell`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.commands.saved_queries import all_saved_queries
from quilt_athena.cli.exit_codes import ExitCode
from quilt_athena.cli.options import is_interactive, stack_options
from quilt_athena.cli.output.rows import WRITERS
from quilt_athena.cli.settings import Settings
from quilt_athena.cli.shell.runner import LeaveShell, Runner
from quilt_athena.cli.shell.statements import split
from quilt_athena.cli.shell.words import Names
from quilt_athena.cli.streams import text_lines
from quilt_athena.errors import QuiltAthenaError


@click.command()
@click.option("--format", "format_", type=click.Choice([*WRITERS]), help="Format of the rows.  [default: table]")
@click.option("--wide", "-w", is_flag=True, help="Don't fit tables to the terminal: truncate nothing.")
@click.option("--quiet", "-q", is_flag=True, help="Omit the summaries on standard error.")
@stack_options
def shell(settings: Settings, format_: str | None, wide: bool, quiet: bool) -> ExitCode:
    """Run statements from a prompt, or from standard input.

    On a terminal there is a history, and the tab key completes tables, columns and saved queries; \\? lists the
    commands, and \\q or Ctrl-D leaves. From a pipe, the first statement that fails ends the shell with its exit code.

    \b
      quilt-athena shell
      quilt-athena shell --format csv < report.sql
    """
    runner = Runner(settings, format_, wide, quiet)
    try:
        if is_interactive():
            _prompt(runner)
        else:
            for text in _piped():
                runner.run(text)
    except LeaveShell:
        pass
    return ExitCode.OK


def _prompt(runner: Runner) -> None:
    from quilt_athena.cli.shell.prompt import statements  # only a terminal needs it

    # Ctrl-C stops a query, and SIGTERM also the shell.
    signal.signal(signal.SIGTERM, _leave)
    settings = runner.settings
    athena = settings.athena
    athena.stack.output("QueryStateMachineArn")  # reports a missing stack now
    click.echo(rf"Connected to {athena.stack.name}. \? shows the commands, \q leaves.", err=True)
    aws = lazy.botocore_exceptions
    for text in statements(athena.stack.name, lambda: _names(settings)):
        try:
            runner.run(text)
        except click.UsageError as error:
            click.secho(error.format_message(), fg="red", err=True)
        except (QuiltAthenaError, aws.BotoCoreError, aws.ClientError) as error:
            settings.output.error(error, hint="")
        except KeyboardInterrupt:
            click.echo("Interrupted", err=True)


def _names(settings: Settings) -> Names:
    # A client of its own, because boto3's sessions can't be shared between threads.
    own = replace(settings)
    return Names(own.athena.catalog.columns(), [query.name for query in all_saved_queries(own)])


def _piped() -> Iterator[str]:
    """Statements and commands, each as soon as it is complete; the last one needs no semicolon."""
    rest = ""
    for line in text_lines():
        if not rest.strip() and line.lstrip().startswith("\\"):
            yield line.strip()
            continue
        complete, rest = split(rest + line)
        yield from complete
    if rest.strip():
        yield rest.strip()


def _leave(*_: object) -> None:
    raise SystemExit(ExitCode.INTERRUPTED)
