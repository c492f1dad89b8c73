"""The engine's own codec of views: golden table inputs, and what Athena doesn't read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.engine import QueryError
from local.engine.tables.views import InvalidViewError, View, decode, encode, is_view
from local.engine.types.parse import parse
from local.stack.paths import ROOT
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake

FOLDERS = (ROOT / "tests" / "golden" / "views", Path(__file__).parent / "golden")
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.json"))
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def golden(request: pytest.FixtureRequest) -> dict[str, Any]:
    path: Path = request.param
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def table_input() -> dict[str, Any]:
    """A view ``v`` with one column."""
    return encode("v", View("SELECT 1 AS n", (("n", parse("integer")),), "quilt_query"))


def with_body(**changes: Any) -> Change:
    """Change the JSON of the view; None removes a field."""

    def change(table: dict[str, Any]) -> None:
        text = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
        body = {**json.loads(base64.b64decode(text)), **changes}
        kept = {key: value for key, value in body.items() if value is not None}
        table["ViewOriginalText"] = f"/* Presto View: {base64.b64encode(json.dumps(kept).encode()).decode()} */"

    return change


def with_key(**changes: Any) -> Change:
    return lambda table: table.update(changes)


def with_storage(**changes: Any) -> Change:
    return lambda table: table["StorageDescriptor"].update(changes)


def with_parameters(**changes: str) -> Change:
    return lambda table: table.update(Parameters=changes)


def without_serde_info(table: dict[str, Any]) -> None:
    del table["StorageDescriptor"]["SerdeInfo"]


def test_golden_view_is_decoded(golden: dict[str, Any]) -> None:
    definition, table = golden["definition"], golden["table_input"]
    assert is_view(table)
    view = decode(table)
    assert (view.sql, view.schema, view.catalog) == (
        definition["originalSql"], definition["schema"], definition["catalog"],
    )  # fmt: skip
    assert [{"name": name, "type": str(kind)} for name, kind in view.columns] == definition["columns"]


def test_golden_view_is_the_same_after_encoding_it_again(golden: dict[str, Any]) -> None:
    view = decode(golden["table_input"])
    again = encode(golden["table_input"]["Name"], view)
    assert decode(again) == view
    assert again["StorageDescriptor"]["Columns"] == golden["table_input"]["StorageDescriptor"]["Columns"]
    assert "Description" not in again


@pytest.mark.parametrize(
    "change",
    [
        with_key(Description="One row for each package"),
        with_parameters(presto_view="true"),
        with_parameters(presto_view="true", comment="packages"),
    ],
    ids=["a description", "no comment", "another comment"],
)
def test_view_that_trino_takes_for_a_table_is_read_as_athena_reads_it(lake: Lake, run: Run, change: Change) -> None:
    table = table_input()
    change(table)
    lake.create_table("quilt_query", table)
    assert run("SELECT n FROM v").rows == [("1",)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (with_parameters(comment="Presto View"), r"NOT_SUPPORTED: Hive views are not supported: 'quilt_query\.v'"),
        (with_parameters(presto_view="false"), "NOT_SUPPORTED: .*tables with the SerDe .none."),
        (with_key(TableType="EXTERNAL_TABLE"), "NOT_SUPPORTED: .*tables with the SerDe .none."),
        (without_serde_info, "HIVE_METASTORE_ERROR: Table storage descriptor is missing SerDe info"),
        (with_key(ViewOriginalText="SELECT 1 AS n"), "INVALID_VIEW: .*View data missing prefix: SELECT 1"),
        (with_key(ViewOriginalText="/* Presto View: e30="), "INVALID_VIEW: .*View data missing suffix"),
        (with_key(ViewOriginalText="/* Presto View: !!! */"), "INVALID_VIEW: .*can't be decoded"),
        (with_key(ViewOriginalText="/* Presto View: e30x */"), "INVALID_VIEW: .*can't be decoded"),
        (with_key(ViewOriginalText="/* Presto View: W10= */"), "INVALID_VIEW: .*not a JSON object"),
        (with_body(originalSql=None), "INVALID_VIEW: .*originalSql is missing"),
        (with_body(columns=None), "INVALID_VIEW: .*columns is missing"),
        (with_body(columns=[]), "INVALID_VIEW: .*columns list is empty"),
        (with_body(columns=["n"]), "INVALID_VIEW: .*a column in its text is not a JSON object"),
        (with_body(columns=[{"name": "n", "type": "int8"}]), "INVALID_VIEW: .*Unknown type: int8"),
        (with_body(columns=[{"name": "n", "type": "row(a"}]), "INVALID_VIEW: .*Unknown type"),
        (with_body(columns=[{"name": "n", "type": "json"}]), "INVALID_VIEW: .*Unsupported Hive type: json"),
        (with_body(owner="ann"), "INVALID_VIEW: .*owner cannot be present with runAsInvoker"),
        (with_body(catalog=None), "INVALID_VIEW: .*catalog must be present if schema is present"),
        (with_storage(Columns=[]), "INVALID_VIEW: .*1 columns in its text, 0 in its storage descriptor"),
        (with_storage(Columns=[{"Name": "m", "Type": "int"}]), "INVALID_VIEW: .*column n integer in its text, m int"),
        (with_storage(Columns=[{"Name": "n", "Type": "string"}]), "INVALID_VIEW: .*column n integer in its text, n s"),
        (with_storage(Columns=[{"Name": "n", "Type": "integer("}]), "INVALID_VIEW: .*doesn't know the column type"),
        (with_body(originalSql="SELECT 1 AS m"), r"VIEW_IS_STALE: line 1:15: .*different name from column \[n\]"),
        (with_body(originalSql="SELECT 'x' AS n"), "VIEW_IS_STALE: line 1:15: .*cannot be coerced"),
        (with_body(originalSql="SELECT 1 AS n, 2 AS m"), "VIEW_IS_STALE: line 1:15: .*stored view column count"),
    ],
)  # fmt: skip
def test_view_that_athena_cannot_read_fails_with_the_reason(lake: Lake, run: Run, change: Change, reason: str) -> None:
    table = table_input()
    change(table)
    lake.create_table("quilt_query", table)
    with pytest.raises(QueryError, match=reason):
        run("SELECT * FROM v")


def test_base64_without_padding_is_read_as_java_reads_it() -> None:
    table = table_input()
    text = table["ViewOriginalText"].removesuffix(" */").rstrip("=")
    assert decode({**table, "ViewOriginalText": f"{text} */"}) == decode(table)


@pytest.mark.parametrize("kind", ["json", "time", "timestamp(3) with time zone", "uuid", "row(varchar)"])
def test_encoder_rejects_types_that_hive_does_not_have(kind: str) -> None:
    with pytest.raises(InvalidViewError, match="Unsupported Hive type"):
        encode("v", View("SELECT 1", (("a", parse(kind)),), "quilt_query"))
