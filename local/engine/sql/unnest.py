"""UNNEST of arrays, maps and arrays of rows, of several at once, and WITH ORDINALITY."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from local.engine.errors import QueryError, cannot_run
from local.engine.functions.calls import call
from local.engine.results.trino_types import TrinoType


def translate_unnest(
    node: exp.Unnest,
    types_of: Callable[[exp.Expr, Sequence[exp.Expr]], list[TrinoType | None]],
    next_name: Callable[[], str],
) -> exp.Expr:
    """A lateral subquery that unnests all arguments side by side and fills the shorter ones with nulls."""
    kinds = types_of(node, node.expressions)
    columns: list[exp.Expr] = []
    lengths: list[exp.Expr] = []
    for argument, kind in zip(node.expressions, kinds, strict=True):
        if kind is None:
            raise cannot_run("UNNEST of an expression whose type is known only at run time")
        if kind.kind == "map":
            columns += [call("unnest", call("map_keys", argument)), call("unnest", call("map_values", argument))]
            lengths.append(call("len", call("map_keys", argument.copy())))
        elif kind.kind == "array" and kind.inner[0].kind == "row":
            columns += _fields(argument, kind.inner[0])
            lengths.append(call("len", argument.copy()))
        elif kind.kind == "array":
            columns.append(call("unnest", argument))
            lengths.append(call("len", argument.copy()))
        else:
            raise QueryError(f"TYPE_MISMATCH: line 1:1: Cannot unnest type: {kind}")
    offset = node.args.get("offset")
    if offset:
        most = lengths[0] if len(lengths) == 1 else call("greatest", *lengths)
        columns.append(
            call("unnest", call("range", exp.Literal.number(1), exp.Add(this=most, expression=exp.Literal.number(1))))
        )
    alias = node.args.get("alias")
    names = [identifier.name for identifier in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if isinstance(offset, exp.Identifier) and len(names) == len(columns) - 1:
        names.append(offset.name)
    if names and len(names) != len(columns):
        raise QueryError(
            f"MISMATCHED_COLUMN_ALIASES: line 1:1: Column alias list has {len(names)} entries but UNNEST has "
            f"{len(columns)} columns"
        )
    names = names or [next_name() for _ in columns]
    select = exp.Select(
        expressions=[exp.alias_(column, name, quoted=True) for column, name in zip(columns, names, strict=True)]
    )
    table = alias.this if isinstance(alias, exp.TableAlias) and alias.this else exp.to_identifier("_unnest")
    return exp.Lateral(this=exp.Subquery(this=select), alias=exp.TableAlias(this=table.copy()))


def _fields(argument: exp.Expr, row: TrinoType) -> list[exp.Expr]:
    columns: list[exp.Expr] = []
    for number, name in enumerate(row.names):
        key = exp.Literal.string(name) if name else exp.Literal.number(number + 1)
        field = call("struct_extract", exp.column("_row"), key)
        rows = call("list_transform", argument.copy(), exp.Lambda(this=field, expressions=[exp.to_identifier("_row")]))
        columns.append(call("unnest", rows))
    return columns
