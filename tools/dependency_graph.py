"""Writes the dependency graph of the layer's packages into docs/architecture.md: `make dependency-graph`.

The graph is read from the import statements by grimp, the library on which import-linter is built.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
PACKAGE = "quilt_athena"
_BEGIN = "<!-- Written by `make dependency-graph`. -->"
_END = "<!-- End of what `make dependency-graph` writes. -->"
_SECTION = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)

Imports = Mapping[str, Set[str]]


def read_imports() -> Imports:
    """The packages and modules at the top level of the layer, and which of the others each imports.

    Imports inside functions and under TYPE_CHECKING count, as for import-linter.
    """
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    names = sorted(graph.find_children(PACKAGE))
    for name in names:
        graph.squash_module(name)
    return {
        _short(name): {_short(other) for other in graph.find_modules_directly_imported_by(name) & set(names) - {name}}
        for name in names
    }


def levels(imports: Imports) -> list[list[str]]:
    """The names by level, highest first: each imports only from lower levels, and is on the lowest level possible.

    Raises:
        graphlib.CycleError: packages import each other.
    """
    level: dict[str, int] = {}
    for name in TopologicalSorter(imports).static_order():
        level[name] = 1 + max((level[other] for other in imports[name]), default=-1)
    return [sorted(name for name in level if level[name] == number) for number in sorted(set(level.values()))][::-1]


def without_implied(imports: Imports) -> dict[str, set[str]]:
    """Without the imports of what is reachable through another import as well: the transitive reduction."""
    reachable: dict[str, set[str]] = {}
    for name in TopologicalSorter(imports).static_order():
        reachable[name] = set(imports[name]).union(*(reachable[other] for other in imports[name]))
    return {
        name: {other for other in others if not any(other in reachable[between] for between in others)}
        for name, others in imports.items()
    }


def section(imports: Imports) -> str:
    """The part of the page between the two comments."""
    arrows = [
        f"    {name} --> {' & '.join(sorted(others))}" for name, others in without_implied(imports).items() if others
    ]
    rows = [
        f"| {number} | {', '.join(f'`{name}`' for name in names)} |"
        for number, names in zip(range(len(levels(imports)), 0, -1), levels(imports), strict=True)
    ]
    graph = ["```mermaid", "flowchart TD", *arrows, "```"]
    table = ["| level | packages and modules |", "| --- | --- |", *rows]
    return "\n".join([_BEGIN, "", *graph, "", *table, "", _END])


def updated(page: str, imports: Imports) -> str:
    """The page with its section written again.

    Raises:
        ValueError: the page has no such section.
    """
    if not _SECTION.search(page):
        raise ValueError(f"{PAGE.relative_to(ROOT)} has no section between {_BEGIN} and {_END}")
    return _SECTION.sub(lambda _: section(imports), page, count=1)


def _short(name: str) -> str:
    return name.removeprefix(f"{PACKAGE}.")


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8"), read_imports()), encoding="utf-8")
