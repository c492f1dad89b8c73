"""The server process of the laptop AWS: `python -m local.aws --port 4566 --data DIR`."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import NoReturn

from local.aws import lifeline, settings
from local.server import ROOT


def main() -> NoReturn:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m local.aws", description="The laptop AWS, on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="a folder of this server's own")
    parser.add_argument("--fd", type=int, help="a socket already bound to the port, handed over by the parent")
    parser.add_argument("--lifeline", action="store_true", help="end, and remove --data, when stdin closes")
    parser.add_argument("--enforce-iam", action="store_true", help="refuse roles what their policies lack")
    parser.add_argument("--record", type=Path, help="append to this file what principals asked for")
    arguments = parser.parse_args()
    if arguments.lifeline:
        lifeline.hold(sys.stdin.fileno(), arguments.data)
    # The engine reads views with the layer's codec. Not by PYTHONPATH, which the functions would inherit: they have
    # the layer that was deployed.
    sys.path.append(str(ROOT / "layers" / "quilt_athena"))
    settings.apply(port=arguments.port, data=arguments.data, enforce_iam=arguments.enforce_iam)

    # MiniStack reads its settings when it is imported.
    from local.aws import server
    from local.aws.access import record

    if arguments.record:
        record.write_to(arguments.record)
    removed = arguments.data if arguments.lifeline else None
    server.serve(port=arguments.port, fd=arguments.fd, on_end=partial(lifeline.end, removed))


if __name__ == "__main__":
    main()
