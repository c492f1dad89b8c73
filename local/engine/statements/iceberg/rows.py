"""DELETE and UPDATE, as a query for the rows that change.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
"""

from __future__ import annotations

from collections.abc import Sequence

from pyiceberg.table import Table
from sqlglot import exp

from local.engine.errors import QueryError, at
from local.engine.iceberg.changes import commit_changes
from local.engine.iceberg.conform import can_coerce, conform
from local.engine.iceberg.scan import PATH, POSITION, ChangedSource
from local.engine.iceberg.types import to_trino
from local.engine.interface import GlueTable, QueryResult
from local.engine.sql.parsing import parse_statement
from local.engine.sql.resolve import OpenIceberg
from local.engine.statements.iceberg.session import Session, Types
from local.engine.tables.source import OpenTable

_MISMATCH = "UPDATE table column types don't match SET expressions: Table: [{}], Expressions: [{}]"


def delete(text: str, table: Table, session: Session) -> QueryResult:
    """Run a DELETE.

    Raises:
        QueryError: the condition is wrong, or the commit lost against another one.
    """
    session.writable()
    tree = parse_statement(text, session.parameters)
    if not isinstance(tree, exp.Delete) or tree.args.get("using") or tree.args.get("returning"):
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: DELETE FROM")
    query = exp.select(*row_columns(tree.this)).from_(tree.this)
    where = tree.args.get("where")
    if where is not None:
        query.set("where", where)
    source = changed_source(table, whole_files=_plain(query))
    rows = session.query(query, lambda _: None, opening(source))
    count = commit_changes(source, rows.column(0), rows.column(1), None, session.cancel)
    return QueryResult((), [], "DML", "DELETE", session.counter.scanned, update_count=count)


def update(text: str, table: Table, session: Session) -> QueryResult:
    """Run an UPDATE.

    Raises:
        QueryError: an assignment is wrong, or the commit lost against another one.
    """
    session.writable()
    tree = parse_statement(text, session.parameters)
    if not isinstance(tree, exp.Update) or tree.args.get("from_") or tree.args.get("returning"):
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: UPDATE")
    schema = table.schema()
    assigned = assignments(tree.expressions, [field.name.lower() for field in schema.fields])
    values = [assigned.get(place) or column_of(tree.this, field.name) for place, field in enumerate(schema.fields)]
    named = [exp.alias_(value, f"__value_{place}", quoted=True) for place, value in enumerate(values)]
    query = exp.select(*row_columns(tree.this), *named).from_(tree.this)
    where = tree.args.get("where")
    if where is not None:
        query.set("where", where)

    def check(given: Types) -> None:
        wanted = [to_trino(schema.fields[place].field_type) for place in sorted(assigned)]
        found = [given[place + 2][1] for place in sorted(assigned)]
        if not all(map(can_coerce, found, wanted)):
            texts = [", ".join(map(str, kinds)) for kinds in (wanted, found)]
            raise at("TYPE_MISMATCH", _MISMATCH.format(*texts))

    source = changed_source(table)
    rows = session.query(query, check, opening(source))
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


def assignments(expressions: Sequence[exp.Expr], columns: Sequence[str]) -> dict[int, exp.Expr]:
    """The values of SET by the position of the column.

    Raises:
        QueryError: a column doesn't exist, or is set twice.
    """
    found: dict[int, exp.Expr] = {}
    for one in expressions:
        if not isinstance(one, exp.EQ) or not isinstance(one.left, exp.Column) or one.left.table:
            raise at("SYNTAX_ERROR", f"mismatched input {one.sql('trino')!r}. Expecting: column = value")
        name = one.left.name.lower()
        if name not in columns:
            raise at("COLUMN_NOT_FOUND", f"The UPDATE SET target column {name} doesn't exist")
        if columns.index(name) in found:
            raise QueryError(f"SYNTAX_ERROR: line 1:1: Multiple assignments for column: {name}", error_type=1006)
        found[columns.index(name)] = one.right
    return found


def _plain(query: exp.Select) -> bool:
    """Whether a query reads no other table."""
    lists = [one for one in query.find_all(exp.In) if one.args.get("query")]
    return not lists and query.find(exp.Subquery, exp.Exists) is None
