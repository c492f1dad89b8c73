"""`python -m tests.conformance [WORD...]`: checks the cases in files or sections with one of the words in their names.

Prints every case that fails, and the scores of each class.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.conformance.case_files import read_all
from tests.conformance.checker import Checked, Checker, Outcome, known_failures, write_known_failures


def main() -> None:
    """Check, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of the names of files or sections; none: all")
    parser.add_argument("--scores", action="store_true", help="print the scores alone")
    parser.add_argument("--write-known-failures", action="store_true", help="replace known_failures.txt")
    arguments = parser.parse_args()
    files = read_all()
    checker = Checker(files)
    chosen = [
        case
        for file in files
        for case in file.cases
        if not arguments.words or any(word in f"{case.topic} {case.section}" for word in arguments.words)
    ]
    checked = [checker.check(case) for case in chosen]
    if not arguments.scores:
        _print_failures(checked)
    _print_scores(checked)
    if arguments.write_known_failures:
        if arguments.words:
            sys.exit("all cases must be checked to write known_failures.txt")
        write_known_failures(one for one in checked if not one.passed)


def _print_failures(checked: list[Checked]) -> None:
    known = known_failures()
    for one in checked:
        if not one.passed:
            mark = "" if one.case.key in known else " (not in known_failures.txt)"
            print(f"{one.case.topic}: {one.case.section}{mark}\n    {one.case.statement}")
            print(f"  {one.outcome.value}: {one.difference}\n")


def _print_scores(checked: list[Checked]) -> None:
    print(f"{'':14}{'cases':>8}" + "".join(f"{outcome.value:>13}" for outcome in Outcome))
    classes: dict[str, Counter[Outcome]] = {}
    for one in checked:
        for name in (one.case.topic.partition("/")[0], "all"):
            classes.setdefault(name, Counter())[one.outcome] += 1
    for name, counts in sorted(classes.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{name:14}{counts.total():>8}" + "".join(f"{counts[outcome]:>13}" for outcome in Outcome))


if __name__ == "__main__":
    main()
