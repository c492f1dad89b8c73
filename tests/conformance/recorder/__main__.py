"""`python -m tests.conformance.recorder [WORD...]`: runs the cases in Trino, and writes its results into their files.

It uses the servers at their ports if they serve already, so that `--serve` in another terminal saves their start.
"""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from tests.conformance.case_files import CASES, read_all
from tests.conformance.recorder.client import run
from tests.conformance.recorder.local_aws import ministack, upload
from tests.conformance.recorder.trino_server import trino
from tests.conformance.sample_lake import sample_lake

_FOLDER = Path(__file__).parents[3] / ".local" / "trino"


def main() -> None:
    """Record, or serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.recorder", description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of the names of files; none: all")
    parser.add_argument("--new", action="store_true", help="record only cases that have no result")
    parser.add_argument(
        "--serve", action="store_true", help="only serve Trino with the sample tables, until interrupted"
    )
    arguments = parser.parse_args()
    files = read_all()
    with ministack(_FOLDER) as aws, trino(_FOLDER, aws) as address:
        upload(sample_lake(files), aws)
        if arguments.serve:
            print(f"Trino serves at {address}")
            signal.pause()
        chosen = [file for file in files if not arguments.words or any(word in file.topic for word in arguments.words)]
        for file in chosen:
            for case in file.cases:
                if not (arguments.new and case.trino):
                    case.record(run(address, case.statement, case.parameters))
            (CASES / f"{file.topic}.sql").write_text(file.text(), encoding="utf-8")
            print(f"{file.topic}: {len(file.cases)} cases", flush=True)


if __name__ == "__main__":
    main()
