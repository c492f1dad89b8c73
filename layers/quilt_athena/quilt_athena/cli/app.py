"""The command and its subcommands."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from quilt_athena.cli import lazy
from quilt_athena.cli.commands.buckets import buckets, register, remove
from quilt_athena.cli.commands.catalog import ddl, show
from quilt_athena.cli.commands.custom_views import views
from quilt_athena.cli.commands.index import index
from quilt_athena.cli.commands.operations import redrive, status
from quilt_athena.cli.commands.packages import package
from quilt_athena.cli.commands.queries import query
from quilt_athena.cli.commands.schedules import schedule
from quilt_athena.cli.exit_codes import EXIT_CODES_HELP, ExitCode, exit_code
from quilt_athena.cli.options import expand_local, stack_options
from quilt_athena.cli.settings import LOCAL_ENDPOINT, Settings, settings_of
from quilt_athena.errors import QuiltAthenaError, StackNotFoundError

_HELP = f"""Query Quilt package metadata with Amazon Athena: register buckets, run queries, create packages and views.

The stack is found by its name, in the account and region of your AWS settings, or in the local AWS with --local.

{EXIT_CODES_HELP}"""


class App(click.Group):
    """The group of commands. Here their results become exit codes, and errors also messages."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, but the value of ``--local`` may be omitted."""
        return super().parse_args(ctx, expand_local(args))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand, which may return an ``ExitCode``."""
        try:
            code = super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted", err=True)
            code = ExitCode.INTERRUPTED
        except BrokenPipeError:
            # Python flushes standard output once more when it exits: to nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = ExitCode.PIPE_CLOSED
        except (click.exceptions.Exit, click.ClickException):
            raise
        except Exception as error:
            if not _is_expected(error):
                raise
            settings = settings_of(ctx)
            settings.output.error(error, hint=_hint(error, settings))
            code = exit_code(error)
        ctx.exit(code or ExitCode.OK)


def _is_expected(error: Exception) -> bool:
    aws = lazy.botocore_exceptions
    return isinstance(error, (QuiltAthenaError, aws.BotoCoreError, aws.ClientError))


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


for command in (register, remove, buckets, show, ddl, query, package, schedule, views, index, status, redrive):
    app.add_command(command)
