"""DELETE and UPDATE, as a query for the rows that change.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
"""

from __future__ import annotations

from collections.abc import Sequence

from pyiceberg.table import Table
from sqlglot import exp

from local.engine.errors import QueryError, at
from local.engine.iceberg.changes import commit_changes
from local.engine.iceberg.conform import conform
from local.engine.iceberg.scan import PATH, POSITION, ChangedSource
from local.engine.iceberg.types import to_trino
from local.engine.interface import GlueTable, QueryResult
from local.engine.sql.grammar.changes import read_delete, read_update
from local.engine.statements.lookup import OpenIceberg
from local.engine.statements.session import Session, Types
from local.engine.tables.source import OpenTable
from local.engine.types.coerce import can_store
from local.engine.types.model import TrinoType

_MISMATCH = "UPDATE table column types don't match SET expressions: Table: [{}], Expressions: [{}]"


def delete(text: str, table: Table, session: Session) -> QueryResult:
    """Run a DELETE.

    Raises:
        QueryError: the condition is wrong, or the commit lost against another one.
    """
    session.writable()
    tree = read_delete(text, session.parameters)
    query = select(row_columns(tree.this), tree.this, tree.args["where"])
    source = changed_source(table, whole_files=_plain(query))
    rows = session.query(query, None, opening(source))
    count = commit_changes(source, rows.column(0), rows.column(1), None, session.cancel)
    return QueryResult((), [], "DML", "DELETE", session.counter.scanned, update_count=count)


def update(text: str, table: Table, session: Session) -> QueryResult:
    """Run an UPDATE.

    Raises:
        QueryError: an assignment is wrong, or the commit lost against another one.
    """
    session.writable()
    tree = read_update(text, session.parameters)
    schema = table.schema()
    assigned = assignments(tree.expressions, [field.name.lower() for field in schema.fields])
    values = [assigned.get(place) or column_of(tree.this, field.name) for place, field in enumerate(schema.fields)]
    query = select([*row_columns(tree.this), *values], tree.this, tree.args["where"])
    types = [to_trino(field.field_type) for field in schema.fields]

    def stored(given: Types) -> list[TrinoType]:
        wanted = [types[place] for place in sorted(assigned)]
        found = [given[place + 2][1] for place in sorted(assigned)]
        if not all(map(can_store, found, wanted)):
            texts = [", ".join(map(str, kinds)) for kinds in (wanted, found)]
            raise at("TYPE_MISMATCH", _MISMATCH.format(*texts))
        return [*(kind for _, kind in given[:2]), *types]

    source = changed_source(table)
    rows = session.query(query, stored, opening(source))
    new = conform(rows.columns[2:], schema, range(len(values)))
    count = commit_changes(source, rows.column(0), rows.column(1), new, session.cancel)
    return QueryResult((), [], "DML", "UPDATE", session.counter.scanned, update_count=count)


def changed_source(table: Table, *, whole_files: bool = False) -> ChangedSource:
    """The table whose rows a statement changes."""
    return ChangedSource(table, table.current_snapshot(), table.schema(), whole_files=whole_files)


def opening(source: ChangedSource) -> OpenIceberg:
    """Opens the table that a statement changes, where the query names it without a version."""
    changed = source.table.name()

    def open_table(database: str, name: str, _: GlueTable, version: exp.Version | None) -> OpenTable | None:
        return source if (database, name) == changed and version is None else None

    return open_table


def row_columns(table: exp.Table) -> list[exp.Expr]:
    """The columns that identify a row of a table."""
    return [column_of(table, PATH), column_of(table, POSITION)]


def column_of(table: exp.Table, name: str) -> exp.Column:
    """A column of a table that a query names, perhaps with an alias."""
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table.alias_or_name, quoted=True))


def select(columns: Sequence[exp.Expr], relation: exp.Expr, where: exp.Expr | None = None) -> exp.Select:
    """A query of a relation."""
    return exp.Select(expressions=list(columns), from_=exp.From(this=relation), where=where)


def assignments(
    expressions: Sequence[exp.Expr],
    columns: Sequence[str],
    missing: str = "The UPDATE SET target column {} doesn't exist",
) -> dict[int, exp.Expr]:
    """The values of SET by the position of the column. ``missing`` is the error for a column that doesn't exist.

    Raises:
        QueryError: a column doesn't exist, or is set twice.
    """
    found: dict[int, exp.Expr] = {}
    for one in expressions:
        name = one.this.name.lower()
        if name not in columns:
            raise at("COLUMN_NOT_FOUND", missing.format(name))
        if columns.index(name) in found:
            raise QueryError(f"SYNTAX_ERROR: line 1:1: Multiple assignments for column: {name}", error_type=1006)
        found[columns.index(name)] = one.expression
    return found


def _plain(query: exp.Select) -> bool:
    """Whether a query reads no other table."""
    others = (one for one in query.find_all(exp.Select, exp.SetOperation, exp.Values) if one is not query)
    return next(others, None) is None
