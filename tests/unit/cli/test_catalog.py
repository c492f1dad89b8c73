"""`show` and `ddl`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quilt_athena.catalog.ddl import create_statements
from tests.desired import table_inputs, table_names
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_aws import FakeAws, Refused

GET = "glue:GetTable"
TABLES = {table["Name"]: table for table in table_inputs("my-bucket")}


def found(call: Mapping[str, Any]) -> Any:
    """The bucket's tables and views; those of older Quilt stacks aren't there."""
    name = call["Name"]
    return {"Table": TABLES[name]} if name in TABLES else Refused("EntityNotFoundException")


def test_tables_are_shown_with_their_columns(run: Run, aws: FakeAws) -> None:
    aws.on(GET, found)
    shown = run("show", "my-bucket")
    assert shown.exit_code == 0
    blocks = shown.stdout.split("\n\n")
    assert [block.split()[0] for block in blocks] == list(table_names("my-bucket"))
    assert "hash           row(type varchar, value varchar)\n" in blocks[0]
    assert blocks[2].splitlines()[0] == "my_bucket_quilt_packages_view (view)"
    described = json.loads(run("show", "my-bucket", "--json").stdout)
    assert [table["Name"] for table in described] == list(table_names("my-bucket"))
    assert described[1]["Columns"] == [{"Name": "hash", "Type": "varchar"}]
    assert described[1]["Bucket"] == "my-bucket"


def test_unmanaged_tables_are_marked(run: Run, aws: FakeAws) -> None:
    theirs = {**TABLES["my_bucket_quilt_packages"], "Parameters": {}}
    aws.on(GET, lambda call: {"Table": theirs} if call["Name"] in TABLES else found(call))
    assert run("show", "my-bucket").stdout.count("Unmanaged: ") == 4


def test_bucket_without_tables_shows_what_to_do(run: Run, aws: FakeAws) -> None:
    aws.on(GET, Refused("EntityNotFoundException"))
    result = run("show", "my-bucket")
    assert result.exit_code == 1
    assert "quilt-athena register my-bucket" in result.stderr
    assert json.loads(run("show", "my-bucket", "--json").stdout) == []


def test_ddl_uses_the_stacks_database(run: Run) -> None:
    statements = create_statements("my-bucket", "quilt_query")
    assert run("ddl", "my-bucket").stdout == "\n\n".join(f"{statement};" for statement in statements) + "\n"
    assert json.loads(run("ddl", "my-bucket", "--json").stdout) == list(statements)


def test_ddl_with_a_database_needs_no_stack(run: Run, aws: FakeAws) -> None:
    assert '"mine"."my_bucket_quilt_objects_view"' in run("ddl", "my-bucket", "--database", "mine").stdout
    assert aws.calls == []


def test_invalid_bucket_name_exits_with_2(run: Run) -> None:
    result = run("ddl", "My Bucket", "--database", "mine")
    assert result.exit_code == 2
    assert "InvalidBucketNameError" in result.stderr
