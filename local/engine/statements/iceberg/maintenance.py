"""OPTIMIZE and VACUUM.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-data-optimization.html
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import Table
from sqlglot import exp

from local.engine.errors import QueryError, at
from local.engine.iceberg.compaction import compact
from local.engine.iceberg.expiry import vacuum as expire
from local.engine.iceberg.scan import ChangedSource, source
from local.engine.interface import QueryResult
from local.engine.sql.grammar.parameters import parse_query
from local.engine.statements.iceberg.rows import changed_source, opening, row_columns, select
from local.engine.statements.iceberg.targets import NAME, without_comment
from local.engine.statements.session import Session
from local.engine.tables.scan import ByteCounter

_OPTIMIZE = re.compile(
    rf"OPTIMIZE\s+{NAME}\s+REWRITE\s+DATA\s+USING\s+BIN_PACK(?:\s+WHERE\s+(?P<where>.+))?", re.I | re.S
)
_VACUUM = re.compile(rf"VACUUM\s+{NAME}", re.I)
_NOT_A_PARTITION = (
    "NOT_SUPPORTED: Unexpected FilterNode found in plan; probably connector was not able to handle provided WHERE "
    "expression"
)


def optimize(text: str, table: Table, session: Session) -> QueryResult:
    """Run an OPTIMIZE.

    Raises:
        QueryError: its condition is on a column that isn't in the partitioning, or the commit lost against another one.
    """
    session.writable()
    found = _OPTIMIZE.fullmatch(without_comment(text))
    if found is None:
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: OPTIMIZE ... REWRITE DATA USING BIN_PACK")
    current = source(table, table.current_snapshot())
    tasks = current.plan(AlwaysTrue())
    paths = {task.file.file_path for task in tasks}
    if found["where"]:
        paths = _matching(found["where"], table, session)
    compact(current, tasks, paths, session.cancel, session.counter.add)
    return QueryResult((), [], "UTILITY", "OPTIMIZE", session.counter.scanned)


def vacuum(text: str, table: Table, session: Session) -> QueryResult:
    """Run a VACUUM.

    Raises:
        QueryError: the table's location is a whole bucket, or the commit lost against another one.
    """
    session.writable()
    if _VACUUM.fullmatch(without_comment(text)) is None:
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: VACUUM table")
    expire(table, session.scanner.small_objects.objects, dt.datetime.now(dt.UTC), session.cancel)
    return QueryResult((), [], "UTILITY", "VACUUM")


def _matching(where: str, table: Table, session: Session) -> set[str]:
    """The files with rows for which a condition holds. What finding them reads isn't counted."""
    name = exp.table_(table.name()[-1], db=table.name()[0], quoted=True)
    condition = parse_query(f"SELECT 1 WHERE {where}", session.parameters).args["where"]
    query = select(row_columns(name), name, condition)
    changed = changed_source(table, whole_files=True)
    uncounted = dataclasses.replace(session, counter=ByteCounter(None, None))
    rows = uncounted.query(query, None, opening(changed))
    _check_columns(changed)
    return set(rows.column(0).to_pylist())


def _check_columns(changed: ChangedSource) -> None:
    """Fail if the condition is on a column that the partitioning lacks."""
    sources = {field.source_id for field in changed.table.spec().fields}
    for read in changed.scans:
        columns = [changed.columns.fields[place] for place in read.columns or () if place < len(changed.columns.fields)]
        if read.columns is None or any(column.field_id not in sources for column in columns):
            raise QueryError(_NOT_A_PARTITION)
