"""The CREATE statements, run by Athena, create the same tables and views as onboarding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from local.stack.waiting import until
from quilt_athena.catalog.ddl import create_statements
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER
from quilt_athena.catalog.views import decode_view, is_view
from tests.desired import table_inputs
from tests.local_aws import LocalAws, Pushed

STORAGE = ("InputFormat", "OutputFormat")


def described(table: Mapping[str, Any]) -> dict[str, Any]:
    """What a table or view is to Athena, without what DDL can't express."""
    storage = table["StorageDescriptor"]
    if is_view(table):
        view = decode_view(table)
        return {"columns": view.columns, "glue_columns": [(c["Name"], c["Type"]) for c in storage["Columns"]]}
    serde = storage["SerdeInfo"]
    return {
        **{key: storage[key] for key in STORAGE},
        # Athena stores the location of a statement without the slash at its end.
        "Location": storage["Location"].rstrip("/"),
        "columns": [(column["Name"], column["Type"]) for column in storage["Columns"]],
        "serde": (serde["SerializationLibrary"], serde["Parameters"]),
        "type": table["TableType"],
        "bucket": table["Parameters"][BUCKET_PARAMETER],
        "encrypted": table["Parameters"]["has_encrypted_data"],
    }


@pytest.fixture
def created(local_aws: LocalAws, bucket: str) -> dict[str, dict[str, Any]]:
    """The tables and views that the statements created, by name."""
    database = local_aws.outputs["DatabaseName"]
    for statement in create_statements(bucket, database):
        status = local_aws.query(statement)["Status"]
        assert status["State"] == "SUCCEEDED", (statement, status)
    return {table["Name"]: table for table in local_aws.tables(bucket.replace("-", "_") + "_quilt_")}


def test_statements_create_what_onboarding_creates(
    local_aws: LocalAws, bucket: str, created: dict[str, dict[str, Any]]
) -> None:
    expected = {table["Name"]: described(table) for table in table_inputs(bucket, local_aws.outputs["DatabaseName"])}
    assert {name: described(table) for name, table in created.items()} == expected


def test_created_views_can_be_queried(local_aws: LocalAws, bucket: str, created: dict[str, dict[str, Any]]) -> None:
    (top_hash,) = local_aws.push(bucket, Pushed("imaging/cells", {}, message="First"))
    view = next(name for name in created if name.endswith("_quilt_packages_view"))
    rows = local_aws.rows(f'SELECT "user", name, hash, message FROM {view}')
    # The revision, and `latest`.
    assert rows == [["imaging", "cells", top_hash, "First"]] * 2


def test_registration_adopts_the_created_tables(
    local_aws: LocalAws, bucket: str, created: dict[str, dict[str, Any]]
) -> None:
    local_aws.register(bucket)

    def owners() -> list[str | None]:
        tables = local_aws.tables(bucket.replace("-", "_") + "_quilt_")
        return [table["Parameters"].get(BUCKET_PARAMETER) for table in tables]

    assert len(created) == 4
    until(owners, lambda found: found == [bucket] * 4)
