"""What the command exits with, and what it says of an error."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Any

import click


class ExitCode(IntEnum):
    """The exit codes, as `--help` documents them."""

    OK = 0
    FAILED = 1
    INVALID = 2
    STACK = 3
    TIMED_OUT = 4
    INTERRUPTED = 130
    #: As the shell reports a filter whose reader went away: 128 + SIGPIPE.
    PIPE_CLOSED = 141


EXIT_CODES_HELP = """\b
Exit codes:
  0    it worked
  1    the query failed or was cancelled, a package could not be made of its rows, a bucket could not be registered,
       a view of your own could not be made, or something needs a look
  2    wrong usage, or a request that the stack refuses
  3    the stack or AWS: not found, not permitted, not reachable, out of order
  4    the time was up
  130  interrupted (Ctrl-C); the query was stopped
  141  whoever read the output stopped reading"""


def exit_code(error: Exception) -> ExitCode:
    """The exit code for an error of this package or of boto3."""
    # Here and below, because importing the client imports boto3, which `--help` shouldn't wait for.
    from quilt_athena.errors import (
        InvalidBucketNameError,
        InvalidRequest,
        InvalidRow,
        PackageRejected,
        PackageTimedOut,
        QueryCancelled,
        QueryFailed,
        QueryTimedOut,
        ScheduleNotFoundError,
    )

    match error:
        case InvalidRequest() | InvalidBucketNameError() | ScheduleNotFoundError():
            return ExitCode.INVALID
        case QueryFailed() | QueryCancelled() | InvalidRow() | PackageRejected():
            return ExitCode.FAILED
        case QueryTimedOut() | PackageTimedOut():
            return ExitCode.TIMED_OUT
        case _:
            return ExitCode.STACK


def report(error: Exception, *, as_json: bool) -> None:
    """Say on standard error what went wrong."""
    from quilt_athena.errors import QueryError

    name = type(error).__name__
    if as_json:
        fields: dict[str, Any] = {"Error": getattr(error, "error", name), "Message": str(error)}
        if isinstance(error, QueryError):
            fields |= {"Cause": error.cause, "ExecutionArn": error.execution_arn}
        click.echo(json.dumps(fields, ensure_ascii=False), err=True)
        return
    click.secho(f"{name}: {error}", fg="red", err=True)
    if isinstance(error, QueryError):
        reason = error.state_change_reason
        if reason and reason not in str(error):
            click.echo(f"Athena says: {reason}", err=True)
        if error.query_execution_id:
            click.echo(f"Query execution: {error.query_execution_id}", err=True)
