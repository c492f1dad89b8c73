"""Where the command begins."""

from __future__ import annotations

import signal

from quilt_athena.cli.app import app


def main() -> None:
    """Run the command with the process's arguments, and exit."""
    # A supervisor that ends us means what Ctrl-C means: stop the query first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app(prog_name="quilt-athena")


if __name__ == "__main__":
    main()
