"""Files of a result, as the browser receives them."""

from __future__ import annotations

import io
from typing import Any

import pyarrow.parquet as pq

from quilt_athena.client import QueryResult
from quilt_athena_console.downloads import FORMATS

COLUMNS = [
    {"Name": "name", "Type": "varchar"},
    {"Name": "price", "Type": "decimal(10,2)"},
    {"Name": "n", "Type": "bigint"},
]
ROWS: list[dict[str, Any]] = [
    {"name": 'a "quoted", line\n', "price": "1.50", "n": 2**60 + 1},
    {"name": "", "price": None, "n": None},
]


def written(extension: str, rows: list[dict[str, Any]]) -> bytes:
    _, write = FORMATS[extension]
    return b"".join(write(QueryResult({"Columns": COLUMNS, "Rows": rows})))


def test_csv_distinguishes_null_from_an_empty_string() -> None:
    assert written("csv", ROWS).decode() == (
        'name,price,n\r\n"a ""quoted"", line\n",1.50,1152921504606846977\r\n"",,\r\n'
    )


def test_parquet_has_the_types_of_the_columns() -> None:
    table = pq.read_table(io.BytesIO(written("parquet", ROWS)))
    assert [str(kind) for kind in table.schema.types] == ["string", "decimal128(10, 2)", "int64"]
    assert [str(row["price"]) for row in table.to_pylist()] == ["1.50", "None"]
    assert table.num_rows == 2


def test_parquet_of_many_rows_is_written_in_parts() -> None:
    _, write = FORMATS["parquet"]
    rows = [{"name": f"row {number}", "price": None, "n": number} for number in range(25_000)]
    parts = list(write(QueryResult({"Columns": COLUMNS, "Rows": rows})))
    assert len(parts) == 4
    assert pq.read_table(io.BytesIO(b"".join(parts))).num_rows == 25_000


def test_file_without_rows_has_the_columns() -> None:
    assert written("csv", []) == b"name,price,n\r\n"
    assert pq.read_table(io.BytesIO(written("parquet", []))).column_names == ["name", "price", "n"]
