"""ALTER TABLE of an Iceberg table: columns and properties.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyiceberg.exceptions import CommitFailedException, ValidationError
from pyiceberg.table import Table
from pyiceberg.table.update.schema import UpdateSchema
from pyiceberg.types import IcebergType

from local.engine.errors import QueryError, cannot_run
from local.engine.iceberg.properties import from_athena, names_in_iceberg
from local.engine.iceberg.types import from_hive
from local.engine.interface import QueryResult
from local.engine.statements.create_table import column, columns
from local.engine.statements.iceberg.targets import without_comment
from local.engine.statements.names import failed_task
from local.engine.statements.session import Session
from local.engine.statements.tokens import Cursor
from local.engine.tables.hive_types import parse


def alter(text: str, table: Table, session: Session) -> QueryResult:
    """Run an ALTER TABLE.

    Raises:
        QueryError: a column doesn't exist or can't be changed, or Athena doesn't accept a property.
    """
    session.writable()
    if session.parameters:
        raise QueryError("NOT_SUPPORTED: Execution parameters can't be used in ALTER")
    cursor = Cursor(without_comment(text))
    cursor.expect("ALTER", "TABLE")
    cursor.names()
    run = next((run for words, run in _CLAUSES if cursor.accept(*words)), None)
    if run is None:
        raise cannot_run(f"ALTER TABLE {cursor.next.text.upper()} of an Iceberg table")
    return QueryResult((), [], "DDL", run(cursor, table))


def _add_columns(cursor: Cursor, table: Table) -> str:
    added = columns(cursor)
    cursor.finish()
    with _changing(table) as update:
        for one in added:
            update.add_column(one["Name"], _type(one["Type"]), one.get("Comment"))
    return "ALTER_TABLE_ADD_COLUMNS"


def _change_column(cursor: Cursor, table: Table) -> str:
    cursor.accept("COLUMN")
    old, new = _existing(cursor.name(), table), column(cursor)
    first, after = cursor.accept("FIRST"), _existing(cursor.name(), table) if cursor.accept("AFTER") else None
    cursor.finish()
    kind = _type(new["Type"])
    with _changing(table) as update:
        changed = kind if table.schema().find_type(old) != kind else None
        if changed is not None and not changed.is_primitive:
            raise cannot_run("ALTER TABLE CHANGE COLUMN of the type of an array, map or struct")
        update.update_column(old, field_type=changed, doc=new.get("Comment"))
        if first:
            update.move_first(old)
        if after is not None:
            update.move_after(old, after)
        if new["Name"] != old.lower():
            update.rename_column(old, new["Name"])
    return "ALTER_TABLE_CHANGE_COLUMN"


def _drop_column(cursor: Cursor, table: Table) -> str:
    cursor.accept("COLUMN")
    name = _existing(cursor.name(), table)
    cursor.finish()
    if len(table.schema().fields) == 1:
        raise failed_task("Cannot drop the only column of a table")
    with _changing(table) as update:
        update.delete_column(name)
    return "ALTER_TABLE_DROP_COLUMN"


def _set_properties(cursor: Cursor, table: Table) -> str:
    given = from_athena(cursor.properties())
    cursor.finish()
    with _committing(table):
        table.transaction().set_properties(given).commit_transaction()
    return "ALTER_TABLE_SET_TBLPROPERTIES"


def _unset_properties(cursor: Cursor, table: Table) -> str:
    cursor.accept("IF", "EXISTS")
    cursor.expect("(")
    names = [cursor.string()]
    while cursor.accept(","):
        names.append(cursor.string())
    cursor.expect(")")
    cursor.finish()
    with _committing(table):
        table.transaction().remove_properties(*names_in_iceberg(names)).commit_transaction()
    return "ALTER_TABLE_UNSET_TBLPROPERTIES"


_CLAUSES: tuple[tuple[tuple[str, ...], Callable[[Cursor, Table], str]], ...] = (
    (("ADD", "COLUMNS"), _add_columns),
    (("CHANGE",), _change_column),
    (("DROP", "COLUMN"), _drop_column),
    (("SET", "TBLPROPERTIES"), _set_properties),
    (("UNSET", "TBLPROPERTIES"), _unset_properties),
)


@contextmanager
def _changing(table: Table) -> Iterator[UpdateSchema]:
    with _committing(table), table.update_schema(case_sensitive=True) as update:
        yield update


@contextmanager
def _committing(table: Table) -> Iterator[None]:
    try:
        yield
    except CommitFailedException as error:
        name = ".".join(table.name())
        raise QueryError(f"ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: {name}") from error
    except (ValueError, ValidationError) as error:
        raise failed_task(str(error)) from error


def _existing(name: str, table: Table) -> str:
    """A column's name as the table has it."""
    found = next((field.name for field in table.schema().fields if field.name.lower() == name), None)
    if found is None:
        raise failed_task(f"Invalid column reference {name}")
    return found


def _type(text: str) -> IcebergType:
    ids = itertools.count(1)
    return from_hive(parse(text), lambda: next(ids))
