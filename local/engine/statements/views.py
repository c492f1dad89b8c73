"""CREATE VIEW. The catalog stores the query as it was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from local.engine.errors import QueryError, at
from local.engine.interface import CATALOG, Catalog, CatalogWriter
from local.engine.statements.names import check_database, target
from local.engine.statements.tokens import Cursor
from local.engine.tables.views import InvalidViewError, View, encode, is_view
from local.engine.types.model import TrinoType

#: The columns of a query's result.
Describe = Callable[[str], list[tuple[str, TrinoType]]]


def create_view(
    catalog: Catalog, writer: CatalogWriter, cursor: Cursor, default_database: str, describe: Describe
) -> str:
    """Run ``CREATE [OR REPLACE] VIEW name AS query``. Raises QueryError."""
    cursor.expect("CREATE")
    replace = cursor.accept("OR", "REPLACE")
    cursor.expect("VIEW")
    database, name = target(cursor.names(), default_database)
    cursor.expect("AS")
    sql = cursor.rest().strip()
    check_database(catalog, database)
    existing = catalog.get_table(database, name)
    if existing is not None and not (replace and is_view(existing)):
        kind = "View" if is_view(existing) else "Table"
        raise at(f"{kind.upper()}_ALREADY_EXISTS", f"{kind} already exists: '{CATALOG}.{database}.{name}'")
    columns = [(column.lower(), kind) for column, kind in describe(cursor.query())]
    check_column_names([column for column, _ in columns])
    try:
        view = encode(name, View(sql, tuple(columns), default_database.lower() or database))
    except InvalidViewError as error:
        raise QueryError(f"NOT_SUPPORTED: {error}") from error
    (writer.update_table if existing is not None else writer.create_table)(database, view)
    return "CREATE_VIEW"


def check_column_names(names: Sequence[str]) -> None:
    """Raise QueryError if a column of a query has no name, or two have the same."""
    for number, name in enumerate(names):
        if name == f"_col{number}":
            raise at("MISSING_COLUMN_NAME", f"Column name not specified at position {number + 1}")
    check_distinct(names)


def check_distinct(names: Sequence[str]) -> None:
    """Raise QueryError if two columns have the same name."""
    for number, name in enumerate(names):
        if name in names[:number]:
            raise at("DUPLICATE_COLUMN_NAME", f"Column name '{name}' specified more than once")
