"""Translates a query in Athena's language, whose names are resolved, to DuckDB's, in place.

Where the meaning depends on types (``/``, ``[]``, UNNEST, casts from and to ``json``), DuckDB finds the types of the
operands (``TypeFinder``). For that, inner expressions are translated before outer ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import ErrorLevel, UnsupportedError, exp

from local.engine.errors import QueryError, cannot_run
from local.engine.functions.calls import call, translate_call
from local.engine.results.trino_types import TrinoType
from local.engine.sql import casts
from local.engine.sql.dialect import EngineSql, position
from local.engine.sql.operators import check_operators, decimal_literal, divide, shift_date, subscript
from local.engine.sql.type_finder import TypeFinder
from local.engine.sql.unnest import translate_unnest

#: Prefix of the names of unnamed columns until their position is known; Trino calls them ``_col0`` and so on.
UNNAMED = "__unnamed_"


def to_duckdb(tree: exp.Query, type_finder: TypeFinder) -> str:
    """The DuckDB SQL of a resolved query.

    Raises:
        QueryError: it is wrong, or the engine can't run it.
    """
    return _Translation(type_finder).run(tree)


class _Translation:
    def __init__(self, type_finder: TypeFinder) -> None:
        self._type_finder = type_finder
        self._unnamed = 0

    def run(self, tree: exp.Query) -> str:
        # A root, so that every node that is replaced has a parent.
        root = exp.Subquery(this=tree)
        self._visit(tree)
        try:
            sql: str = root.this.sql(dialect=EngineSql, unsupported_level=ErrorLevel.RAISE)
        except UnsupportedError as error:
            raise cannot_run(f"this query ({error})") from error
        return sql

    def _visit(self, node: exp.Expr) -> None:
        first = [node.args.get(key) for key in ("with_", "from_", "joins", "laterals")]
        for group in first:
            for child in group if isinstance(group, list) else [group]:
                if isinstance(child, exp.Expr):
                    self._visit(child)
        done = {id(child) for group in first for child in (group if isinstance(group, list) else [group])}
        for child in list(node.iter_expressions()):
            if id(child) not in done:
                self._visit(child)
        self._rewrite(node)

    def _rewrite(self, node: exp.Expr) -> None:
        new: exp.Expr | None = None
        if isinstance(node, exp.Select):
            self._finish_select(node)
        elif isinstance(node, exp.Values):
            self._name_values(node)
        elif isinstance(node, exp.Unnest):
            new = translate_unnest(node, self._types, self._next_unnamed)
        elif isinstance(node, exp.Anonymous):
            new = self._call(node)
        elif isinstance(node, exp.Cast):
            new = casts.translate_cast(node, self._types(node, [node.this])[0])
        elif isinstance(node, exp.Div):
            new = divide(node, *self._types(node, [node.left, node.right]))
        elif isinstance(node, exp.Add | exp.Sub) and isinstance(node.right, exp.Interval):
            new = shift_date(node, *self._types(node, [node.left, node.right]))
        elif isinstance(node, exp.Literal):
            new = decimal_literal(node)
        elif isinstance(node, exp.Bracket):
            new = subscript(node, self._types(node, [node.this])[0])
        elif isinstance(node, exp.ParseJSON):
            new = casts.json_literal(node)
        elif isinstance(node, exp.Substring):
            new = call(
                "trino_substr", *[part for part in (node.this, node.args.get("start"), node.args.get("length")) if part]
            )
        elif isinstance(node, exp.StrPosition):
            new = call("trino_strpos", node.this, node.args["substr"])
        elif isinstance(node, exp.Extract):
            new = _extract(node)
        elif isinstance(node, exp.AtTimeZone):
            new = translate_call("at_timezone", [node.this, node.args["zone"]])
        elif isinstance(node, exp.TableSample | exp.MatchRecognize):
            raise cannot_run("TABLESAMPLE" if isinstance(node, exp.TableSample) else "MATCH_RECOGNIZE")
        elif isinstance(node, exp.JSONObject | exp.JSONArray | exp.JSONTable | exp.JSONValue | exp.JSONExists):
            raise cannot_run(f"{node.key.upper()}, the SQL/JSON function,")
        if new is not None:
            if "line" in node.meta:
                new.meta.update(node.meta)
            node.replace(new)

    def _call(self, node: exp.Anonymous) -> exp.Expr:
        name = node.name.lower()
        try:
            if name == "typeof" and len(node.expressions) == 1:
                kind = self._types(node, node.expressions)[0]
                return exp.Literal.string(str(kind) if kind else "unknown")
            if name == "cardinality":
                kind = self._types(node, node.expressions)[0]
                return casts.cardinality(node.expressions[0], kind)
            if name in ("date_trunc", "date_add") and len(node.expressions) == 0:
                raise cannot_run(name)
            return translate_call(name, list(node.expressions))
        except QueryError as error:
            line, column = position(node)
            raise QueryError(
                error.reason.replace("line 1:1:", f"line {line}:{column}:"), error_type=error.error_type
            ) from error

    def _types(self, node: exp.Expr, operands: Sequence[exp.Expr]) -> list[TrinoType | None]:
        return self._type_finder.types(node, operands)

    def _finish_select(self, select: exp.Select) -> None:
        check_operators(select, lambda operands: self._type_finder.types(select, operands))
        for item in select.expressions:
            if not isinstance(item, exp.Star | exp.Column | exp.Alias | exp.Dot | exp.Aliases):
                item.replace(exp.alias_(item.copy(), self._next_unnamed(), quoted=True))
        limit = select.args.get("limit")
        if (
            isinstance(limit, exp.Limit)
            and isinstance(limit.expression, exp.Column)
            and limit.expression.name.upper() == "ALL"
        ):
            select.set("limit", None)

    def _name_values(self, values: exp.Values) -> None:
        alias = values.args.get("alias")
        if isinstance(alias, exp.TableAlias) and alias.columns:
            return
        first = values.expressions[0]
        width = len(first.expressions) if isinstance(first, exp.Tuple) else 1
        columns = [exp.to_identifier(self._next_unnamed(), quoted=True) for _ in range(width)]
        name = alias.this if isinstance(alias, exp.TableAlias) and alias.this else exp.to_identifier("_values")
        if isinstance(values.parent, exp.From | exp.Join | exp.Subquery):
            values.set("alias", exp.TableAlias(this=name, columns=columns))

    def _next_unnamed(self) -> str:
        self._unnamed += 1
        return f"{UNNAMED}{self._unnamed}"


def _extract(node: exp.Extract) -> exp.Expr | None:
    part = node.this.name.lower()
    if part.startswith("timezone"):
        raise cannot_run(f"EXTRACT({part.upper()} …)")
    return translate_call(part, [node.expression])
