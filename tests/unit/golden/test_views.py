"""Views as Glue stores them, against table inputs that were written from the documented format.

The layer's encoder has to produce exactly these. The engine's decoder, an implementation of its own, reads the same
files in tests/unit/engine/tables/test_views.py: an encoding that only one of the two takes for right fails here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local.engine.tables.views import decode, is_view
from local.stack.paths import ROOT
from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.catalog.desired_state import CatalogSettings, LegacyViews, desired_state
from quilt_athena.catalog.views import Column, View, decode_view, encode_view

FILES = sorted((ROOT / "tests" / "golden" / "views").glob("*.json"))


def declared_views() -> Iterator[Mapping[str, Any]]:
    """The table input of every view that the layer declares."""
    settings = CatalogSettings("quilt_query", "s3://results/all-buckets/", LegacyViews.CREATE)
    for bucket in ("my-bucket", ALL_BUCKETS):
        for table in desired_state(bucket, settings).tables:
            if table.table_input["TableType"] == "VIRTUAL_VIEW":
                yield table.table_input


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def golden(request: pytest.FixtureRequest) -> dict[str, Any]:
    path: Path = request.param
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def view_of(golden: Mapping[str, Any]) -> View:
    definition = golden["definition"]
    columns = tuple(Column(column["name"], column["type"]) for column in definition["columns"])
    return View(definition["originalSql"], columns, definition["schema"], definition["catalog"])


def test_golden_text_holds_its_definition(golden: dict[str, Any]) -> None:
    text = golden["table_input"]["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    assert json.loads(base64.b64decode(text)) == golden["definition"]


def test_encoder_produces_the_golden_table_input(golden: dict[str, Any]) -> None:
    name = golden["table_input"]["Name"]
    assert encode_view(name, view_of(golden), golden["parameters"]) == golden["table_input"]


def test_decoder_reads_the_golden_table_input(golden: dict[str, Any]) -> None:
    assert decode_view(golden["table_input"]) == view_of(golden)


def test_golden_views_have_no_description(golden: dict[str, Any]) -> None:
    # Trino takes a view with a Description other than `Presto View` for a table.
    assert "Description" not in golden["table_input"]


@pytest.mark.parametrize("table", [*declared_views()], ids=lambda table: str(table["Name"]))
def test_declared_view_is_one_to_trino_and_athena(table: Mapping[str, Any]) -> None:
    assert is_view(table)
    assert "Description" not in table
    assert table["Parameters"]["comment"] == "Presto View"
    columns = [(column.name, column.type) for column in decode_view(table).columns]
    assert [(name, str(kind)) for name, kind in decode(table).columns] == columns
