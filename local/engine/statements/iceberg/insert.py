"""INSERT INTO an Iceberg table."""

from __future__ import annotations

from collections.abc import Sequence

from pyiceberg.schema import Schema
from pyiceberg.table import Table
from sqlglot import exp

from local.engine.errors import at
from local.engine.iceberg.commit import append
from local.engine.iceberg.conform import can_coerce, conform
from local.engine.iceberg.types import to_trino
from local.engine.iceberg.write import write
from local.engine.interface import QueryResult
from local.engine.results.trino_types import TrinoType
from local.engine.sql.parsing import parse_statement
from local.engine.statements.iceberg.session import Session


def insert(text: str, table: Table, session: Session) -> QueryResult:
    """Run an INSERT.

    Raises:
        QueryError: the query's columns don't match the table's, or the commit lost against another one.
    """
    session.writable()
    tree = parse_statement(text, session.parameters)
    if not isinstance(tree, exp.Insert) or tree.args.get("overwrite"):
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: INSERT INTO")
    query = tree.expression
    if isinstance(query, exp.Values):
        query = exp.select("*").from_(query)
    if not isinstance(query, exp.Query):
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: a query")
    schema = table.schema()
    named = [one.name for one in tree.this.expressions] if isinstance(tree.this, exp.Schema) else None
    places = column_places(schema, named)
    rows = session.query(query, lambda given: check_types(schema, places, [kind for _, kind in given]))
    metadata = table.metadata
    files = write(session.iceberg.files, metadata, conform(rows.columns, schema, places), session.cancel)
    if files:
        append(table, files, session.cancel)
    return QueryResult((), [], "DML", "INSERT", session.counter.scanned, update_count=rows.num_rows)


def column_places(schema: Schema, names: list[str] | None) -> list[int]:
    """The positions of columns in the table; of all if there are no ``names``.

    Raises:
        QueryError: a column doesn't exist, or is named twice.
    """
    known = [field.name.lower() for field in schema.fields]
    if names is None:
        return list(range(len(known)))
    lower = [name.lower() for name in names]
    for number, name in enumerate(lower):
        if name not in known:
            raise at("COLUMN_NOT_FOUND", f"Insert column name does not exist in target table: {name}")
        if name in lower[:number]:
            raise at("DUPLICATE_COLUMN_NAME", f"Insert column name is specified more than once: {name}")
    return [known.index(name) for name in lower]


def check_types(schema: Schema, places: Sequence[int], given: Sequence[TrinoType]) -> None:
    """Check that values of these types can be inserted without a CAST. Raises QueryError."""
    wanted = [to_trino(schema.fields[place].field_type) for place in places]
    if len(wanted) != len(given) or not all(map(can_coerce, given, wanted)):
        table, query = (", ".join(map(str, kinds)) for kinds in (wanted, given))
        raise at("TYPE_MISMATCH", f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]")
