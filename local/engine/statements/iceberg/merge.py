"""MERGE INTO, as a query that joins the source with the table and chooses a clause for each row.

https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html, https://trino.io/docs/current/sql/merge.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from sqlglot import exp

from local.engine.errors import QueryError, at
from local.engine.iceberg.changes import commit_changes
from local.engine.iceberg.conform import conform
from local.engine.iceberg.scan import POSITION
from local.engine.iceberg.types import to_trino
from local.engine.interface import QueryResult
from local.engine.sql.grammar.changes import read_merge
from local.engine.sql.grammar.nodes import Relations
from local.engine.statements.iceberg.insert import column_places
from local.engine.statements.iceberg.rows import assignments, changed_source, column_of, opening, row_columns, select
from local.engine.statements.session import Session, Types
from local.engine.types.coerce import can_store
from local.engine.types.model import TrinoType

#: The number of rows that no clause is for.
_NONE = -1
_MISMATCH = "MERGE table column types don't match for MERGE case {}, SET expressions: Table: [{}], Expressions: [{}]"
_MISSING = "Merge column name does not exist in target table: {}"


@dataclass(frozen=True)
class _Clause:
    """A WHEN clause: DELETE, UPDATE or INSERT, and the values by the position of the column."""

    kind: str
    condition: exp.Expr | None
    values: dict[int, exp.Expr]

    @property
    def matched(self) -> bool:
        """Whether it is for source rows with a row of the table."""
        return self.kind != "INSERT"


def merge(text: str, table: Table, session: Session) -> QueryResult:
    """Run a MERGE.

    Raises:
        QueryError: a clause is wrong, a row of the table matches several rows of the source, or the commit lost against
            another one.
    """
    session.writable()
    tree = read_merge(text, session.parameters)
    schema = table.schema()
    clauses = [_clause(when, schema) for when in tree.args["whens"].expressions]
    query, places = _query(tree, clauses, schema)
    source = changed_source(table)
    rows = session.query(query, lambda given: _stored_types(clauses, places, schema, given), opening(source))
    chosen = rows.column(2)
    matched = rows.filter(pc.is_valid(rows.column(1)))
    # As in Trino: once for each clause, and once for no clause.
    if matched.group_by(matched.column_names[:3]).aggregate([]).num_rows < matched.num_rows:
        raise QueryError(
            "MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row"
        )
    deleting = [number for number, clause in enumerate(clauses) if clause.matched]
    gone = rows.filter(pc.is_in(chosen, value_set=pa.array(deleting, chosen.type)))
    new = _new_rows(rows, clauses, places, schema)
    commit_changes(source, gone.column(0), gone.column(1), new, session.cancel)
    count = pc.sum(pc.not_equal(chosen, _NONE)).as_py() or 0
    return QueryResult((), [], "DML", "MERGE", session.counter.scanned, update_count=count)


def _clause(when: exp.Expr, schema: Schema) -> _Clause:
    condition, then = when.args.get("condition"), when.args["then"]
    match then:
        case exp.Update():
            columns = [field.name.lower() for field in schema.fields]
            return _Clause("UPDATE", condition, assignments(then.expressions, columns, _MISSING))
        case exp.Insert(expression=exp.Tuple() as values):
            places = column_places(schema, [column.name for column in then.args["columns"]], "Merge")
            if len(places) != len(values.expressions):
                raise QueryError(
                    f"GENERIC_INTERNAL_ERROR: Number of merge columns ({len(places)}) isn't equal to number of "
                    f"expressions ({len(values.expressions)})"
                )
            return _Clause("INSERT", condition, dict(zip(places, values.expressions, strict=True)))
    return _Clause("DELETE", condition, {})


def _query(
    tree: exp.Merge, clauses: Sequence[_Clause], schema: Schema
) -> tuple[exp.Select, dict[tuple[int, int], int]]:
    """The query, and the places in it of each clause's values, by the numbers of clause and column.

    Its columns: the row of the table, if any; the number of the clause; the row's present values; the clauses' values.
    """
    target = tree.this
    found = exp.Not(this=exp.Is(this=column_of(target, POSITION), expression=exp.Null()))
    tests = []
    for clause in clauses:
        present = found.copy() if clause.matched else exp.Not(this=found.copy())
        tests.append(exp.and_(present, clause.condition.copy()) if clause.condition is not None else present)
    number = exp.Case(
        ifs=[exp.If(this=test.copy(), true=exp.Literal.number(place)) for place, test in enumerate(tests)],
        default=exp.Neg(this=exp.Literal.number(-_NONE)),
    )
    columns = [*row_columns(target), number]
    if any(clause.kind == "UPDATE" for clause in clauses):
        columns += [column_of(target, field.name) for field in schema.fields]
    places: dict[tuple[int, int], int] = {}
    for order, clause in enumerate(clauses):
        for place, value in clause.values.items():
            places[order, place] = len(columns)
            # Only for the rows of this clause: a value may fail for others.
            earlier = [exp.If(this=test.copy(), true=exp.Null()) for test in tests[:order]]
            columns.append(exp.Case(ifs=[*earlier, exp.If(this=tests[order].copy(), true=value.copy())]))
    kind = "INNER" if all(clause.matched for clause in clauses) else "LEFT"
    return select(columns, Relations(this=tree.args["using"], expression=target, kind=kind, on=tree.args["on"])), places


def _stored_types(
    clauses: Sequence[_Clause], places: dict[tuple[int, int], int], schema: Schema, given: Types
) -> list[TrinoType]:
    """The types of the query's columns. Raises QueryError if a clause's values can't be stored."""
    types = [kind for _, kind in given]
    for order, clause in enumerate(clauses):
        wanted = [to_trino(schema.fields[place].field_type) for place in clause.values]
        found = [types[places[order, place]] for place in clause.values]
        if not all(map(can_store, found, wanted)):
            texts = [", ".join(map(str, kinds)) for kinds in (wanted, found)]
            raise at("TYPE_MISMATCH", _MISMATCH.format(order, *texts))
        for place, kind in zip(clause.values, wanted, strict=True):
            types[places[order, place]] = kind
    return types


def _new_rows(
    rows: pa.Table, clauses: Sequence[_Clause], places: dict[tuple[int, int], int], schema: Schema
) -> pa.Table | None:
    """The rows that the clauses write, in the table's columns."""
    parts = []
    for order, clause in enumerate(clauses):
        if clause.kind == "DELETE":
            continue
        chosen = rows.filter(pc.equal(rows.column(2), order))
        values: dict[int, Any] = {}
        if clause.kind == "UPDATE":
            values = {place: chosen.column(3 + place) for place in range(len(schema.fields))}
        values |= {place: chosen.column(places[order, place]) for place in clause.values}
        parts.append(conform(list(values.values()), schema, list(values)))
    return pa.concat_tables(parts) if parts else None
