"""SQL's JSON functions, whose syntax has options, as calls of the functions in ``functions.sql_json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis import calls, literals
from local.engine.analysis.context import error_at
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import ArrayOf, Case, Cast, Comparison, Constant, Expression
from local.engine.errors import cannot_run
from local.engine.functions.casts import cast_exists
from local.engine.functions.json_path import PathNotSupported, PathSyntaxError, read_path, variables
from local.engine.sql.grammar.nodes import JsonFunction
from local.engine.types.model import BOOLEAN, INTEGER_KINDS, JSON, VARCHAR, TrinoType, array
from local.engine.types.parse import parse

if TYPE_CHECKING:
    from local.engine.analysis.expressions import Expressions

#: Functions whose results are JSON where another one expects a value.
_JSON_RESULTS = ("json_query", "json_object", "json_array")
#: Kinds that CAST turns into JSON as they are.
_VALUES = (*INTEGER_KINDS, "boolean", "real", "double", "decimal", "varchar", "char", "json")


def analyse_json(analyzer: Expressions, node: JsonFunction) -> Expression:
    """A call of one of the functions."""
    return _KINDS[node.name](analyzer, node)


def _exists(analyzer: Expressions, node: JsonFunction) -> Expression:
    arguments = [*_path_arguments(analyzer, node), _text(node.args.get("error") or "FALSE")]
    return calls.call(analyzer, "$json_exists", arguments, node)


def _query(analyzer: Expressions, node: JsonFunction) -> Expression:
    options = node.args.get("options") or []
    wrapper = next((one for one in options if "WRAPPER" in one), "WITHOUT WRAPPER")
    wrapper = "WITH WRAPPER" if wrapper == "WITH UNCONDITIONAL WRAPPER" else wrapper
    quotes = "OMIT" if "OMIT QUOTES" in options else "KEEP"
    if quotes == "OMIT" and wrapper != "WITHOUT WRAPPER":
        raise error_at("INVALID_FUNCTION_ARGUMENT", "OMIT QUOTES behavior specified with WITH WRAPPER behavior", node)
    arguments = [*_path_arguments(analyzer, node), _text("|".join((wrapper, quotes, *_behaviours(node))))]
    return _returned(calls.call(analyzer, "$json_query", arguments, node), node)


def _value(analyzer: Expressions, node: JsonFunction) -> Expression:
    target = _returning(node)
    if target.kind not in (*_VALUES[:-1], "date") and not target.kind.startswith("time"):
        raise cannot_run(f"JSON_VALUE with RETURNING {target}")
    where = _path_arguments(analyzer, node)
    kind = "varchar" if target.is_text else target.kind
    on_empty, on_error = _behaviours(node)
    found = calls.call(analyzer, "$json_value", [*where, _text(f"{kind}|{on_empty}|{on_error}")], node)
    if target != VARCHAR:
        if not cast_exists(VARCHAR, target):
            raise cannot_run(f"JSON_VALUE with RETURNING {target}")
        found = Cast(target, found, on_error != "ERROR")
    defaults = [(side, node.args.get(f"default_{side}")) for side in ("empty", "error")]
    whens = []
    for side, default in defaults:
        if default is None:
            continue
        if side == "error" and target != VARCHAR:
            raise cannot_run("JSON_VALUE with DEFAULT ... ON ERROR and RETURNING")
        state = calls.call(analyzer, "$json_value_state", where, node)
        value = coerce(analyzer.analyse(default), target)
        whens.append((Comparison(BOOLEAN, "=", state, Constant(VARCHAR, side)), value))
    return Case(target, None, tuple(whens), found) if whens else found


def _object(analyzer: Expressions, node: JsonFunction) -> Expression:
    options = " ".join(node.args.get("options") or [])
    keys = [analyzer.analyse(one) for one in node.args.get("keys") or []]
    for key, one in zip(keys, node.args.get("keys") or [], strict=True):
        if not key.type.is_text:
            raise error_at("INVALID_FUNCTION_ARGUMENT", f"Invalid type of JSON object key: {key.type}", one)
    names = ArrayOf(array(VARCHAR), tuple(coerce(_plain(key), VARCHAR) for key in keys))
    values = ArrayOf(array(JSON), tuple(_values(analyzer, node)))
    return _returned(calls.call(analyzer, "$json_object", [names, values, _text(options)], node), node)


def _array(analyzer: Expressions, node: JsonFunction) -> Expression:
    options = " ".join(node.args.get("options") or [])
    values = ArrayOf(array(JSON), tuple(_values(analyzer, node)))
    return _returned(calls.call(analyzer, "$json_array", [values, _text(options)], node), node)


_KINDS = {
    "json_exists": _exists,
    "json_query": _query,
    "json_value": _value,
    "json_object": _object,
    "json_array": _array,
}


def _path_arguments(analyzer: Expressions, node: JsonFunction) -> list[Expression]:
    """The input, the path and the values after PASSING."""
    path = node.args["path"]
    passing = node.args.get("passing") or []
    names = [one.args["alias"].name if one.args["alias"].quoted else one.alias.upper() for one in passing]
    try:
        unknown = variables(read_path(path).root) - set(names)
    except PathSyntaxError as error:
        raise error_at("SYNTAX_ERROR", str(error), node) from error
    except PathNotSupported as error:
        raise cannot_run(str(error)) from error
    if unknown:
        raise error_at("INVALID_PATH", f"no value passed for parameter {min(unknown)}", node)
    (given,) = node.expressions
    value = analyzer.analyse(given)
    if value.type.kind not in ("varchar", "char", "unknown"):
        if value.type.kind == "varbinary":
            raise cannot_run(f"{node.name.upper()} of varbinary")
        raise error_at("TYPE_MISMATCH", f"Cannot read input of type {value.type} as JSON using formatting JSON", node)
    keys = ArrayOf(array(VARCHAR), tuple(Constant(VARCHAR, name) for name in names))
    values = ArrayOf(array(JSON), tuple(_json(analyzer, one.this, node, formatted=False) for one in passing))
    passed = calls.call(analyzer, "$json_object", [keys, values, _text("")], node)
    return [coerce(_plain(value), VARCHAR), _text(path), passed]


def _values(analyzer: Expressions, node: JsonFunction) -> list[Expression]:
    formats = node.args.get("format_json") or []
    return [
        _json(analyzer, one, node, formatted=formatted)
        for one, formatted in zip(node.expressions, formats, strict=True)
    ]


def _json(analyzer: Expressions, node: exp.Expr, call: JsonFunction, *, formatted: bool) -> Expression:
    """A value as JSON."""
    value = analyzer.analyse(node)
    if formatted or (isinstance(node, JsonFunction) and node.name in _JSON_RESULTS):
        return calls.call(analyzer, "$json_input", [coerce(_plain(value), VARCHAR)], call)
    if value.type.kind == "unknown":
        return Cast(JSON, value)
    if value.type.kind not in _VALUES and value.type.kind not in ("date", "uuid", "timestamp", "time"):
        raise error_at(
            "NOT_SUPPORTED",
            f"Unsupported type of value passed to {call.name.upper()} function: {value.type}",
            call,
        )
    if value.type.kind == "json":
        raise cannot_run(f"{call.name.upper()} of the type json")
    return Cast(JSON, value if value.type.kind in _VALUES else Cast(VARCHAR, value))


def _plain(value: Expression) -> Expression:
    return Cast(VARCHAR, value) if value.type.kind == "char" else value


def _behaviours(node: JsonFunction) -> tuple[str, str]:
    return node.args.get("empty") or "NULL", node.args.get("error") or "NULL"


def _returning(node: JsonFunction) -> TrinoType:
    found = node.args.get("returning")
    return VARCHAR if found is None else found if isinstance(found, TrinoType) else parse(str(found))


def _returned(value: Expression, node: JsonFunction) -> Expression:
    if _returning(node) != VARCHAR:
        raise cannot_run(f"{node.name.upper()} with RETURNING {_returning(node)}")
    return value


def _text(value: str) -> Constant:
    return literals.text(value)
