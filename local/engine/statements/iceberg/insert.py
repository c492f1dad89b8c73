"""INSERT INTO an Iceberg table."""

from __future__ import annotations

from collections.abc import Sequence

from pyiceberg.schema import Schema
from pyiceberg.table import Table

from local.engine.errors import at
from local.engine.iceberg.commit import append
from local.engine.iceberg.conform import conform
from local.engine.iceberg.types import to_trino
from local.engine.iceberg.write import write
from local.engine.interface import QueryResult
from local.engine.sql.grammar.changes import read_insert
from local.engine.statements.session import Session
from local.engine.types.coerce import can_store
from local.engine.types.model import TrinoType


def insert(text: str, table: Table, session: Session) -> QueryResult:
    """Run an INSERT.

    Raises:
        QueryError: the query's columns don't match the table's, or the commit lost against another one.
    """
    session.writable()
    tree = read_insert(text, session.parameters)
    schema = table.schema()
    places = column_places(schema, [one.name for one in tree.args["columns"]])
    rows = session.query(tree.expression, lambda given: _stored_types(schema, places, [kind for _, kind in given]))
    metadata = table.metadata
    files = write(session.iceberg.files, metadata, conform(rows.columns, schema, places), session.cancel)
    if files:
        append(table, files, session.cancel)
    return QueryResult((), [], "DML", "INSERT", session.counter.scanned, update_count=rows.num_rows)


def column_places(schema: Schema, names: Sequence[str], what: str = "Insert") -> list[int]:
    """The positions of columns in the table; of all if there are no ``names``. ``what`` names the statement.

    Raises:
        QueryError: a column doesn't exist, or is named twice.
    """
    known = [field.name.lower() for field in schema.fields]
    if not names:
        return list(range(len(known)))
    lower = [name.lower() for name in names]
    for number, name in enumerate(lower):
        if name not in known:
            raise at("COLUMN_NOT_FOUND", f"{what} column name does not exist in target table: {name}")
        if name in lower[:number]:
            raise at("DUPLICATE_COLUMN_NAME", f"{what} column name is specified more than once: {name}")
    return [known.index(name) for name in lower]


def _stored_types(schema: Schema, places: Sequence[int], given: Sequence[TrinoType]) -> list[TrinoType]:
    """The types of the columns. Raises QueryError if values of the given types can't be inserted."""
    wanted = [to_trino(schema.fields[place].field_type) for place in places]
    if len(wanted) != len(given) or not all(map(can_store, given, wanted)):
        table, query = (", ".join(map(str, kinds)) for kinds in (wanted, given))
        raise at("TYPE_MISMATCH", f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]")
    return wanted
