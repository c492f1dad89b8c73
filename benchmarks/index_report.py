"""The figures of the benchmark of the index, as plots and tables."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.index_costs import MIN_BYTES, PLOTTED, PRICE_PER_BYTE, QUERIES, Cost
from benchmarks.svg import Line, plot


def growth_plot(growth: list[Cost], merged: list[Cost]) -> str:
    """The bytes that indexing a revision reads, by the number of revisions before it."""
    lines = [
        Line(name, [(number, cost.bytes_read) for number, cost in enumerate(costs, start=1)], emphasised=emphasised)
        for name, costs, emphasised in (
            ("one MERGE per event", merged, False),
            ("this stack", growth, True),
        )
        if costs
    ]
    return plot(lines, "revisions in the index", "bytes read to index one more")


def history_plot(history: list[dict[str, float]]) -> str:
    """The bytes that queries read, by the number of revisions in the bucket."""
    lines = [Line("live views", [(found["revisions"], found["live"]) for found in history])]
    lines += [
        Line(f"indexed: {label}", [(found["revisions"], found[name]) for found in history], emphasised=True)
        for name, label in PLOTTED.items()
    ]
    return plot(lines, "revisions in the bucket", "bytes that a query reads")


def print_queries(console: Console, title: str, layouts_of: dict[str, dict[str, dict[str, float]]]) -> None:
    """Print what each query reads with each layout."""
    table = Table("query", "views read", "bytes", "live / bytes", "seconds", "USD on Athena", title=title)
    for query in QUERIES:
        live = layouts_of["live"][query]["bytes"]
        for layout, measured in layouts_of.items():
            figures = measured[query]
            usd = max(MIN_BYTES, figures["bytes"]) * PRICE_PER_BYTE
            table.add_row(
                query, layout, f"{figures['bytes']:,}", f"{live / figures['bytes']:.1f}", f"{figures['seconds']:.1f}",
                f"{usd:.6f}",
            )  # fmt: skip
    console.print(table)


def print_costs(console: Console, found: dict[str, Any], arguments: argparse.Namespace) -> None:
    """Print what indexing takes."""
    table = Table("indexing", "statements", "bytes read", "bytes written", "USD on Athena", title="what indexing takes")

    def row(name: str, cost: Cost) -> None:
        table.add_row(
            name, f"{cost.statements:,}", f"{cost.bytes_read:,}", f"{cost.bytes_written:,}", f"{cost.usd:.6f}"
        )

    revisions = arguments.packages * arguments.revisions
    row(f"backfill of {revisions} revisions", found["backfill"])
    for name, costs in (("this stack", found["growth"]), ("a MERGE per event", found.get("merges", []))):
        if costs:
            few = max(1, len(costs) // 10)
            row(f"one revision, {name}, the first {few}", _mean(costs[:few]))
            row(f"one revision, {name}, the last {few} of {len(costs)}", _mean(costs[-few:]))
            row(f"1,000 revisions, one by one, {name}", _times(_mean(costs), 1000))
    if "burst" in found:
        row(f"{arguments.burst:,} revisions at once, this stack", found["burst"])
    row("daily maintenance after them", found["maintenance"])
    row("one revision after that", found["maintained"])
    console.print(table)


def _mean(costs: list[Cost]) -> Cost:
    return Cost(
        *(round(statistics.mean(values)) for values in zip(*(vars(cost).values() for cost in costs), strict=True))
    )


def _times(cost: Cost, factor: int) -> Cost:
    return Cost(*(round(value * factor) for value in vars(cost).values()))
