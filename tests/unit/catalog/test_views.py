"""The view codec, against Trino's format and against itself."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.catalog.views import Column, View, decode_view, encode_view, is_view
from quilt_athena.errors import InvalidViewError

presto_types = st.sampled_from(
    ["varchar", "bigint", "array(varchar)", "row(type varchar, value varchar)", "map(varchar, array(double))"]
)
columns = st.lists(
    st.builds(Column, st.text(min_size=1, max_size=10), presto_types),
    min_size=1,
    max_size=6,
    unique_by=lambda column: column.name,
)
views = st.builds(View, sql=st.text(), columns=columns.map(tuple), schema=st.text(max_size=8), catalog=st.text())

VIEW = View(
    sql='SELECT "hash", size FROM quilt_query.t',
    columns=(Column("hash", "row(type varchar, value varchar)"), Column("size", "varchar")),
    schema="quilt_query",
)


def changed(**changes: Any) -> dict[str, Any]:
    """An encoded view, altered."""
    return {**encode_view("v", VIEW), **changes}


def with_text(body: object) -> dict[str, Any]:
    """An encoded view with another stored text."""
    encoded = base64.b64encode(json.dumps(body).encode()).decode()
    return changed(ViewOriginalText=f"/* Presto View: {encoded} */")


def with_hive_columns(*pairs: list[str]) -> dict[str, Any]:
    """An encoded view whose storage descriptor has other columns."""
    return changed(StorageDescriptor={"Columns": [{"Name": name, "Type": kind} for name, kind in pairs]})


@given(views)
def test_a_decoded_view_is_the_encoded_one(view: View) -> None:
    table = encode_view("v", view, {"mine": "1"})
    assert is_view(table)
    assert decode_view(table) == view
    assert json.loads(json.dumps(table)) == table


def test_encoding_is_trinos() -> None:
    """Each key that Trino's ViewReaderUtil and GlueHiveMetastore look at, decoded here by hand."""
    table = encode_view("v", VIEW, {"quilt_athena.bucket": "my-bucket"})
    text = table.pop("ViewOriginalText")
    assert table == {
        "Name": "v",
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View", "quilt_athena.bucket": "my-bucket"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [
                {"Name": "hash", "Type": "struct<type:string,value:string>"},
                {"Name": "size", "Type": "string"},
            ],
            "Location": "",
            "SerdeInfo": {},
        },
        "ViewExpandedText": "/* Presto View */",
    }
    prefix, encoded, suffix = text[:16], text[16:-3], text[-3:]
    assert (prefix, suffix) == ("/* Presto View: ", " */")
    assert json.loads(base64.b64decode(encoded)) == {
        "originalSql": 'SELECT "hash", size FROM quilt_query.t',
        "catalog": "awsdatacatalog",
        "schema": "quilt_query",
        "columns": [{"name": "hash", "type": "row(type varchar, value varchar)"}, {"name": "size", "type": "varchar"}],
        "runAsInvoker": True,
    }


def test_a_view_created_by_athena_is_decoded() -> None:
    """With the fields that Trino may add, and without those that it may leave out."""
    body = {
        "originalSql": "SELECT 1 a",
        "catalog": "awsdatacatalog",
        "schema": "d",
        "columns": [{"name": "a", "type": "integer"}],
        "owner": "someone",
        "runAsInvoker": False,
    }
    table = with_text(body) | {"StorageDescriptor": {"Columns": [{"Name": "a", "Type": "int"}]}}
    assert decode_view(table) == View("SELECT 1 a", (Column("a", "integer"),), "d")
    del body["catalog"], body["schema"]
    assert decode_view({**table, "ViewOriginalText": with_text(body)["ViewOriginalText"]}).schema == ""


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (View("SELECT 1", (), "d"), "view v: expected at least one column"),
        (View("SELECT 1", (Column("a", "varchar"),) * 2, "d"), "view v: two columns have the same name: a, a"),
        (View("SELECT 1", (Column("a", "json"),), "d"), "column type 'json' cannot be stored"),
    ],
)
def test_an_invalid_view_is_rejected(view: View, problem: str) -> None:
    with pytest.raises(InvalidViewError, match=problem):
        encode_view("v", view)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (changed(TableType="EXTERNAL_TABLE"), "table v is not an Athena view: expected a VIRTUAL_VIEW"),
        (changed(ViewOriginalText="SELECT 1"), "table v is not an Athena view"),
        (changed(ViewOriginalText=None), "table v is not an Athena view"),
        (changed(ViewOriginalText="/* Presto View: e30="), "table v is not an Athena view"),
        ({}, r"table \? is not an Athena view"),
        (changed(ViewOriginalText="/* Presto View: %%% */"), "view v: its stored text cannot be decoded"),
        (changed(ViewOriginalText="/* Presto View: bm8ganNvbg== */"), "view v: its stored text cannot be decoded"),
        (changed(ViewOriginalText="/* Presto View: /w== */"), "view v: its stored text cannot be decoded"),
        (with_text({"columns": []}), "its stored text cannot be decoded: KeyError\\('originalSql'\\)"),
        (with_text({"originalSql": "SELECT 1"}), "its stored text cannot be decoded: KeyError\\('columns'\\)"),
        (with_text({"originalSql": "", "columns": [{"name": "a"}]}), "cannot be decoded: KeyError\\('type'\\)"),
        (with_text([]), "its stored text cannot be decoded: TypeError"),
        (with_text({"originalSql": "", "columns": None}), "its stored text cannot be decoded: TypeError"),
        (with_text({"originalSql": "", "columns": []}), "0 columns in its text, 2 in its storage descriptor"),
        (changed(StorageDescriptor={}), "2 columns in its text, 0 in its storage descriptor"),
        (with_hive_columns(["hash", "string"], ["size", "string"]), r"column hash row\(.*\) in its text, hash string"),
        (changed(StorageDescriptor={"Columns": [{"Name": "hash"}, {"Name": "size"}]}), "hash without a type in its"),
    ],
)  # fmt: skip
def test_a_damaged_view_is_rejected(table: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidViewError, match=problem):
        decode_view(table)
