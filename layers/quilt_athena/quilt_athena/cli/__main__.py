"""The entry point of the command."""

from __future__ import annotations

import signal

from quilt_athena.cli.app import app


def main() -> None:
    """Run the command with the process's arguments, and exit."""
    # SIGTERM from a supervisor means the same as Ctrl-C: stop the query first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app(prog_name="quilt-athena")


if __name__ == "__main__":
    main()
