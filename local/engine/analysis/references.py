"""Names in expressions: columns, parameters of lambdas, and fields of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis.context import error_at
from local.engine.analysis.nodes import ColumnRef, Expression, FieldOf
from local.engine.analysis.scopes import AmbiguousNameError
from local.engine.errors import cannot_run

if TYPE_CHECKING:
    from local.engine.analysis.expressions import Expressions


def column(analyzer: Expressions, node: exp.Column) -> Expression:
    """A column, a lambda's parameter, or a row's field."""
    parts = node.parts
    names = [part.name for part in parts]
    if len(names) == 1 or not analyzer.scope.is_column(names):
        for parameters in reversed(analyzer.parameters):
            if names[0].lower() in parameters:
                base: Expression = ColumnRef(parameters[names[0].lower()].type, parameters[names[0].lower()])
                for part in parts[1:]:
                    base = _field_of(base, part.name, node)
                return base
    try:
        found = analyzer.scope.resolve(names)
    except AmbiguousNameError as error:
        raise error_at("AMBIGUOUS_NAME", error.reason, node) from error
    if found is not None:
        return found.value if found.value is not None else ColumnRef(found.type, found)
    if len(names) > 1 and analyzer.scope.is_column(names):
        base_node = exp.Column(**dict(zip(("this", "table", "db"), reversed(parts[:-1]), strict=False)))
        return _field_of(column(analyzer, base_node), names[-1], node)
    if names[-1].lower() == "$partition":
        raise cannot_run('the hidden column "$partition"')
    raise error_at(
        "COLUMN_NOT_FOUND",
        f"Column '{'.'.join(names).lower()}' cannot be resolved or requester is not authorized to access "
        "requested resources",
        node,
    )


def dot(analyzer: Expressions, node: exp.Dot) -> Expression:
    """``base.name`` of a row."""
    if isinstance(node.expression, exp.Star):
        raise error_at("SYNTAX_ERROR", "Unexpected '.*'", node)
    return _field_of(analyzer.analyse(node.this), node.expression.name, node)


def _field_of(base: Expression, name: str, node: exp.Expr) -> Expression:
    if base.type.kind != "row":
        raise error_at("TYPE_MISMATCH", f"Expression is not of type ROW (actual: {base.type})", node)
    found = [index for index, one in enumerate(base.type.names) if one is not None and one.lower() == name.lower()]
    if len(found) > 1:
        raise error_at("AMBIGUOUS_NAME", f"Ambiguous row field reference: {name}", node)
    if not found:
        raise error_at("COLUMN_NOT_FOUND", f"Column '{name.lower()}' cannot be resolved", node)
    return FieldOf(base.type.inner[found[0]], base, found[0])
