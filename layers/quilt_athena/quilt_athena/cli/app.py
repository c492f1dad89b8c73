"""The command and its subcommands."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from quilt_athena.cli.buckets import buckets, register, remove
from quilt_athena.cli.catalog import ddl, show
from quilt_athena.cli.exit_codes import EXIT_CODES_HELP, ExitCode, exit_code, report
from quilt_athena.cli.operations import redrive, status
from quilt_athena.cli.options import LOCAL_ENDPOINT, connection_options, expand_local, settings_of
from quilt_athena.cli.packages import package
from quilt_athena.cli.query import query
from quilt_athena.cli.schedules import schedule
from quilt_athena.cli.views import views

_HELP = f"""Ask Amazon Athena about Quilt packages: register buckets, see their tables, run queries.

The stack is found by its name, in the account and region of your AWS settings; --local takes the one on this machine.

{EXIT_CODES_HELP}"""


class App(click.Group):
    """The group of commands; here errors become messages and exit codes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with ``--local``'s value filled in."""
        return super().parse_args(ctx, expand_local(args))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted", err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        except BrokenPipeError:
            # Python flushes standard output once more when it ends: into nothing.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.PIPE_CLOSED)
        except click.exceptions.Exit:
            raise
        except click.ClickException:
            raise
        except Exception as error:
            # Here, because it imports boto3, which takes longer than everything that `--help` needs.
            from quilt_athena.errors import StackNotFoundError

            if not _is_expected(error):
                raise
            settings = settings_of(ctx)
            report(error, as_json=settings.json)
            if settings.local and isinstance(error, StackNotFoundError):
                click.echo(f"Is it running? `make local` serves the stack at {LOCAL_ENDPOINT}", err=True)
            ctx.exit(exit_code(error))


def _is_expected(error: Exception) -> bool:
    from botocore.exceptions import BotoCoreError, ClientError

    from quilt_athena.errors import QuiltAthenaError

    return isinstance(error, (QuiltAthenaError, BotoCoreError, ClientError))


def _print_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"quilt-athena {version('quilt-athena')}")
        except PackageNotFoundError:
            click.echo("quilt-athena, not installed: run from its source")
        context.exit()


@click.group(cls=App, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@connection_options
def app() -> None:
    """Nothing is done before the subcommand."""


for command in (register, remove, buckets, query, package, schedule, views, show, ddl, status, redrive):
    app.add_command(command)
