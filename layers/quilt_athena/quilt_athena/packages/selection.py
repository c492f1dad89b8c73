"""The rows of a result that become entries, whatever order they come in, and the others with their reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from quilt_athena.errors import PackageRejected
from quilt_athena.packages.rows import Row, check_columns, row_of

#: Reasons that an answer tells, with the rows of the lowest numbers; the others are counted. With these an answer fits
#: Step Functions also beside its request, which a parent machine sees with it; and an error's cause 32,768 characters.
MAX_TOLD = 50
MAX_TOLD_IN_CAUSE = 25
MAX_REASON_LENGTH = 300

#: What fits the function's memory (benchmarks/packages.py): rows that are entries, and characters of their values.
MAX_ENTRIES = 500_000
MAX_CHARACTERS = 200_000_000


@dataclass
class Refusals:
    """Rows that can't be entries: all counted, the first told of."""

    count: int = 0
    _told: dict[int, str] = field(default_factory=dict)

    def add(self, row: int, reason: str) -> None:
        """Note one."""
        self.count += 1
        self._told[row] = reason if len(reason) <= MAX_REASON_LENGTH else reason[: MAX_REASON_LENGTH - 3] + "..."
        if len(self._told) > 2 * MAX_TOLD:
            self._told = dict(self._first())

    def to_json(self) -> list[dict[str, Any]]:
        """Those that are told of, by number."""
        return [{"Row": row, "Reason": reason} for row, reason in self._first()]

    def _first(self) -> list[tuple[int, str]]:
        return sorted(self._told.items())[:MAX_TOLD]


@dataclass
class Selection:
    """The rows by their logical keys, and those that were refused."""

    rows: dict[str, Row] = field(default_factory=dict)
    refusals: Refusals = field(default_factory=Refusals)

    def refuse(self, row: Row, reason: str) -> None:
        """Take a row out."""
        del self.rows[row.entry.logical_key]
        self.refusals.add(row.number, reason)


def select_rows(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Selection:
    """What becomes of each row. Which of two rows of one logical key stays doesn't depend on their order.

    Raises:
        InvalidRow: the result lacks a column.
        PackageRejected: there are more rows than fit the function's memory.
    """
    check_columns(list(columns))
    selection = Selection()
    characters = 0
    for number, values in enumerate(rows, start=1):
        try:
            row = row_of(values, number)
        except ValueError as error:
            selection.refusals.add(number, str(error))
            continue
        characters += sum(map(_length, values.values()))
        key = row.entry.logical_key
        known = selection.rows.get(key)
        if known is None:
            selection.rows[key] = row
        else:
            kept, left = sorted((known, row), key=_rank)
            selection.rows[key] = kept
            selection.refusals.add(
                left.number, f"logical_key: expected each once, got {_quoted(key)} in row {kept.number} too"
            )
        if len(selection.rows) > MAX_ENTRIES or characters > MAX_CHARACTERS:
            raise too_large(f"row {number:,}")
    _refuse_what_is_below_files(selection)
    return selection


def too_large(where: str) -> PackageRejected:
    """The error for what doesn't fit the function's memory."""
    return PackageRejected(
        f"the result is too large for one package: at {where} it exceeds {MAX_ENTRIES:,} entries or "
        f"{MAX_CHARACTERS:,} characters. Narrow the question, or make several packages"
    )


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return len(json.dumps(value)) if isinstance(value, (dict, list)) else 0


def _rank(row: Row) -> tuple[str, ...]:
    """An order of rows of one logical key by what they say, not by where they stand."""
    entry = row.entry
    said = json.dumps([entry.size, entry.hash, entry.meta], sort_keys=True)
    return (str(entry.physical_key), row.top_hash or "", row.bucket or "", said)


def _refuse_what_is_below_files(selection: Selection) -> None:
    """A path is that of a file or of a folder: of `a` and `a/b`, the file `a` stays."""
    for key in sorted(selection.rows):
        parents = list(accumulate(key.split("/")[:-1], lambda path, part: f"{path}/{part}"))
        file = next((parent for parent in parents if parent in selection.rows), None)
        if file is not None:
            number = selection.rows[file].number
            reason = f"logical_key: expected {_quoted(file)} to be a folder, but row {number} makes it a file"
            selection.refuse(selection.rows[key], reason)


def _quoted(text: str) -> str:
    return json.dumps(text if len(text) <= 120 else text[:117] + "...", ensure_ascii=False)
