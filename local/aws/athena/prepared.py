"""PREPARE, EXECUTE and DEALLOCATE PREPARE: statements that a workgroup keeps, which are also those of the API.

https://docs.aws.amazon.com/athena/latest/ug/sql-prepare.html, sql-execute.html and sql-deallocate-prepare.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from ministack.services import athena

from local.engine import QueryError, QueryResult

_SKIPPED = r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)"
_NAME = r"(?P<name>\w+|\"\w+\")"
_PREPARE = re.compile(rf"{_SKIPPED}*PREPARE\s+{_NAME}\s+FROM\s+(?P<sql>.+)", re.I | re.DOTALL)
_EXECUTE = re.compile(rf"{_SKIPPED}*EXECUTE\s+{_NAME}(?:\s+USING\s+(?P<values>.+?))?\s*;?\s*", re.I | re.DOTALL)
_DEALLOCATE = re.compile(rf"{_SKIPPED}*DEALLOCATE\s+PREPARE\s+{_NAME}\s*;?\s*", re.I | re.DOTALL)
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|.", re.DOTALL)


def run(sql: str, workgroup: str) -> QueryResult | None:
    """Run a PREPARE or DEALLOCATE; None for any other statement. Raises QueryError."""
    statements = athena._prepared_statements
    if found := _PREPARE.fullmatch(sql):
        name = found["name"].strip('"')
        statements[f"{workgroup}/{name}"] = {
            "StatementName": name,
            "WorkGroupName": workgroup,
            "QueryStatement": found["sql"].strip().rstrip(";").strip(),
            "Description": "",
            "LastModifiedTime": int(time.time()),
        }
        return QueryResult((), [], "DDL", "PREPARE")
    if found := _DEALLOCATE.fullmatch(sql):
        name = found["name"].strip('"')
        _statement(name, workgroup)
        del statements[f"{workgroup}/{name}"]
        return QueryResult((), [], "DDL", "DEALLOCATE")
    return None


def prepared(sql: str, workgroup: str, parameters: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The statement and parameters that an EXECUTE runs; any other statement as it is. Raises QueryError."""
    found = _EXECUTE.fullmatch(sql)
    if found is None:
        return sql, parameters
    if parameters:
        raise QueryError("NOT_SUPPORTED: Execution parameters can't be used in EXECUTE")
    statement = _statement(found["name"].strip('"'), workgroup)
    return statement, _split(found["values"]) if found["values"] else ()


def _statement(name: str, workgroup: str) -> str:
    found = athena._prepared_statements.get(f"{workgroup}/{name}")
    if found is None:
        raise QueryError(f"PreparedStatement {name} was not found in workGroup {workgroup}")
    text: str = found["QueryStatement"]
    return text


def _split(values: str) -> list[str]:
    """The expressions of a list, at the commas outside of strings and brackets."""
    parts, depth = [""], 0
    for found in _TOKEN.finditer(values):
        part = found[0]
        depth += (part in "([") - (part in ")]")
        if part == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += part
    return [part.strip() for part in parts]
