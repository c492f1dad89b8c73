"""The command and its subcommands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

import click

from quilt_athena.cli import lazy, streams
from quilt_athena.cli.commands.buckets import buckets, register, remove
from quilt_athena.cli.commands.catalog import ddl, show
from quilt_athena.cli.commands.console import console
from quilt_athena.cli.commands.custom_views import views
from quilt_athena.cli.commands.dead_letters import dead_letters, redrive
from quilt_athena.cli.commands.environment import completion, outputs
from quilt_athena.cli.commands.history import history
from quilt_athena.cli.commands.index import index
from quilt_athena.cli.commands.operations import status
from quilt_athena.cli.commands.packages import package
from quilt_athena.cli.commands.queries import query
from quilt_athena.cli.commands.saved_queries import queries
from quilt_athena.cli.commands.schedules import schedule
from quilt_athena.cli.commands.shell import shell
from quilt_athena.cli.exit_codes import EXIT_CODES_HELP, ExitCode, exit_code
from quilt_athena.cli.options import expand_local, stack_options
from quilt_athena.cli.output.destination import OutputError
from quilt_athena.cli.settings import LOCAL_ENDPOINT, Settings, settings_of
from quilt_athena.errors import QuiltAthenaError, StackNotFoundError

#: With this variable, an error that should not happen is shown where it happened.
_DEBUG_VARIABLE = "QUILT_ATHENA_DEBUG"

#: Commands by former names, which the help doesn't show.
_FORMER = {"redrive": redrive}

_HELP = f"""Query Quilt package metadata with Amazon Athena: register buckets, run queries, create packages and views.

The stack is found by its name, in the account and region of your AWS settings, or in the local AWS with --local.

{EXIT_CODES_HELP}"""


class App(click.Group):
    """The group of commands. Here their results become exit codes, and errors also messages: never a traceback."""

    def main(  # type: ignore[override]  # click's can also return, which nobody needs
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run a command, and exit."""
        arguments = list(sys.argv[1:] if args is None else args)
        name = prog_name or "quilt-athena"
        self._main_shell_completion(extra, name)
        streams.prepare()
        sys.exit(self._run(name, arguments, extra))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, but the value of ``--local`` may be omitted."""
        return super().parse_args(ctx, expand_local(args))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or former name."""
        return super().get_command(ctx, cmd_name) or _FORMER.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and for a misspelt name suggest similar ones."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing and not args[0].startswith("-"):
            raise click.NoSuchOption(
                args[0], f"No such command '{args[0]}'.", get_close_matches(args[0], self.commands), ctx
            )
        return super().resolve_command(ctx, args)

    def _run(self, name: str, arguments: list[str], extra: dict[str, Any]) -> ExitCode | int:
        settings = unparsed = Settings(json="--json" in arguments)
        try:
            with self.make_context(name, arguments, **extra) as context:
                settings = settings_of(context)
                code = self.invoke(context)
            sys.stdout.flush()
            return code if isinstance(code, int) else ExitCode.OK
        except click.exceptions.Exit as end:
            return end.exit_code
        except click.ClickException as error:
            unparsed.output.usage_error(error)  # --json may come after what is wrong
            return error.exit_code
        except (KeyboardInterrupt, EOFError, click.Abort):
            click.echo("Interrupted", err=True)
            return ExitCode.INTERRUPTED
        except BrokenPipeError:
            streams.discard_output()
            return ExitCode.PIPE_CLOSED
        except Exception as error:
            if os.environ.get(_DEBUG_VARIABLE):
                raise
            return _reported(error, settings)


def _reported(error: Exception, settings: Settings) -> ExitCode:
    """Report an error in one line, and return the exit code for it."""
    if isinstance(error, OSError):  # of standard output, which is all that commands write to by themselves
        streams.discard_output()
        place = error.filename or "standard output"
        error = OutputError(f"{place} can't be written: {streams.reason(error)}")
    aws = lazy.botocore_exceptions
    if isinstance(error, (QuiltAthenaError, aws.BotoCoreError, aws.ClientError)):
        settings.output.error(error, hint=_hint(error, settings))
    else:
        settings.output.error(
            error, hint=f"This is a bug: please report it, with what it shows when {_DEBUG_VARIABLE}=1 is set"
        )
    return exit_code(error)


def _hint(error: Exception, settings: Settings) -> str:
    if settings.local and isinstance(error, StackNotFoundError):
        return f"Is it running? `make local` serves the stack at {LOCAL_ENDPOINT}"
    return ""


def _print_version(context: click.Context, _: click.Parameter, requested: bool) -> None:
    if requested and not context.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"quilt-athena {version('quilt-athena')}")
        except PackageNotFoundError:
            click.echo("quilt-athena, run from source")
        context.exit()


@click.group(cls=App, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@stack_options
def app(_: Settings) -> None:
    """Nothing happens before the subcommand."""


for command in (
    register,
    remove,
    buckets,
    show,
    ddl,
    query,
    shell,
    package,
    schedule,
    views,
    index,
    status,
    dead_letters,
    queries,
    history,
    outputs,
    completion,
    console,
):
    app.add_command(command)
