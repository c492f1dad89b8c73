"""CAST and TRY_CAST, where Athena differs from DuckDB: json, text of doubles and timestamps, lengths, rounding."""

from __future__ import annotations

from sqlglot import exp

from local.engine.errors import QueryError, cannot_run
from local.engine.functions.calls import call, cast
from local.engine.results.trino_types import TrinoType

_KIND = exp.DataType.Type
_TEXT = (_KIND.VARCHAR, _KIND.TEXT, _KIND.CHAR, _KIND.NCHAR, _KIND.NVARCHAR)
_INTEGERS = (_KIND.TINYINT, _KIND.SMALLINT, _KIND.INT, _KIND.BIGINT)
_TIMESTAMPS = {_KIND.TIMESTAMP: _KIND.TIMESTAMP, _KIND.TIMESTAMPTZ: _KIND.TIMESTAMPTZ}


def translate_cast(node: exp.Cast, source: TrinoType | None) -> exp.Expr | None:
    """The DuckDB expression for a cast of a value of type ``source`` (None: unknown); None: the cast as it is."""
    target: exp.DataType = node.to
    kind = target.this
    for inner in [target, *target.find_all(exp.DataType)]:
        if inner.this in _TIMESTAMPS:
            # TIMESTAMP(3) is a different type in DuckDB.
            inner.set("expressions", [])
    if kind == _KIND.DECIMAL and not target.expressions:
        target = _bare_decimal(node.this)
    if kind == _KIND.JSON:
        return node.this if _is(source, "json") else call("to_json", node.this)
    value: exp.Expr = node.this
    if _is(source, "json"):
        value = call("json_extract_string", node.this, "$") if kind in _TEXT or not _is_nested(target) else node.this
    if kind in _TEXT:
        return _to_text(node, value, source, target)
    if kind in _INTEGERS and source is not None and source.kind in ("double", "real"):
        value = call("round", value)
    if value is node.this and target is node.to:
        return None
    return type(node)(this=value, to=target)


def _to_text(node: exp.Cast, value: exp.Expr, source: TrinoType | None, target: exp.DataType) -> exp.Expr:
    if source is not None and source.kind in ("array", "map", "row"):
        if isinstance(node, exp.TryCast):
            return exp.null()
        raise QueryError(f"TYPE_MISMATCH: line 1:1: Cannot cast {source} to varchar")
    text: exp.Expr = cast(value, "VARCHAR")
    if _is(source, "double"):
        text = call("udf_double_text", value)
    elif _is(source, "real"):
        text = call("udf_double_text", cast(cast(value, "VARCHAR"), "DOUBLE"))
    elif _is(source, "timestamp(3)"):
        text = call("trino_timestamp_text", value)
    elif _is(source, "timestamp(3) with time zone"):
        text = exp.Paren(
            this=exp.DPipe(this=call("trino_timestamp_text", value), expression=exp.Literal.string(" UTC"), safe=True)
        )
    elif _is(source, "varbinary"):
        raise cannot_run("CAST of varbinary to varchar")
    length = target.expressions[0].this if target.expressions else None
    if isinstance(length, exp.Literal):
        text = call("left", text, int(length.name))
        if target.this in (_KIND.CHAR, _KIND.NCHAR):
            text = call("rpad", text, int(length.name), " ")
    return text


def _bare_decimal(value: exp.Expr) -> exp.DataType:
    """The type of ``DECIMAL '12.50'``, which follows from its digits, or of ``CAST(x AS DECIMAL)``."""
    if isinstance(value, exp.Literal) and value.is_string:
        whole, _, fraction = value.name.strip().lstrip("+-").partition(".")
        digits = max(1, len(whole.lstrip("0")) + len(fraction))
        return exp.DataType.build(f"DECIMAL({digits}, {len(fraction)})", dialect="duckdb")
    return exp.DataType.build("DECIMAL(38, 0)", dialect="duckdb")


def json_literal(node: exp.ParseJSON) -> exp.Expr:
    """``JSON '{"a": 1}'``."""
    return cast(call("udf_json_parse", node.this), "JSON")


def cardinality(value: exp.Expr, kind: TrinoType | None) -> exp.Expr:
    """``cardinality`` of an array or a map."""
    if _is(kind, "map"):
        return cast(call("cardinality", value), "BIGINT")
    return call("len", value)


def _is(kind: TrinoType | None, name: str) -> bool:
    return kind is not None and kind.kind == name


def _is_nested(target: exp.DataType) -> bool:
    return target.this in (_KIND.ARRAY, _KIND.LIST, _KIND.MAP, _KIND.STRUCT, _KIND.OBJECT)
