"""Statements that change the catalog: databases, tables, partitions and views. Errors are worded as Hive's.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

from local.engine.errors import QueryError, at, cannot_run
from local.engine.interface import CATALOG, Catalog, CatalogWriter, ObjectStore, QueryResult
from local.engine.statements.alter_table import AlterTable
from local.engine.statements.create_table import read_definition
from local.engine.statements.databases import create_database, drop_database
from local.engine.statements.names import check_database, failed_task, target
from local.engine.statements.repair import repair_table
from local.engine.statements.statement import Statement
from local.engine.statements.tokens import Cursor
from local.engine.statements.views import Describe, create_view
from local.engine.tables.views import is_view


class CatalogChange:
    """Runs one such statement against the catalog."""

    def __init__(
        self, catalog: Catalog, objects: ObjectStore, writer: CatalogWriter | None, describe: Describe
    ) -> None:
        """``objects`` is listed by MSCK REPAIR; ``describe`` finds the columns of a view's query."""
        self._catalog = catalog
        self._objects = objects
        self._writer = writer
        self._describe = describe

    def run(self, statement: Statement, database: str) -> QueryResult:
        """Change the catalog. The result has no columns, and the kind of the statement, such as ``CREATE_VIEW``.

        Raises:
            QueryError: the engine can't run it, what it creates exists already, or what it drops doesn't exist.
        """
        if self._writer is None:
            raise cannot_run(" ".join(statement.words[:2]))
        cursor, words = Cursor(statement.body), statement.words
        if words[0] == "MSCK":
            return repair_table(self._catalog, self._objects, self._writer, cursor, database)
        return QueryResult((), [], "DDL", self._change(self._writer, words, cursor, database))

    def _change(self, writer: CatalogWriter, words: tuple[str, ...], cursor: Cursor, database: str) -> str:
        match words:
            case ("CREATE", "DATABASE" | "SCHEMA", *_):
                return create_database(self._catalog, writer, cursor)
            case ("DROP", "DATABASE" | "SCHEMA", *_):
                return drop_database(self._catalog, writer, cursor)
            case ("CREATE", "VIEW", *_) | ("CREATE", "OR", "REPLACE", "VIEW", *_):
                return create_view(self._catalog, writer, cursor, database, self._describe)
            case ("CREATE", "EXTERNAL", "TABLE", *_):
                return self._create_table(writer, cursor, database)
            case ("CREATE", "TABLE", *_):
                raise QueryError(
                    "FAILED: SemanticException: CREATE TABLE without EXTERNAL creates Iceberg tables only: use CREATE "
                    "EXTERNAL TABLE, or TBLPROPERTIES ('table_type' = 'ICEBERG')"
                )
            case ("DROP", "TABLE" | "VIEW" as kind, *_):
                return self._drop(writer, kind, cursor, database)
            case ("ALTER", "TABLE", *_):
                return AlterTable(self._catalog, writer, cursor, database).run()
        raise cannot_run(" ".join(words[:3]))

    def _create_table(self, writer: CatalogWriter, cursor: Cursor, default_database: str) -> str:
        cursor.expect("CREATE", "EXTERNAL", "TABLE")
        if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
        database, name = target(cursor.names(), default_database)
        table = read_definition(cursor).table_input(name)
        check_database(self._catalog, database)
        if self._catalog.get_table(database, name) is None:
            writer.create_table(database, table)
        elif not if_not_exists:
            raise failed_task(f"AlreadyExistsException(message:Table {name} already exists in database {database})")
        return "CREATE_TABLE"

    def _drop(self, writer: CatalogWriter, kind: str, cursor: Cursor, default_database: str) -> str:
        cursor.expect("DROP", kind)
        if_exists = cursor.accept("IF", "EXISTS")
        place = target(cursor.names(), default_database)
        cursor.finish()
        table = self._catalog.get_table(*place)
        if table is not None and (kind == "VIEW") != is_view(table):
            other = "a table" if kind == "VIEW" else "a view"
            raise failed_task(f"Cannot drop {other} with DROP {kind}: {'.'.join(place)}")
        if table is not None:
            writer.delete_table(*place)
        elif not if_exists:
            if kind == "VIEW":
                raise at("TABLE_NOT_FOUND", f"View '{CATALOG}.{place[0]}.{place[1]}' does not exist")
            raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {'.'.join(place)}")
        return f"DROP_{kind}"
