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

from local.engine.errors import QueryError, at, cannot_run
from local.engine.iceberg.changes import commit_changes
from local.engine.iceberg.conform import can_coerce, conform
from local.engine.iceberg.scan import POSITION
from local.engine.iceberg.types import to_trino
from local.engine.interface import QueryResult
from local.engine.sql.parsing import parse_statement
from local.engine.statements.iceberg.insert import column_places
from local.engine.statements.iceberg.rows import assignments, changed_source, column_of, opening, row_columns
from local.engine.statements.iceberg.session import Session, Types

#: The number of rows that no clause is for.
_NONE = -1
_MISMATCH = "{} table column types don't match MERGE {} expressions: Table: [{}], Expressions: [{}]"


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
    tree = parse_statement(text, session.parameters)
    if not isinstance(tree, exp.Merge) or not isinstance(tree.this, exp.Table):
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: MERGE INTO")
    schema = table.schema()
    clauses = [_clause(when, schema) for when in tree.args["whens"].expressions]
    query, places = _query(tree, clauses, schema)
    source = changed_source(table)
    rows = session.query(query, lambda given: _check_types(clauses, places, schema, given), opening(source))
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
    if when.args.get("source"):
        raise cannot_run("MERGE with NOT MATCHED BY SOURCE")
    condition, then = when.args.get("condition"), when.args["then"]
    columns = [field.name.lower() for field in schema.fields]
    match then:
        case exp.Var() if then.name.upper() == "DELETE":
            return _Clause("DELETE", condition, {})
        case exp.Update():
            return _Clause("UPDATE", condition, assignments(then.expressions, columns))
        case exp.Insert(expression=exp.Tuple() as values):
            named = [column.name for column in then.this.expressions] if then.this is not None else None
            places = column_places(schema, named)
            if len(places) != len(values.expressions):
                given = len(values.expressions)
                raise at("SYNTAX_ERROR", f"WHEN NOT MATCHED has {given} values for {len(places)} columns")
            return _Clause("INSERT", condition, dict(zip(places, values.expressions, strict=True)))
    raise cannot_run(f"this clause of MERGE: {when.sql('trino')}")


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
    columns = [*row_columns(target), exp.alias_(number, "__clause", quoted=True)]
    columns += [
        exp.alias_(column_of(target, field.name), f"__now_{place}", quoted=True)
        for place, field in enumerate(schema.fields)
        if any(clause.kind == "UPDATE" for clause in clauses)
    ]
    places: dict[tuple[int, int], int] = {}
    for order, clause in enumerate(clauses):
        for place, value in clause.values.items():
            places[order, place] = len(columns)
            # Only for the rows of this clause: a value may fail for others.
            earlier = [exp.If(this=test.copy(), true=exp.Null()) for test in tests[:order]]
            case = exp.Case(ifs=[*earlier, exp.If(this=tests[order].copy(), true=value.copy())])
            columns.append(exp.alias_(case, f"__{order}_{place}", quoted=True))
    every_row = any(not clause.matched for clause in clauses)
    query = exp.select(*columns).from_(tree.args["using"])
    return query.join(target, on=tree.args["on"], join_type="left" if every_row else "inner"), places


def _check_types(clauses: Sequence[_Clause], places: dict[tuple[int, int], int], schema: Schema, given: Types) -> None:
    for order, clause in enumerate(clauses):
        wanted = [to_trino(schema.fields[place].field_type) for place in clause.values]
        found = [given[places[order, place]][1] for place in clause.values]
        if not all(map(can_coerce, found, wanted)):
            texts = [", ".join(map(str, kinds)) for kinds in (wanted, found)]
            what = ("Insert", "INSERT") if clause.kind == "INSERT" else ("Update", "SET")
            raise at("TYPE_MISMATCH", _MISMATCH.format(*what, *texts))


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
