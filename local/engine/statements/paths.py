"""The values of ``"$path"`` that a query allows: ``"$path" = 's3://...'`` or ``"$path" IN ('s3://...', ...)``.

Objects with other paths need not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from local.engine.analysis.nodes import Cast, ColumnRef, Comparison, Constant, Expression, InList, Logical
from local.engine.analysis.query_nodes import Derived, Join, Query, Relation, Select, TableScan
from local.engine.analysis.trees import queries_of
from local.engine.tables.source import PATH

Paths = frozenset[str] | None


def union(several: Iterable[Paths]) -> Paths:
    """The paths that any of several scans needs."""
    found = list(several)
    return None if None in found else frozenset().union(*(one for one in found if one is not None))


def allowed_paths(query: Query) -> Mapping[TableScan, Paths]:
    """For each scan, the only paths that it needs; None: all."""
    found: dict[TableScan, Paths] = {}
    for one in queries_of(query):
        if not isinstance(one.body, Select) or one.body.source is None:
            continue
        conditions = _terms(one.body.where)
        for scan in _scans(one.body.source):
            found[scan] = _of_scan(scan, conditions)
    return found


def _scans(relation: Relation) -> list[TableScan]:
    match relation:
        case TableScan():
            return [relation]
        case Join():
            return [*_scans(relation.left), *_scans(relation.right)]
        case Derived():
            return []
    return []


def _terms(condition: Expression | None) -> list[Expression]:
    """The conditions that all have to hold."""
    if condition is None:
        return []
    if isinstance(condition, Logical) and condition.operator == "AND":
        return [term for one in condition.terms for term in _terms(one)]
    return [condition]


def _of_scan(scan: TableScan, conditions: list[Expression]) -> Paths:
    paths: Paths = None
    for one in conditions:
        found = _values(one, scan)
        if found is not None:
            paths = found if paths is None else paths & found
    return paths


def _values(condition: Expression, scan: TableScan) -> Paths:
    if isinstance(condition, Comparison) and condition.operator == "=":
        sides = [(condition.left, condition.right), (condition.right, condition.left)]
        for column, value in sides:
            if _is_path(column, scan) and isinstance(value, Constant) and isinstance(value.value, str):
                return frozenset({value.value})
    if isinstance(condition, InList) and _is_path(condition.value, scan):
        values = [one.value for one in condition.items if isinstance(one, Constant)]
        if len(values) == len(condition.items):
            return frozenset(value for value in values if isinstance(value, str))
    return None


def _is_path(expression: Expression, scan: TableScan) -> bool:
    while isinstance(expression, Cast) and expression.type.kind == "varchar":
        expression = expression.value
    return isinstance(expression, ColumnRef) and any(
        one is expression.field and one.origin == (scan.table, PATH) for one in scan.fields
    )
