"""A result as HTML, for notebooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

#: How much a notebook shows: more doesn't help, and slows it down.
_ROWS = 20
_CHARACTERS = 200


def result_table(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Mapping[str, Any]],
    row_count: int | None,
    scanned_bytes: int,
    price: float,
) -> str:
    """A table of the first rows.

    Args:
        columns: names and Athena's types.
        rows: the rows at hand.
        row_count: how many the result has; None if unknown.
        scanned_bytes: by Athena.
        price: the estimate in USD.
    """
    head = "".join(f'<th title="{escape(kind)}">{escape(name)}</th>' for name, kind in columns)
    shown = rows[:_ROWS]
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name, _ in columns) + "</tr>" for row in shown
    )
    total = f"more than {len(rows):,}" if row_count is None else f"{row_count:,}"
    count = f"{total} {'row' if row_count == 1 else 'rows'}"
    if row_count is None or row_count > len(shown):
        count = f"the first {len(shown)} of {count}"
    caption = f"{count}, {scanned_bytes:,} bytes scanned, about {price:.6f} USD"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{caption}</p>"


def _cell(value: Any) -> str:
    if value is None:
        return "<i>NULL</i>"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return escape(text if len(text) <= _CHARACTERS else text[:_CHARACTERS] + "…")
