"""`python -m tests.unit.state_machines [FILE...]` prints the problems of definitions, by default of all."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.unit.state_machines.asl import problems

STATE_MACHINES = Path(__file__).resolve().parents[3] / "statemachines"


def main(arguments: list[str]) -> int:
    """Print all problems; return the number of definitions that have one."""
    paths = [Path(argument) for argument in arguments] or sorted(STATE_MACHINES.glob("*.asl.json"))
    if not paths:
        sys.stderr.write(f"No definition *.asl.json in {STATE_MACHINES}\n")
        return 1
    broken = 0
    for path in paths:
        try:
            found = problems(json.loads(path.read_text()))
        except json.JSONDecodeError as error:
            found = [f"not JSON: {error}"]
        sys.stdout.writelines(f"{path.name}: {problem}\n" for problem in found)
        broken += bool(found)
    sys.stdout.write(f"{len(paths)} state machine definitions, {broken} with problems\n")
    return broken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
