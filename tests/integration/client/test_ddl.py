"""The CREATE statements, run by Athena: they make the very tables and views that onboarding makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from local.waiting import until
from quilt_athena.catalog.ddl import create_statements
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER
from quilt_athena.catalog.views import decode_view, is_view
from tests.desired import table_inputs
from tests.laptop import Laptop, Pushed

STORAGE = ("Columns", "Location", "InputFormat", "OutputFormat")


def described(table: Mapping[str, Any]) -> dict[str, Any]:
    """What a table or view is to Athena, without what DDL can't say."""
    storage = table["StorageDescriptor"]
    if is_view(table):
        view = decode_view(table)
        return {"columns": view.columns, "glue_columns": [(c["Name"], c["Type"]) for c in storage["Columns"]]}
    serde = storage["SerdeInfo"]
    return {
        **{key: storage[key] for key in STORAGE if key != "Columns"},
        "columns": [(column["Name"], column["Type"]) for column in storage["Columns"]],
        "serde": (serde["SerializationLibrary"], serde["Parameters"]),
        "type": table["TableType"],
        "bucket": table["Parameters"][BUCKET_PARAMETER],
        "encrypted": table["Parameters"]["has_encrypted_data"],
    }


@pytest.fixture
def made(laptop: Laptop, bucket: str) -> dict[str, dict[str, Any]]:
    """The tables and views that the statements made, by name."""
    database = laptop.outputs["DatabaseName"]
    for statement in create_statements(bucket, database):
        status = laptop.query(statement)["Status"]
        assert status["State"] == "SUCCEEDED", (statement, status)
    return {table["Name"]: table for table in laptop.tables(bucket.replace("-", "_") + "_quilt_")}


def test_the_statements_make_what_onboarding_makes(
    laptop: Laptop, bucket: str, made: dict[str, dict[str, Any]]
) -> None:
    expected = {table["Name"]: described(table) for table in table_inputs(bucket, laptop.outputs["DatabaseName"])}
    assert {name: described(table) for name, table in made.items()} == expected


def test_they_answer_questions(laptop: Laptop, bucket: str, made: dict[str, dict[str, Any]]) -> None:
    (top_hash,) = laptop.push(bucket, Pushed("imaging/cells", {}, message="First"))
    view = next(name for name in made if name.endswith("_quilt_packages_view"))
    rows = laptop.rows(f'SELECT "user", name, hash, message FROM {view}')
    # The revision, and `latest`.
    assert rows == [["imaging", "cells", top_hash, "First"]] * 2


def test_registering_the_bucket_takes_them_over(laptop: Laptop, bucket: str, made: dict[str, dict[str, Any]]) -> None:
    laptop.register(bucket)

    def owners() -> list[str | None]:
        tables = laptop.tables(bucket.replace("-", "_") + "_quilt_")
        return [table["Parameters"].get(BUCKET_PARAMETER) for table in tables]

    assert len(made) == 4
    until(owners, lambda found: found == [bucket] * 4)
