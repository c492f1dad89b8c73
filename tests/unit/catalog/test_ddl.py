"""The CREATE statements, parsed by sqlglot, create what is declared."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.ddl import create_statements
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER
from quilt_athena.catalog.views import decode_view, is_view
from tests.desired import table_inputs

DATABASE = "quilt_query"
BUCKETS = ["my-bucket", "my.data", "old_Bucket", "all-buckets"]


def parsed(bucket: str, number: int) -> exp.Create:
    """A statement of a bucket, as sqlglot understands it in Athena's dialect."""
    statement = sqlglot.parse_one(create_statements(bucket, DATABASE)[number], dialect="athena")
    assert isinstance(statement, exp.Create)
    return statement


def text_of(node: Any) -> str:
    """The text of a literal."""
    assert isinstance(node, exp.Literal)
    return str(node.this)


def properties(create: exp.Create) -> dict[str, str]:
    """The table properties."""
    found = create.args["properties"].expressions
    return {text_of(one.this): text_of(one.args["value"]) for one in found if type(one) is exp.Property}


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize("number", range(4))
def test_the_statements_create_the_tables_and_views_in_order(bucket: str, number: int) -> None:
    definition = table_inputs(bucket)[number]
    create = parsed(bucket, number)
    table = create.find(exp.Table)
    assert table is not None
    assert (table.db, table.name) == (DATABASE, definition["Name"])
    assert create.kind == ("VIEW" if is_view(definition) else "TABLE")


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize("number", [0, 1])
def test_the_tables_are_those_that_are_written_to_glue(bucket: str, number: int) -> None:
    definition = table_inputs(bucket)[number]
    storage = definition["StorageDescriptor"]
    create = parsed(bucket, number)

    def only(kind: type[exp.Expression]) -> Any:
        (found,) = create.find_all(kind)
        return found

    columns = [(column.name, column.args["kind"].sql(dialect="trino").lower()) for column in create.this.expressions]
    assert columns == [(column["Name"], _trino(column["Type"])) for column in storage["Columns"]]
    assert text_of(only(exp.LocationProperty).this) == storage["Location"]
    formats = only(exp.InputOutputFormat)
    assert text_of(formats.args["input_format"]) == storage["InputFormat"]
    assert text_of(formats.args["output_format"]) == storage["OutputFormat"]
    # Athena derives EXTERNAL from the statement.
    assert create.find(exp.ExternalProperty)
    assert {**properties(create), "EXTERNAL": "TRUE"} == definition["Parameters"]
    assert definition["Parameters"][BUCKET_PARAMETER] == bucket


def _trino(hive: str) -> str:
    cast = sqlglot.parse_one(f"CAST(x AS {hive_to_presto(hive)})", dialect="trino")
    return str(cast.args["to"].sql("trino")).lower()


def test_the_manifests_table_names_its_serde() -> None:
    serde = table_inputs("my-bucket")[0]["StorageDescriptor"]["SerdeInfo"]
    row_format = parsed("my-bucket", 0).find(exp.RowFormatSerdeProperty)
    assert row_format is not None
    assert text_of(row_format.this) == serde["SerializationLibrary"]
    found = row_format.args["serde_properties"].expressions
    assert {text_of(one.this): text_of(one.args["value"]) for one in found} == serde["Parameters"]


def test_the_packages_table_is_delimited_as_in_the_notebook() -> None:
    # Hive translates that to this SerDe, with the delimiter in both of its parameters.
    serde = table_inputs("my-bucket")[1]["StorageDescriptor"]["SerdeInfo"]
    assert serde["SerializationLibrary"] == "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    delimiter = parsed("my-bucket", 1).find(exp.RowFormatDelimitedProperty)
    assert delimiter is not None
    assert {text_of(delimiter.args["fields"])} == set(serde["Parameters"].values())


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize("number", [2, 3])
def test_the_views_are_those_that_are_written_to_glue(bucket: str, number: int) -> None:
    view = decode_view(table_inputs(bucket)[number])
    create = parsed(bucket, number)
    assert create.args["replace"]
    assert create.expression == sqlglot.parse_one(view.sql, dialect="athena")
    assert create.expression.named_selects == [column.name for column in view.columns]


def test_a_statement_is_one_statement() -> None:
    for statement in create_statements("my-bucket", DATABASE):
        assert len(sqlglot.parse(statement, dialect="athena")) == 1
        assert not statement.endswith(";")


def test_a_database_name_with_quotes_is_quoted() -> None:
    for statement in create_statements("my-bucket", 'a`b"c'):
        table = sqlglot.parse_one(statement, dialect="athena").find(exp.Table)
        assert table is not None
        assert table.db == 'a`b"c'
