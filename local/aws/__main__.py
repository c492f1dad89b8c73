"""The server process of the local AWS: `python -m local.aws --port 4566 --data DIR`."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import NoReturn

from local.aws.server import lifeline, settings


def main() -> NoReturn:
    """Serve until the process receives a signal."""
    parser = argparse.ArgumentParser(prog="python -m local.aws", description="The local AWS, on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="a folder for this server alone")
    parser.add_argument("--fd", type=int, help="a socket already bound to the port, handed over by the parent")
    parser.add_argument("--lifeline", action="store_true", help="stop, and delete --data, when stdin closes")
    parser.add_argument("--no-iam", action="store_true", help="allow every caller everything, with any access key")
    parser.add_argument("--record", type=Path, help="append every request that IAM checks to this file")
    arguments = parser.parse_args()
    if arguments.lifeline:
        lifeline.hold(sys.stdin.fileno(), arguments.data)
    settings.apply(port=arguments.port, data=arguments.data, enforce_iam=not arguments.no_iam)

    # MiniStack reads its settings when it is imported.
    from local.aws.iam import record
    from local.aws.server.http import serve

    if arguments.record:
        record.write_to(arguments.record)
    removed = arguments.data if arguments.lifeline else None
    serve(port=arguments.port, fd=arguments.fd, on_end=partial(lifeline.end, removed))


if __name__ == "__main__":
    main()
