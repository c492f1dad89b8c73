"""Query results as tables, CSV, JSON or JSON lines, written row by row"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from quilt_athena.cli.output.tables import print_table, print_vertical

if TYPE_CHECKING:
    from quilt_athena.client import QueryResult

#: Writes a result to a stream; returns the number of rows, None if the reader left the pager before the last one.
Writer = Callable[["QueryResult", TextIO], "int | None"]


def write_table(result: QueryResult, output: TextIO, *, wide: bool = False) -> int | None:
    """A table for people, fitted to the terminal unless it is ``wide``."""
    names = [column.name for column in result.columns]
    return print_table(names, ([row[name] for name in names] for row in result.json_rows()), output, wide=wide)


def write_vertical(result: QueryResult, output: TextIO) -> int | None:
    """A line for each value, complete."""
    names = [column.name for column in result.columns]
    return print_vertical(names, ([row[name] for name in names] for row in result.json_rows()), output)


def write_csv(result: QueryResult, output: TextIO) -> int:
    """RFC 4180 with a header; NULL is an empty field, an empty string ``""``, as in Athena's own files."""
    names = [column.name for column in result.columns]
    output.write(",".join(map(_csv_field, names)) + "\r\n")
    count = 0
    for count, row in enumerate(result.json_rows(), start=1):  # noqa: B007 - the count is returned
        output.write(",".join(_csv_field(row[name]) for name in names) + "\r\n")
    return count


def write_json(result: QueryResult, output: TextIO) -> int:
    """An array of objects."""
    count = _write_array(result, output)
    output.write("\n")
    return count


def write_json_lines(result: QueryResult, output: TextIO) -> int:
    """One object per line."""
    count = 0
    for count, row in enumerate(result.json_rows(), start=1):  # noqa: B007 - the count is returned
        output.write(to_json(row) + "\n")
    return count


def write_result(result: QueryResult, output: TextIO) -> int:
    """One object: the query result as the contract has it, with all rows and the estimated price."""
    fields = {key: value for key, value in result.output.items() if key not in ("Rows", "RowCount", "Truncated")}
    fields["EstimatedPrice"] = result.estimated_price
    output.write(to_json(fields)[:-1] + ', "Rows": ')
    count = _write_array(result, output)
    output.write(f', "RowCount": {count}}}\n')
    return count


def _write_array(result: QueryResult, output: TextIO) -> int:
    count = 0
    output.write("[")
    for count, row in enumerate(result.json_rows(), start=1):
        output.write(("" if count == 1 else ",") + "\n" + to_json(row))
    output.write("\n]" if count else "]")
    return count


def to_json(value: Any) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else to_json(value)
    if text == "" or any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


WRITERS: dict[str, Writer] = {
    "table": write_table,
    "vertical": write_vertical,
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_json_lines,
}
