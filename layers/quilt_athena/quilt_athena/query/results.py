"""Athena's results, page by page, as typed rows.

Athena returns every value as text, omits NULL values, and adds a header row to the rows of a SELECT only:
https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.contracts.json_numbers import parse_finite

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import ColumnInfoTypeDef, GetQueryResultsOutputTypeDef

_PAGE_ROWS = 1000
_INTEGERS = frozenset({"tinyint", "smallint", "integer", "int", "bigint"})
_FLOATS = frozenset({"double", "float", "real"})


@dataclass(frozen=True)
class ColumnInfo:
    """A column of a result: its name, unique in the result, and Athena's type, e.g. ``decimal(10,2)``."""

    name: str
    type: str


def convert(text: str | None, kind: str) -> Any:
    """The JSON value of a value of Athena type ``kind``.

    Integers and booleans are JSON's. ``double`` and ``real`` are numbers, except "NaN", "Infinity" and "-Infinity",
    which JSON does not have. ``json`` is parsed, except values that Python cannot hold: numbers too large for a double
    or of thousands of digits, and values nested a thousand levels deep. These and all other types are Athena's text.
    NULL is None, never an empty string.
    """
    if text is None:
        return None
    if kind in _INTEGERS:
        return int(text)
    if kind == "boolean":
        return text == "true"
    if kind in _FLOATS:
        return text if text.lstrip("-") in ("NaN", "Infinity") else float(text)
    if kind == "json":
        return _parsed(text)
    return text


def _parsed(text: str) -> Any:
    try:
        return parse_finite(text, constant=str)
    except ValueError:
        return text


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, in which the second of two equal names gets `_2`, the third `_3`; skips names of other columns."""
    taken, result = set(names), list[str]()
    last_number: dict[str, int] = {}
    for name in names:
        unique = name
        while name in last_number and unique in taken:
            last_number[name] += 1
            unique = f"{name}_{last_number[name]}"
        last_number.setdefault(name, 1)
        taken.add(unique)
        result.append(unique)
    return result


class ResultReader:
    """The columns of a finished query, and its rows page by page; memory holds one page."""

    def __init__(self, athena: AthenaClient, query_execution_id: str, statement_type: str, page_rows: int) -> None:
        """Read the first page.

        Args:
            athena: a client of Athena.
            query_execution_id: the query.
            statement_type: Athena's ``DML``, ``DDL`` or ``UTILITY``.
            page_rows: the rows of a page, header included, up to Athena's maximum of 1,000.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Athena did not return the page.
        """
        self._query_execution_id = query_execution_id
        paginator = athena.get_paginator("get_query_results")
        self._pages = iter(
            paginator.paginate(
                QueryExecutionId=query_execution_id, PaginationConfig={"PageSize": min(page_rows, _PAGE_ROWS)}
            )
        )
        self._first_rows: list[Mapping[str, Any]] = []
        self.columns: list[ColumnInfo] = []
        if first := self._next_page():
            self._read_columns(first, statement_type)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The typed rows, by column name; can be read once."""
        yield from map(self._typed, self._first_rows)
        while page := self._next_page():
            yield from map(self._typed, page["ResultSet"].get("Rows", []))

    def _read_columns(self, page: GetQueryResultsOutputTypeDef, statement_type: str) -> None:
        rows: list[Mapping[str, Any]] = [*page["ResultSet"].get("Rows", [])]
        info = page["ResultSet"].get("ResultSetMetadata", {}).get("ColumnInfo", [])
        described = [(column["Name"], _type(column)) for column in info]
        if not described and rows:
            # The output of MSCK REPAIR TABLE has rows without columns.
            described = [(f"_col{position}", "string") for position in range(len(_texts(rows[0])))]
        names = [name for name, _ in described]
        kinds = [kind for _, kind in described]
        self.columns = [ColumnInfo(name, kind) for name, kind in zip(unique_names(names), kinds, strict=True)]
        has_header = statement_type == "DML" and rows and _texts(rows[0]) == names
        self._first_rows = rows[1:] if has_header else rows

    def _typed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        values = zip(self.columns, _fitted(_texts(row), len(self.columns)), strict=True)
        return {column.name: convert(text, column.type) for column, text in values}

    def _next_page(self) -> GetQueryResultsOutputTypeDef | None:
        with calling("athena:GetQueryResults", self._query_execution_id):
            return next(self._pages, None)


def _type(column: ColumnInfoTypeDef) -> str:
    """Athena's type, of a decimal with precision and scale, without which its values can't be stored as numbers."""
    if column["Type"] == "decimal" and "Precision" in column:
        return f"decimal({column['Precision']},{column.get('Scale', 0)})"
    return column["Type"]


def _fitted(values: list[str | None], count: int) -> list[str | None]:
    """One value per column. DESCRIBE returns a single text for its three columns, separated by tabs and padding."""
    if len(values) != count and len(values) == 1 and values[0] is not None:
        values = [part.strip() for part in values[0].split("\t")]
    return values[:count] + [None] * (count - len(values))


def _texts(row: Mapping[str, Any]) -> list[str | None]:
    return [datum.get("VarCharValue") for datum in row.get("Data", [])]
