"""Fills the templates of functions with the DuckDB expressions of arguments.

An argument that a template names more than once is evaluated once: a long one is bound to a lambda's parameter,
``list_transform([argument], lambda v: ...)[1]``, because repeating nested expressions grows them exponentially.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

from local.engine.functions.registry import Call, Lowering
from local.engine.types.model import TrinoType
from local.engine.types.representation import duckdb_type

_SIMPLE = re.compile(
    r"""(?:[A-Za-z_]\w*\.)?(?:"(?:[^"]|"")*"|[A-Za-z_]\w*)|'[^']{0,60}'|CAST\([^()]{1,60} AS [A-Z]+\)"""
)
#: An expression that is shorter is repeated rather than bound.
_SHORT = 24
_PLACE = re.compile(r"\{(\d+|args|type|r)(\.type)?\}|\{\{|\}\}")
_numbers = itertools.count(1)


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[str | tuple[str, bool], ...]:
    """The text of a template, and its places as (name, whether its type is meant)."""
    parts: list[str | tuple[str, bool]] = []
    end = 0
    for match in _PLACE.finditer(template):
        parts.append(template[end : match.start()])
        parts.append(match[0][0] if match[1] is None else (match[1], match[2] is not None))
        end = match.end()
    parts.append(template[end:])
    return tuple(parts)


def is_simple(sql: str) -> bool:
    """Whether an expression is a column or short literal, which costs nothing to repeat."""
    return len(sql) <= _SHORT or _SIMPLE.fullmatch(sql) is not None


def fill(template: str, arguments: Sequence[str], types: Sequence[TrinoType], result: TrinoType, r: str = "") -> str:
    """The template with arguments in its places.

    Args:
        template: see ``registry.py``.
        arguments: DuckDB expressions.
        types: the Trino types of the arguments.
        result: the Trino type of the result.
        r: what ``{r}`` stands for.
    """
    parts = _parts(template)
    used = [part[0] for part in parts if isinstance(part, tuple) and not part[1]]
    bound: dict[str, str] = {}
    values: dict[str, str] = {str(number): sql for number, sql in enumerate(arguments)} | {"r": r}
    for name in set(used):
        sql = values.get(name, "")
        if used.count(name) > 1 and not is_simple(sql) and not sql.startswith("lambda "):
            bound[name] = sql
    if not bound:
        return _filled(parts, values, arguments, types, result)
    # DuckDB has no subqueries in the bodies of lambdas.
    bound |= {name: values[name] for name in used if "(SELECT " in values.get(name, "")}
    names = {name: f"v{next(_numbers)}" for name in sorted(bound)}
    if len(bound) == 1:
        ((name, parameter),) = names.items()
        body = _filled(parts, values | {name: parameter}, arguments, types, result)
        return f"list_transform([{bound[name]}], lambda {parameter}: {body})[1]"
    parameter = f"v{next(_numbers)}"
    fields = ", ".join(f"{names[name]} := {sql}" for name, sql in bound.items())
    inner = {name: f"{parameter}.{field}" for name, field in names.items()}
    body = _filled(parts, values | inner, arguments, types, result)
    return f"list_transform([struct_pack({fields})], lambda {parameter}: {body})[1]"


def _filled(
    parts: Sequence[str | tuple[str, bool]],
    values: dict[str, str],
    arguments: Sequence[str],
    types: Sequence[TrinoType],
    result: TrinoType,
) -> str:
    text = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
            continue
        name, is_type = part
        if name == "type":
            text.append(duckdb_type(result))
        elif is_type:
            text.append(duckdb_type(types[int(name)]))
        elif name == "args":
            text.append(", ".join(values[str(number)] for number in range(len(arguments))))
        else:
            text.append(values[name])
    return "".join(text)


def lower_call(lowering: Lowering, call: Call, *, null_on_null: bool = False) -> str:
    """The DuckDB expression of a call of a scalar function."""
    types = [argument.type for argument in call.arguments]
    if not isinstance(lowering, str):
        sql = lowering(call)
    elif null_on_null:
        nulls = " OR ".join(f"{{{number}}} IS NULL" for number, kind in enumerate(types) if kind.kind != "function")
        return fill(f"CASE WHEN {nulls} THEN NULL ELSE {lowering} END", call.sql, types, call.result)
    else:
        sql = fill(lowering, call.sql, types, call.result)
    return sql


def fail_if(condition: str, kind: str, message: str, otherwise: str, result: str) -> str:
    """``otherwise``, or an error of Trino if ``condition`` is true.

    Args:
        condition: a DuckDB expression.
        kind: Trino's name of the error.
        message: a DuckDB expression of the message.
        otherwise: the DuckDB expression of the result.
        result: the DuckDB type of the result.
    """
    # The message is NULL, and nothing fails, for rows whose branch DuckDB evaluates without need.
    error = f"py_fail(CASE WHEN {condition} THEN '{kind}: ' || {message} END)"
    return f"CASE WHEN {condition} THEN CAST({error} AS {result}) ELSE {otherwise} END"


def apply(function: str, *values: str) -> str:
    """The body of a lambda, ``lambda a, b: ...``, with DuckDB expressions in the place of its parameters."""
    head, _, body = function.partition(": ")
    names = [name.strip() for name in head.removeprefix("lambda").split(",") if name.strip()]
    replaced = dict(zip(names, values, strict=True))
    # Texts and quoted names in the body stay as they are.
    pattern = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?<![.\w])(" + "|".join(names or ["(?!)"]) + r")\b")
    return pattern.sub(lambda match: replaced[match[1]] if match[1] else match[0], body)
