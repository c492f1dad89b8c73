"""Which tests `make test` leaves to `make test-all`, as the summary of a run lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

#: The marker of the tests on the local AWS that `make test` runs.
MAIN_PATH = "main_path"
#: The `-m` options of `make test`.
SELECTIONS = {MAIN_PATH, "not exhaustive"}


def counted(node_ids: Iterable[str]) -> Counter[str]:
    """The number of tests by folder. pytest's node IDs begin with the path of the file and "::"."""
    return Counter(node_id.partition("::")[0].rpartition("/")[0] for node_id in node_ids)


def summary(skipped: Mapping[str, int]) -> Iterator[str]:
    """The lines that list the skipped tests by folder."""
    width = max(map(len, skipped))
    for folder, tests in sorted(skipped.items()):
        yield f"{folder:{width}}  {tests:4} {'test' if tests == 1 else 'tests'}"
    yield f"`make test-all` runs these {sum(skipped.values())} tests too."
