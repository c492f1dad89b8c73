"""The exit codes of the command."""

from __future__ import annotations

from enum import IntEnum

from quilt_athena.cli.output.destination import OutputError
from quilt_athena.errors import (
    InvalidBucketNameError,
    InvalidRequest,
    InvalidRow,
    MissingExtraError,
    PackageRejected,
    PackageTimedOut,
    QueryCancelled,
    QueryFailed,
    QueryNotStarted,
    QueryTimedOut,
    ScheduleNotFoundError,
)


class ExitCode(IntEnum):
    """The exit codes, as `--help` documents them."""

    OK = 0
    FAILED = 1
    INVALID = 2
    STACK = 3
    TIMED_OUT = 4
    OUTPUT = 5
    INTERRUPTED = 130
    #: What a shell reports for a program whose reader has closed the pipe: 128 + SIGPIPE.
    PIPE_CLOSED = 141


EXIT_CODES_HELP = """\b
Exit codes:
  0    success
  1    the query, package, registration or custom view failed, or `status` found a problem
  2    invalid usage or request
  3    the stack or AWS: no region or credentials, not found, no permission, unreachable, or an internal error
  4    timeout
  5    a file, or standard output, can't be written
  130  interrupted (Ctrl-C); the query was stopped
  141  the reader of the output closed the pipe"""


def exit_code(error: Exception) -> ExitCode:
    """The exit code for an error of this package or of boto3."""
    match error:
        case OutputError() | OSError():
            return ExitCode.OUTPUT
        case InvalidRequest() | InvalidBucketNameError() | ScheduleNotFoundError() | MissingExtraError():
            return ExitCode.INVALID
        case QueryFailed() | QueryCancelled() | InvalidRow() | PackageRejected():
            return ExitCode.FAILED
        case QueryTimedOut() | QueryNotStarted() | PackageTimedOut():
            return ExitCode.TIMED_OUT
        case _:
            return ExitCode.STACK
