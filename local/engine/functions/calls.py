"""Translates calls of Athena's functions to DuckDB: another name, or other expressions.

A function that isn't listed here fails the query.
https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from local.engine.errors import QueryError, cannot_run
from local.engine.functions.date_formats import joda_to_duckdb, mysql_to_duckdb
from local.engine.functions.json_paths import json_path
from local.engine.functions.names import RENAMED, SAME

Expressions = Sequence[exp.Expr]
Build = Callable[[Expressions], exp.Expr]

#: Units of dates that have the same names in DuckDB's functions; ``quarter`` is another one.
_UNITS = {
    "millisecond": "milliseconds",
    "second": "seconds",
    "minute": "minutes",
    "hour": "hours",
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
}


def call(name: str, *arguments: exp.Expr | str | int) -> exp.Anonymous:
    """A call of a DuckDB function; a bare ``str`` or ``int`` is a literal."""
    return exp.Anonymous(this=name, expressions=[_literal(argument) for argument in arguments])


def _literal(value: exp.Expr | str | int) -> exp.Expr:
    if isinstance(value, exp.Expr):
        return value
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def cast(value: exp.Expr, kind: str) -> exp.Cast:
    """A cast to a DuckDB type."""
    return exp.Cast(this=value, to=exp.DataType.build(kind, dialect="duckdb"))


def translate_call(name: str, arguments: Expressions) -> exp.Expr:
    """The DuckDB expression for a function call.

    Raises:
        QueryError: there is no such function, or the engine can't run it.
    """
    name = name.lower()
    if name in BUILT:
        try:
            return BUILT[name](arguments)
        except (IndexError, ValueError) as error:
            raise QueryError(
                f"FUNCTION_NOT_FOUND: line 1:1: Unexpected parameters ({len(arguments)} of them) for function {name}"
            ) from error
    if name in RENAMED:
        return call(RENAMED[name], *arguments)
    if name in SAME:
        return call(name, *arguments)
    raise QueryError(
        f"FUNCTION_NOT_FOUND: line 1:1: Function '{name}' not registered (or not known to the local engine)"
    )


def _is_text(argument: exp.Expr) -> bool:
    return isinstance(argument, exp.Literal) and argument.is_string


def _json_with_path(function: str) -> Build:
    def build(arguments: Expressions) -> exp.Expr:
        document, path = arguments
        return call(function, document, json_path(path.name) if _is_text(path) else call("udf_json_path", path))

    return build


def _formatted(function: str, translate: Callable[[str], str]) -> Build:
    def build(arguments: Expressions) -> exp.Expr:
        value, template = arguments
        if not isinstance(template, exp.Literal):
            raise cannot_run("a date format that isn't a literal")
        return call(function, value, translate(template.name))

    return build


def _unit(argument: exp.Expr) -> str:
    unit = argument.name.lower()
    if not isinstance(argument, exp.Literal) or unit not in (*_UNITS, "quarter"):
        raise QueryError(f"INVALID_FUNCTION_ARGUMENT: '{argument.name}' is not a valid DATE field")
    return unit


def _date_add(arguments: Expressions) -> exp.Expr:
    unit = _unit(arguments[0])
    number: exp.Expr = exp.Paren(this=arguments[1].copy())
    if unit == "quarter":
        unit, number = "month", exp.Mul(this=number, expression=exp.Literal.number(3))
    interval = exp.Interval(this=exp.Literal.string("1"), unit=exp.var(unit))
    return call("trino_date_add", interval, number, arguments[2])


def _regexp_replace(arguments: Expressions) -> exp.Expr:
    text, pattern, *rest = arguments
    if rest and isinstance(rest[0], exp.Lambda):
        raise cannot_run("regexp_replace with a function")
    return call("udf_regexp_replace", text, pattern, rest[0] if rest else "")


def _concat(arguments: Expressions) -> exp.Expr:
    first, *rest = arguments
    for argument in rest:
        first = exp.DPipe(this=first, expression=argument, safe=True)
    return exp.Paren(this=first)


def _reduce(arguments: Expressions) -> exp.Expr:
    items, start, step, finish = arguments
    result: exp.Expr = call("list_reduce", items, step, start)
    if isinstance(finish, exp.Lambda):
        name, body = finish.expressions[0].name, finish.this
        if isinstance(body, exp.Column | exp.Identifier) and body.name == name:
            return result
        return exp.Bracket(
            this=call("list_transform", exp.Array(expressions=[result]), finish), expressions=[exp.Literal.number(1)]
        )
    return result


def _matches(aggregate: str, empty: bool) -> Build:
    def build(arguments: Expressions) -> exp.Expr:
        items, condition = arguments
        found = call(aggregate, call("list_transform", items, condition))
        return call("if", call("len", items.copy()).eq(0), exp.Boolean(this=empty), found)

    return build


def _zone_is_utc(argument: exp.Expr) -> None:
    if argument.name.upper() not in ("UTC", "Z", "+00:00", "ETC/UTC", "GMT"):
        raise cannot_run(f"time zones other than UTC ({argument.name})")


def _from_unixtime(arguments: Expressions) -> exp.Expr:
    if len(arguments) > 1:
        _zone_is_utc(arguments[1])
    return call("to_timestamp", cast(arguments[0], "DOUBLE"))


def _with_timezone(arguments: Expressions) -> exp.Expr:
    _zone_is_utc(arguments[1])
    return cast(arguments[0], "TIMESTAMPTZ")


def _try(arguments: Expressions) -> exp.Expr:
    """``try(a[i])``: DuckDB's TRY doesn't catch a failed check of a subscript, so the check is removed."""
    value = exp.Paren(this=arguments[0])
    for node in list(value.find_all(exp.Anonymous)):
        if node.name in ("trino_subscript", "trino_map_subscript"):
            node.replace(exp.Bracket(this=exp.Paren(this=node.expressions[0]), expressions=[node.expressions[1]]))
    return call("try", value.this)


def _url_part(part: str) -> Build:
    return lambda arguments: call("udf_url_part", arguments[0], part)


def _no_comparator() -> exp.Expr:
    raise cannot_run("array_sort with a comparison function")


BUILT: dict[str, Build] = {
    "json_extract": _json_with_path("trino_json_extract"),
    "json_extract_scalar": _json_with_path("trino_json_scalar"),
    "json_size": _json_with_path("trino_json_size"),
    "json_parse": lambda a: cast(call("udf_json_parse", a[0]), "JSON"),
    "json_format": lambda a: cast(a[0], "VARCHAR"),
    "regexp_extract": lambda a: call("udf_regexp_extract", a[0], a[1], a[2] if len(a) > 2 else 0),
    "regexp_extract_all": lambda a: call("udf_regexp_extract_all", a[0], a[1], a[2] if len(a) > 2 else 0),
    "regexp_replace": _regexp_replace,
    "concat": _concat,
    "reduce": _reduce,
    "current_timestamp": lambda _: call("now"),
    "localtimestamp": lambda _: cast(call("now"), "TIMESTAMP"),
    "try": _try,
    "bitwise_left_shift": lambda a: exp.BitwiseLeftShift(this=a[0], expression=a[1]),
    "any_match": _matches("list_bool_or", empty=False),
    "all_match": _matches("list_bool_and", empty=True),
    "none_match": lambda a: exp.Not(this=_matches("list_bool_or", empty=False)(a)),
    "date_format": _formatted("strftime", mysql_to_duckdb),
    "date_parse": _formatted("strptime", mysql_to_duckdb),
    "format_datetime": _formatted("strftime", joda_to_duckdb),
    "parse_datetime": lambda a: cast(_formatted("strptime", joda_to_duckdb)(a), "TIMESTAMPTZ"),
    "date_trunc": lambda a: call("trino_date_trunc", _unit(a[0]), a[1]),
    "date_add": _date_add,
    "date_diff": lambda a: call("datesub", _unit(a[0]), a[1], a[2]),
    "date": lambda a: cast(a[0], "DATE"),
    "from_unixtime": _from_unixtime,
    "from_iso8601_timestamp": lambda a: cast(a[0], "TIMESTAMPTZ"),
    "from_iso8601_date": lambda a: cast(a[0], "DATE"),
    "to_iso8601": lambda a: call("strftime", a[0], "%Y-%m-%dT%H:%M:%S.%g"),
    "at_timezone": lambda a: _with_timezone(a),
    "with_timezone": _with_timezone,
    "millisecond": lambda a: exp.Mod(this=call("millisecond", a[0]), expression=exp.Literal.number(1000)),
    "element_at": lambda a: exp.Bracket(this=exp.Paren(this=a[0]), expressions=[a[1]]),
    "array_sort": lambda a: call("list_sort", a[0], "ASC", "NULLS LAST") if len(a) == 1 else _no_comparator(),
    "array_union": lambda a: call("trino_array_distinct", call("list_concat", a[0], a[1])),
    "array_concat": lambda a: call("list_concat", *a),
    "zip": lambda a: call("list_zip", *a),
    "count_if": lambda a: cast(call("count_if", a[0]), "BIGINT"),
    "sum": lambda a: call("sum", a[0]),
    "approx_percentile": lambda a: call("approx_quantile", a[0], a[1]),
    "log": lambda a: exp.Div(this=call("ln", a[1]), expression=call("ln", a[0])),
    "round": lambda a: call("round", *a),
    "md5": lambda a: call("unhex", call("md5", a[0])),
    "sha1": lambda a: call("unhex", call("sha1", a[0])),
    "sha256": lambda a: call("unhex", call("sha256", a[0])),
    "bitwise_and": lambda a: exp.BitwiseAnd(this=a[0], expression=a[1]),
    "bitwise_or": lambda a: exp.BitwiseOr(this=a[0], expression=a[1]),
    **{f"url_extract_{part}": _url_part(part) for part in ("protocol", "host", "path", "query", "fragment")},
}
