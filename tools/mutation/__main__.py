"""`python -m tools.mutation [--package AREA] [--changed REVISION]` runs the unit tests with one fault at a time.

The exit code is 1 if a mutant survives that ``survivors.toml`` does not list, or one that it lists does not.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence

from tools.mutation.areas import AREAS, Area
from tools.mutation.mutants import Mutant, Outcome
from tools.mutation.run import run
from tools.mutation.survivors import Survivors


def main(arguments: Sequence[str]) -> int:
    """Run the mutants of the areas, each area in a process of its own; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    names = [area.name for area in AREAS]
    parser.add_argument("--package", choices=names, action="append", help="only this; can be repeated")
    parser.add_argument("--changed", metavar="REVISION", help="only mutants of code that this git revision lacks")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at a time")
    options = parser.parse_args(arguments)
    survivors = Survivors.read()
    chosen = [area for area in AREAS if area.name in (options.package or names)]
    failed = [area.name for area in chosen if _in_a_process(area, options.changed, options.workers, survivors)]
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return int(bool(failed))


def _in_a_process(area: Area, changed: str | None, workers: int, survivors: Survivors) -> int:
    """Whether an area fails. Its tests find nothing that those of another one have imported."""
    sys.stdout.flush()
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        problems = _problems(area, changed, workers, survivors)
        print("\n\n".join(problems))
        sys.stdout.flush()
        os._exit(bool(problems))
    finally:
        traceback.print_exc()
        os._exit(1)


def _problems(area: Area, changed: str | None, workers: int, survivors: Survivors) -> list[str]:
    began = time.monotonic()
    mutants = list(area.mutants(changed))
    outcomes: dict[Mutant, Outcome] = {}
    if not mutants:
        print(f"{area.name}: no mutants")
        return []

    def report(mutant: Mutant, outcome: Outcome) -> None:
        outcomes[mutant] = outcome
        if outcome is Outcome.SURVIVED and mutant.key not in survivors.listed:
            print(f"{area.name}, {len(outcomes)} of {len(mutants)}: survived {mutant}", flush=True)

    run(area.tests, area.keeps, mutants, workers, report)
    counts = Counter(outcome.value for outcome in outcomes.values())
    equivalent = sum(mutant.key in survivors.equivalent for mutant in outcomes)
    print(
        f"{area.name}: {len(outcomes)} mutants, {', '.join(f'{n} {name}' for name, n in counts.items())}; "
        f"{survivors.killed(outcomes):.1%} of the {len(outcomes) - equivalent} that tests could notice; "
        f"{(time.monotonic() - began) / 60:.1f} minutes"
    )
    return survivors.problems(outcomes, complete=changed is None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
