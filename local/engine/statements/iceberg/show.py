"""SHOW CREATE TABLE, SHOW TBLPROPERTIES, SHOW COLUMNS and DESCRIBE of an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-show-create-table.html and
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-describe-table.html
"""

from __future__ import annotations

from collections.abc import Sequence

from pyiceberg.table import Table

from local.engine.errors import cannot_run
from local.engine.iceberg.partitions import to_ddl as partitions_to_ddl
from local.engine.iceberg.properties import to_athena
from local.engine.iceberg.types import to_ddl
from local.engine.interface import Column, QueryResult
from local.engine.statements.describe import padded
from local.engine.statements.iceberg.targets import without_comment
from local.engine.statements.session import Session
from local.engine.statements.tokens import Cursor


def show(text: str, table: Table, session: Session) -> QueryResult:  # noqa: ARG001 - called as all others are
    """Run a SHOW. Raises QueryError."""
    cursor = Cursor(without_comment(text))
    cursor.expect("SHOW")
    if cursor.accept("CREATE", "TABLE"):
        return _result("SHOW_CREATE_TABLE", ["createtab_stmt"], _create_table(table))
    if cursor.accept("TBLPROPERTIES"):
        cursor.names()
        found = to_athena(table.properties)
        if cursor.accept("("):
            key = cursor.string()
            lines = [found.get(key, f"Table {'.'.join(table.name())} does not have property: {key}")]
        else:
            lines = [f"{key}\t{value}" for key, value in sorted(found.items())]
        return _result("SHOW_TBLPROPERTIES", ["prpt_name", "prpt_value"], lines)
    if cursor.accept("COLUMNS"):
        return _result("SHOW_COLUMNS", ["field"], [padded(field.name.lower()) for field in table.schema().fields])
    raise cannot_run(f"SHOW {cursor.next.text.upper()} of an Iceberg table")


def describe(text: str, table: Table, session: Session) -> QueryResult:  # noqa: ARG001 - called as all others are
    """Run a DESCRIBE. Raises QueryError."""
    cursor = Cursor(without_comment(text))
    cursor.advance()
    for how in ("FORMATTED", "EXTENDED"):
        if cursor.accept(how):
            raise cannot_run(f"DESCRIBE {how} of an Iceberg table")
    schema, spec = table.schema(), table.spec()
    lines = ["# Table schema:\t\t", _line("# col_name", "data_type", "comment")]
    lines += [_line(field.name.lower(), to_ddl(field.field_type), field.doc or "") for field in schema.fields]
    if spec.fields:
        lines += ["\t\t", "# Partition spec:\t\t", _line("# field_name", "field_transform", "column_name")]
        lines += [
            _line(field.name, str(field.transform), schema.find_column_name(field.source_id) or "")
            for field in spec.fields
        ]
    return _result("DESCRIBE_TABLE", ["col_name", "data_type", "comment"], lines)


def _create_table(table: Table) -> list[str]:
    schema = table.schema()
    columns = [
        f"  `{field.name.lower()}` {to_ddl(field.field_type)}"
        + (f" COMMENT '{_quoted(field.doc)}'" if field.doc else "")
        for field in schema.fields
    ]
    lines = [f"CREATE TABLE `{'.'.join(table.name())}`(", *_listed(columns)]
    if table.spec().fields:
        lines += ["PARTITIONED BY (", *_listed([f"  {one}" for one in partitions_to_ddl(table.spec(), schema)])]
    properties = [f"  '{key}'='{_quoted(value)}'" for key, value in to_athena(table.properties).items()]
    return [*lines, "LOCATION", f"  '{table.location()}'", "TBLPROPERTIES (", *_listed(properties)]


def _listed(items: Sequence[str]) -> list[str]:
    return [*(f"{item}, " for item in items[:-1]), f"{items[-1]})"]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _line(*fields: str) -> str:
    return "\t".join(fields)


def _result(kind: str, names: Sequence[str], lines: Sequence[str]) -> QueryResult:
    columns = tuple(Column(name, "string", "string", 0, 0) for name in names)
    return QueryResult(columns, [(line,) for line in lines], "UTILITY", kind)
