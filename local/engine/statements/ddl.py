"""Statements that change the catalog: CREATE EXTERNAL TABLE, CREATE VIEW, CREATE DATABASE, DROP TABLE, DROP VIEW.

sqlglot parses them: views in the query language, everything else in Hive's DDL. Errors are worded as theirs.
https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from local.engine.errors import QueryError, at, cannot_run
from local.engine.interface import CATALOG, Catalog, CatalogWriter
from local.engine.results.trino_types import TrinoType
from local.engine.sql.column_names import column_names
from local.engine.sql.dialect import AthenaSql
from local.engine.sql.parsing import parse_query
from local.engine.statements.create_table import table_input
from local.engine.statements.statement import Statement
from local.engine.tables.views import InvalidViewError, View, encode, is_view

#: The columns of a query's result.
Describe = Callable[[str], list[tuple[str, TrinoType]]]


class CatalogChange:
    """Runs one such statement against the catalog."""

    def __init__(self, catalog: Catalog, writer: CatalogWriter | None, describe: Describe) -> None:
        """``describe`` finds the columns of a view's query."""
        self._catalog = catalog
        self._writer = writer
        self._describe = describe

    def run(self, statement: Statement, database: str) -> str:
        """Change the catalog and return the kind of the statement, such as ``CREATE_VIEW``.

        Raises:
            QueryError: the engine can't run it, what it creates exists already, or what it drops doesn't exist.
        """
        if self._writer is None:
            raise cannot_run(" ".join(statement.words[:2]))
        text, query = _split_view(statement)
        tree = _parse(text)
        match tree:
            case exp.Create(kind="DATABASE" | "SCHEMA"):
                return self._create_database(self._writer, tree)
            case exp.Create(kind="VIEW", this=exp.Table()) if query is not None and not tree.args.get("properties"):
                return self._create_view(self._writer, tree, query, database)
            case exp.Create(kind="TABLE") if statement.words[:3] == ("CREATE", "EXTERNAL", "TABLE"):
                return self._create_table(self._writer, tree, database)
            case exp.Drop(kind="TABLE" | "VIEW") if len(tree.args["tables"]) == 1:
                return self._drop(self._writer, tree, database)
        raise cannot_run(" ".join(statement.words[:3]))

    def _create_database(self, writer: CatalogWriter, tree: exp.Create) -> str:
        name = _parts(tree.this)[-1]
        if self._catalog.get_database(name) is None:
            writer.create_database(name)
        elif not tree.args.get("exists"):
            raise _failed_task(f"Database {name} already exists")
        return "CREATE_DATABASE"

    def _drop(self, writer: CatalogWriter, tree: exp.Drop, default_database: str) -> str:
        (named,), kind = tree.args["tables"], tree.args["kind"]
        target = _target(named, default_database)
        table = self._catalog.get_table(*target)
        if table is not None and (kind == "VIEW") != is_view(table):
            other = "a table" if kind == "VIEW" else "a view"
            raise _failed_task(f"Cannot drop {other} with DROP {kind}: {'.'.join(target)}")
        if table is not None:
            writer.delete_table(*target)
        elif not tree.args.get("exists"):
            if kind == "VIEW":
                raise at("TABLE_NOT_FOUND", f"View '{CATALOG}.{target[0]}.{target[1]}' does not exist")
            raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {'.'.join(target)}")
        return f"DROP_{kind}"

    def _create_view(self, writer: CatalogWriter, tree: exp.Create, sql: str, default_database: str) -> str:
        database, name = _target(tree.this, default_database)
        self._check_database(database)
        existing = self._catalog.get_table(database, name)
        if existing is not None and not (tree.args.get("replace") and is_view(existing)):
            kind = "View" if is_view(existing) else "Table"
            raise at(f"{kind.upper()}_ALREADY_EXISTS", f"{kind} already exists: '{CATALOG}.{database}.{name}'")
        columns = self._describe(sql)
        _check_column_names([column for column, _ in columns])
        _check_distinct(column_names(parse_query(sql), lambda table: self._columns_of(table, default_database)))
        try:
            view = encode(name, View(sql, tuple(columns), database))
        except InvalidViewError as error:
            raise QueryError(f"NOT_SUPPORTED: {error}") from error
        (writer.update_table if existing is not None else writer.create_table)(database, view)
        return "CREATE_VIEW"

    def _columns_of(self, table: exp.Table, default_database: str) -> list[str]:
        found = self._catalog.get_table((table.db or default_database).lower(), table.name.lower()) or {}
        columns = [*found.get("StorageDescriptor", {}).get("Columns", ()), *(found.get("PartitionKeys") or ())]
        return [column["Name"].lower() for column in columns]

    def _create_table(self, writer: CatalogWriter, tree: exp.Create, default_database: str) -> str:
        schema = tree.this
        if not isinstance(schema, exp.Schema):
            raise cannot_run("CREATE EXTERNAL TABLE without columns")
        database, name = _target(schema.this, default_database)
        self._check_database(database)
        table = table_input(name, schema, tree.args.get("properties"))
        if self._catalog.get_table(database, name) is None:
            writer.create_table(database, table)
        elif not tree.args.get("exists"):
            raise _failed_task(f"AlreadyExistsException(message:Table {name} already exists in database {database})")
        return "CREATE_TABLE"

    def _check_database(self, database: str) -> None:
        if self._catalog.get_database(database) is None:
            raise at("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")


def _split_view(statement: Statement) -> tuple[str, str | None]:
    """A CREATE VIEW with another query in place of its own, and its own query, exactly as it was written.

    The catalog stores the query as written, and an error in it is reported at its place in the query.
    """
    if statement.words[0] != "CREATE" or "VIEW" not in statement.words:
        return statement.text, None
    try:
        tokens = AthenaSql().tokenize(statement.text)
    except TokenError:
        return statement.text, None
    as_ = next((token for token in tokens if token.token_type == TokenType.ALIAS), None)
    if as_ is None:
        return statement.text, None
    return f"{statement.text[: as_.end + 1]} SELECT 1", statement.text[as_.end + 1 :].strip()


def _parse(text: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(text, read="athena")
    except (ParseError, TokenError) as error:
        raise QueryError(f"FAILED: ParseException: {str(error).splitlines()[0]}", error_type=1006) from error
    if not isinstance(tree, exp.Expr):
        raise QueryError(f"FAILED: ParseException: {text[:60]!r}", error_type=1006)
    return tree


def _parts(named: exp.Table) -> list[str]:
    # In Hive's DDL one pair of backticks may hold `database.table`.
    return [part for identifier in named.parts for part in identifier.name.lower().split(".")]


def _target(named: exp.Table, default_database: str) -> tuple[str, str]:
    """Database and table."""
    parts = _parts(named)
    if len(parts) == 3 and parts[0] == CATALOG:
        parts = parts[1:]
    if len(parts) > 2 or (len(parts) == 1 and not default_database):
        raise QueryError(f"FAILED: SemanticException: {named.sql('hive')} is not the name of a table in a database")
    return (parts[0], parts[1]) if len(parts) == 2 else (default_database.lower(), parts[0])


def _check_column_names(names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if name == f"_col{number}":
            raise at("MISSING_COLUMN_NAME", f"Column name not specified at position {number + 1}")
    _check_distinct(names)


def _check_distinct(names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise at("DUPLICATE_COLUMN_NAME", f"Column name '{name}' specified more than once")


def _failed_task(message: str) -> QueryError:
    return QueryError(f"FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. {message}")
