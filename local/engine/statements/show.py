"""Statements that only show the catalog: SHOW and DESCRIBE, as Hive prints them in Athena.

Hive's rows are lines of text: a row of several columns is one value, whose fields are padded to 20 characters and
separated by tabs. https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from local.engine.errors import QueryError, cannot_run
from local.engine.interface import Catalog, Column, GlueTable, QueryResult
from local.engine.statements.describe import describe_lines, padded
from local.engine.statements.names import database_name, existing_table, target
from local.engine.statements.show_create import create_table_lines
from local.engine.statements.statement import Statement
from local.engine.statements.tokens import Cursor
from local.engine.tables.partition_values import escape
from local.engine.tables.views import InvalidViewError, decode, is_view


def show(statement: Statement, catalog: Catalog, database: str) -> QueryResult:
    """Run one such statement.

    Raises:
        QueryError: the engine can't run it, or what it names doesn't exist.
    """
    cursor = Cursor(statement.body)
    show = _Show(catalog, cursor, database)
    if cursor.accept("DESCRIBE") or cursor.accept("DESC"):
        return show.describe()
    cursor.expect("SHOW")
    if cursor.accept("TABLES"):
        return show.tables("SHOW_TABLES", "tab_name")
    if cursor.accept("VIEWS"):
        return show.tables("SHOW_VIEWS", "views")
    if cursor.accept("DATABASES") or cursor.accept("SCHEMAS"):
        return show.databases()
    if cursor.accept("COLUMNS"):
        return show.columns()
    if cursor.accept("PARTITIONS"):
        return show.partitions()
    if cursor.accept("TBLPROPERTIES"):
        return show.properties()
    if cursor.accept("CREATE", "TABLE"):
        return show.create_table()
    if cursor.accept("CREATE", "VIEW"):
        return show.create_view()
    raise cannot_run(" ".join(statement.words[:3]))


class _Show:
    def __init__(self, catalog: Catalog, cursor: Cursor, database: str) -> None:
        self._catalog = catalog
        self._cursor = cursor
        self._database = database

    def tables(self, kind: str, column: str) -> QueryResult:
        database = self._database
        if self._cursor.accept("IN") or self._cursor.accept("FROM"):
            database = database_name(self._cursor.names())
        pattern = self._pattern()
        if self._catalog.get_database(database) is None:
            raise QueryError(f"FAILED: SemanticException [Error 10072]: Database does not exist: {database}")
        names = sorted(
            table["Name"] for table in self._catalog.tables(database) if kind == "SHOW_TABLES" or is_view(table)
        )
        return _result(kind, [column], [name for name in names if _matches(name, pattern)])

    def databases(self) -> QueryResult:
        pattern = self._pattern()
        names = sorted(name for name in self._catalog.database_names() if _matches(name, pattern))
        return _result("SHOW_DATABASES", ["database_name"], names)

    def columns(self) -> QueryResult:
        if not self._cursor.accept("IN"):
            self._cursor.expect("FROM")
        parts = self._cursor.names()
        if self._cursor.accept("IN") or self._cursor.accept("FROM"):
            parts = [database_name(self._cursor.names()), *parts]
        self._cursor.finish()
        table = existing_table(self._catalog, *target(parts, self._database))
        columns = [*(table.get("StorageDescriptor") or {}).get("Columns", ()), *(table.get("PartitionKeys") or ())]
        return _result("SHOW_COLUMNS", ["field"], [padded(column["Name"]) for column in columns])

    def partitions(self) -> QueryResult:
        table, place = self._table()
        keys = [key["Name"] for key in table.get("PartitionKeys") or ()]
        if not keys:
            raise QueryError(
                "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
                f"Table {place[1]} is not a partitioned table"
            )
        found = sorted(list(one["Values"]) for one in self._catalog.partitions(*place))
        rows = ["/".join(f"{key}={escape(value)}" for key, value in zip(keys, values, strict=True)) for values in found]
        return _result("SHOW_PARTITIONS", ["partition"], rows)

    def properties(self) -> QueryResult:
        table, place = self._table(finish=False)
        parameters = dict(table.get("Parameters") or {})
        if self._cursor.accept("("):
            key = self._cursor.string()
            self._cursor.expect(")")
            value = parameters.get(key, f"Table {'.'.join(place)} does not have property: {key}")
            return _result("SHOW_TBLPROPERTIES", ["prpt_name", "prpt_value"], [value])
        self._cursor.finish()
        rows = [f"{key}\t{value}" for key, value in sorted(parameters.items())]
        return _result("SHOW_TBLPROPERTIES", ["prpt_name", "prpt_value"], rows)

    def create_table(self) -> QueryResult:
        table, (database, name) = self._table()
        if is_view(table):
            raise QueryError(f"FAILED: SemanticException: {database}.{name} is a view: use SHOW CREATE VIEW")
        return _result("SHOW_CREATE_TABLE", ["createtab_stmt"], create_table_lines(table))

    def create_view(self) -> QueryResult:
        table, (database, name) = self._table()
        if not is_view(table):
            raise QueryError(f"NOT_SUPPORTED: {table['Name']} is a table, not a view")
        try:
            sql = f"CREATE VIEW {database}.{name} AS\n{decode(table).sql}"
        except InvalidViewError as error:
            raise QueryError(f"INVALID_VIEW: {error}") from error
        return _result("SHOW_CREATE_VIEW", ["create view"], sql.splitlines())

    def describe(self) -> QueryResult:
        for how in ("FORMATTED", "EXTENDED", "VIEW"):
            if self._cursor.at(how) and self._cursor.accept(how):
                break
        else:
            how = ""
        table, (database, _) = self._table(finish=False)
        if not self._cursor.done:
            raise cannot_run("DESCRIBE of a partition or a column")
        lines = describe_lines(table, database, how)
        return _result("DESCRIBE_TABLE", ["col_name", "data_type", "comment"], lines)

    def _table(self, *, finish: bool = True) -> tuple[GlueTable, tuple[str, str]]:
        place = target(self._cursor.names(), self._database)
        if finish:
            self._cursor.finish()
        return existing_table(self._catalog, *place), place

    def _pattern(self) -> str | None:
        pattern = self._cursor.string() if self._cursor.accept("LIKE") or not self._cursor.done else None
        self._cursor.finish()
        return pattern


def _matches(name: str, pattern: str | None) -> bool:
    """Whether a name matches one of Hive's patterns, in which ``*`` matches anything and ``|`` separates choices."""
    if pattern is None:
        return True
    choices = [re.escape(choice).replace(r"\*", ".*") for choice in pattern.lower().split("|")]
    return any(re.fullmatch(choice, name) for choice in choices)


def _result(kind: str, names: Sequence[str], lines: Sequence[str]) -> QueryResult:
    columns = tuple(Column(name, "string", "string", 0, 0) for name in names)
    return QueryResult(columns, [(line,) for line in lines], "UTILITY", kind)
