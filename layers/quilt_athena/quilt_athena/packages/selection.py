"""The rows of a result that become entries, regardless of their order, and the rejected ones with their reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from quilt_athena.contracts.limits import shortened
from quilt_athena.errors import PackageRejected
from quilt_athena.packages.rows import Row, check_columns, parse_row

#: Rejected rows that an output lists, those with the lowest numbers; all are counted. The output then fits Step
#: Functions, even next to its request, which a parent state machine receives with it.
MAX_REPORTED = 50
#: The same for the cause of an error, which has at most 32,768 characters.
MAX_REPORTED_IN_CAUSE = 25

#: What fits the function's memory (benchmarks/packages.py): rows that become entries, and characters of their values.
MAX_ENTRIES = 500_000
MAX_CHARACTERS = 200_000_000


@dataclass
class RejectedRows:
    """Rows that cannot become entries: all are counted, the first ones kept with their reasons."""

    count: int = 0
    _reasons: dict[int, str] = field(default_factory=dict)

    def add(self, row: int, reason: str) -> None:
        """Add a row by its number."""
        self.count += 1
        self._reasons[row] = shortened(reason)
        if len(self._reasons) > 2 * MAX_REPORTED:
            self._reasons = dict(self._first())

    def as_json(self) -> list[dict[str, Any]]:
        """The first rows, by number."""
        return [{"Row": row, "Reason": reason} for row, reason in self._first()]

    def _first(self) -> list[tuple[int, str]]:
        return sorted(self._reasons.items())[:MAX_REPORTED]


@dataclass
class RowSelection:
    """The valid rows by their logical keys, and the rejected ones."""

    rows: dict[str, Row] = field(default_factory=dict)
    rejected: RejectedRows = field(default_factory=RejectedRows)

    def reject(self, row: Row, reason: str) -> None:
        """Move a row to the rejected ones."""
        del self.rows[row.entry.logical_key]
        self.rejected.add(row.number, reason)


def select_rows(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> RowSelection:
    """Separate valid rows from invalid ones. Which of two rows with one logical key is kept does not depend on order.

    Raises:
        InvalidRow: the result lacks a required column.
        PackageRejected: there are more rows than fit the function's memory.
    """
    check_columns(list(columns))
    selection = RowSelection()
    characters = 0
    for number, values in enumerate(rows, start=1):
        try:
            row = parse_row(values, number)
        except ValueError as error:
            selection.rejected.add(number, str(error))
            continue
        characters += sum(map(_length, values.values()))
        key = row.entry.logical_key
        known = selection.rows.get(key)
        if known is None:
            selection.rows[key] = row
        else:
            kept, dropped = sorted((known, row), key=_rank)
            selection.rows[key] = kept
            selection.rejected.add(
                dropped.number, f"logical_key: expected each path once, but row {kept.number} also has {_quoted(key)}"
            )
        if len(selection.rows) > MAX_ENTRIES or characters > MAX_CHARACTERS:
            raise too_large(f"row {number:,}")
    _reject_paths_below_files(selection)
    return selection


def too_large(where: str) -> PackageRejected:
    """The error for a result that does not fit the function's memory."""
    return PackageRejected(
        f"the result is too large for one package: at {where} it exceeds {MAX_ENTRIES:,} entries or "
        f"{MAX_CHARACTERS:,} characters. Narrow the query, or create several packages"
    )


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return len(json.dumps(value)) if isinstance(value, (dict, list)) else 0


def _rank(row: Row) -> tuple[str, ...]:
    """An order of rows with one logical key by their content, not by their position."""
    entry = row.entry
    content = json.dumps([entry.size, entry.hash, entry.meta], sort_keys=True)
    return (str(entry.physical_key), row.top_hash or "", row.bucket or "", content)


def _reject_paths_below_files(selection: RowSelection) -> None:
    """A path is either a file or a folder: of `a` and `a/b`, the file `a` is kept."""
    for key in sorted(selection.rows):
        parents = list(accumulate(key.split("/")[:-1], lambda path, part: f"{path}/{part}"))
        file = next((parent for parent in parents if parent in selection.rows), None)
        if file is not None:
            number = selection.rows[file].number
            reason = f"logical_key: expected {_quoted(file)} to be a folder, but it is a file in row {number}"
            selection.reject(selection.rows[key], reason)


def _quoted(text: str) -> str:
    return json.dumps(text if len(text) <= 120 else text[:117] + "...", ensure_ascii=False)
