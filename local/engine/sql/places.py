"""Where a node of a statement's tree is in its text."""

from __future__ import annotations

from sqlglot import exp


def position(node: exp.Expr) -> tuple[int, int]:
    """The line and column (from 1) where a node of the statement begins; (1, 1) if unknown."""
    parts = node.parts if isinstance(node, exp.Table | exp.Column) else []
    for one in [*parts, *node.walk(bfs=False)]:
        meta = one.meta
        if "line" in meta:
            return int(meta["line"]), max(1, int(meta["col"]) - (int(meta["end"]) - int(meta["start"])))
    return 1, 1
