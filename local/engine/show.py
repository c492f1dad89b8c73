"""Statements that only look at the catalog: SHOW TABLES, VIEWS, DATABASES, COLUMNS, CREATE VIEW and DESCRIBE."""

from __future__ import annotations

import re

from local.engine.errors import QueryError, cannot_run
from local.engine.protocols import Catalog, Column, GlueTable, QueryResult
from local.engine.statement import Statement
from quilt_athena.catalog.views import decode_view, is_view

_NAME = r"[`\"]?([\w-]+)[`\"]?(?:\.[`\"]?([\w-]+)[`\"]?)?"
_LIST = re.compile(rf"SHOW\s+(TABLES|VIEWS)(?:\s+(?:IN|FROM)\s+{_NAME})?(?:\s+(?:LIKE\s+)?'([^']*)')?", re.I)
_DATABASES = re.compile(r"SHOW\s+(?:DATABASES|SCHEMAS)(?:\s+(?:LIKE\s+)?'([^']*)')?", re.I)
_COLUMNS = re.compile(rf"SHOW\s+COLUMNS\s+(?:IN|FROM)\s+{_NAME}(?:\s+(?:IN|FROM)\s+{_NAME})?", re.I)
_DESCRIBE = re.compile(rf"DESC(?:RIBE)?\s+(?:FORMATTED\s+|EXTENDED\s+)?{_NAME}", re.I)
_CREATE_VIEW = re.compile(rf"SHOW\s+CREATE\s+VIEW\s+{_NAME}", re.I)


def look(statement: Statement, catalog: Catalog, database: str) -> QueryResult:
    """Answer one such statement.

    Raises:
        QueryError: it can't be run, or what it names doesn't exist.
    """
    text = " ".join(statement.text.split())
    if match := _LIST.fullmatch(text):
        kind, found = match[1].upper(), (match[2] or database).lower()
        if catalog.get_database(found) is None:
            raise QueryError(f"FAILED: SemanticException [Error 10072]: Database does not exist: {found}")
        names = sorted(table["Name"] for table in catalog.tables(found) if kind == "TABLES" or is_view(table))
        names = [name for name in names if _matches(name, match[4])]
        return _answer(f"SHOW_{kind}", ["tab_name" if kind == "TABLES" else "views"], [[name] for name in names])
    if match := _DATABASES.fullmatch(text):
        names = sorted(name for name in catalog.database_names() if _matches(name, match[1]))
        return _answer("SHOW_DATABASES", ["database_name"], [[name] for name in names])
    if match := _COLUMNS.fullmatch(text):
        target = (match[3] or database, match[1]) if match[2] is None else (match[1], match[2])
        return _answer("SHOW_COLUMNS", ["field"], [[name] for name, _, _ in _columns(_table(catalog, *target))])
    if match := _DESCRIBE.fullmatch(text):
        table = _table(catalog, *((match[1], match[2]) if match[2] else (database, match[1])))
        return _answer("DESCRIBE_TABLE", ["col_name", "data_type", "comment"], [list(row) for row in _columns(table)])
    if match := _CREATE_VIEW.fullmatch(text):
        table = _table(catalog, *((match[1], match[2]) if match[2] else (database, match[1])))
        if not is_view(table):
            raise QueryError(f"NOT_SUPPORTED: {table['Name']} is a table, not a view")
        sql = f"CREATE VIEW {table['Name']} AS\n{decode_view(table).sql}"
        return _answer("SHOW_CREATE_VIEW", ["create view"], [[line] for line in sql.splitlines()])
    raise cannot_run(" ".join(statement.words[:3]))


def _matches(name: str, pattern: str | None) -> bool:
    """Hive's patterns: ``*`` is anything, ``|`` is or."""
    if pattern is None:
        return True
    choices = [re.escape(choice).replace(r"\*", ".*") for choice in pattern.lower().split("|")]
    return any(re.fullmatch(choice, name) for choice in choices)


def _table(catalog: Catalog, database: str, name: str) -> GlueTable:
    table = catalog.get_table(database.lower(), name.lower())
    if table is None:
        raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {database.lower()}.{name.lower()}")
    return table


def _columns(table: GlueTable) -> list[tuple[str, str, str]]:
    columns = (table.get("StorageDescriptor") or {}).get("Columns") or ()
    return [(column["Name"], column["Type"], column.get("Comment") or "") for column in columns]


def _answer(kind: str, names: list[str], rows: list[list[str]]) -> QueryResult:
    columns = tuple(Column(name, "string", "string", 0, 0) for name in names)
    return QueryResult(columns, [tuple(row) for row in rows], "UTILITY", kind)
