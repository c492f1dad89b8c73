"""The results of a run, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from verification.check import Result, Status
from verification.run import Run
from verification.target import Target

_STYLES = {Status.VERIFIED: "green", Status.DIFFERS: "bold red", Status.NOT_VERIFIABLE: "yellow"}
_EVIDENCE_CHARACTERS = 400


def line(result: Result) -> Text:
    """A result while the run goes on."""
    status = Text(f"{result.status.value:<20}", style=_STYLES[result.status])
    return Text.assemble(status, f" {result.check} ", (f"({result.seconds:.0f} s)", "dim"))


def print_table(results: Sequence[Result], console: Console) -> None:
    """All results, with their evidence, and a sentence with the counts."""
    table = Table("check", "result", "evidence", header_style="bold", border_style="dim")
    for result in results:
        evidence = result.evidence
        if len(evidence) > _EVIDENCE_CHARACTERS:
            evidence = f"{evidence[:_EVIDENCE_CHARACTERS]}…"
        table.add_row(result.check, Text(result.status.value, style=_STYLES[result.status]), Text(evidence))
    console.print(table)
    console.print(summary(results), highlight=False)


def summary(results: Sequence[Result]) -> str:
    """How many checks had each result."""
    counts = (f"{sum(result.status is status for result in results)} {status.value}" for status in Status)
    return f"{len(results)} checks: {', '.join(counts)}."


def as_json(results: Sequence[Result], target: Target, run: Run, queries: int) -> str:
    """The results as JSON, with the number of queries that were run; verification/page.py reads it."""
    document = {
        "Run": run.id,
        "Target": target.name,
        "Region": target.region,
        "Date": f"{datetime.now(UTC):%Y-%m-%d}",
        "Queries": queries,
        "Results": [result.as_json() for result in results],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
