"""Regular expressions.

https://trino.io/docs/current/functions/regexp.html
"""

from __future__ import annotations

import re

from local.engine.functions.registry import Call, invalid_argument, scalar, udf
from local.engine.functions.regular_expressions import compile_pattern, expand_replacement
from local.engine.functions.signature import Numbers


def _group(compiled: re.Pattern[str], group: int) -> None:
    if group < 0:
        raise invalid_argument("Group cannot be negative")
    if group > compiled.groups:
        raise invalid_argument(f"Pattern has {compiled.groups} groups. Cannot access group {group}")


def extract(text: str, pattern: str, group: int) -> str | None:
    """The first match (or a group of it), NULL if there is none."""
    compiled = compile_pattern(pattern)
    _group(compiled, group)
    match = compiled.search(text)
    return match[group] if match else None


def extract_all(text: str, pattern: str, group: int) -> list[str | None]:
    """All matches, or a group of each."""
    compiled = compile_pattern(pattern)
    _group(compiled, group)
    return [match[group] for match in compiled.finditer(text)]


def like(text: str, pattern: str) -> bool:
    """Whether the pattern matches anywhere."""
    return compile_pattern(pattern).search(text) is not None


def replace(text: str, pattern: str, replacement: str) -> str:
    """Replace every match; ``$1`` and ``${name}`` refer to groups."""
    compiled = compile_pattern(pattern)
    return compiled.sub(expand_replacement(compiled, replacement), text)


def count(text: str, pattern: str) -> int:
    """The number of matches."""
    return sum(1 for _ in compile_pattern(pattern).finditer(text))


def position(text: str, pattern: str, start: int, occurrence: int) -> int:
    """Where the n-th match at or after ``start`` begins, from 1; -1 if there is none."""
    if start < 1:
        raise invalid_argument("start position cannot be smaller than 1")
    if occurrence < 1:
        raise invalid_argument("occurrence cannot be smaller than 1")
    if start > len(text):
        return -1
    for number, match in enumerate(compile_pattern(pattern).finditer(text, start - 1), start=1):
        if number == occurrence:
            return match.start() + 1
    return -1


def split(text: str, pattern: str) -> list[str]:
    """The texts between the matches."""
    parts, end = [], 0
    for match in compile_pattern(pattern).finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
    return [*parts, text[end:]]


def pieces(text: str, pattern: str) -> list[dict[str, object]]:
    """The texts before each match with its groups, and the text after the last one: for a lambda."""
    found: list[dict[str, object]] = []
    end = 0
    for match in compile_pattern(pattern).finditer(text):
        found.append({"before": text[end : match.start()], "groups": list(match.groups())})
        end = match.end()
    return [*found, {"before": text[end:], "groups": None}]


def _replace_by_lambda(call: Call) -> str:
    text, pattern, function = call.sql
    parameter, _, body = function.removeprefix("lambda ").partition(": ")
    # The text is NULL if the lambda returns NULL for a match.
    replaced = f"CASE WHEN p.groups IS NULL THEN p.before ELSE p.before || list_transform([p.groups], lambda {parameter}: {body})[1] END"  # noqa: E501 - one expression
    return (
        f"list_transform([list_transform(py_regexp_pieces({text}, {pattern}), lambda p: {replaced})], "
        "lambda t: CASE WHEN len(list_filter(t, lambda u: u IS NULL)) = 0 THEN array_to_string(t, '') END)[1]"
    )


def _replaced(numbers: Numbers) -> Numbers:
    x, y = numbers["x"], numbers["y"]
    return {"z": min(2147483647, x + max(x * y // 2, y) * (x + 1))}


FUNCTIONS = (
    scalar("regexp_extract(varchar(x), varchar) -> varchar(x)", "py_regexp_extract({0}, {1}, 0)"),
    scalar("regexp_extract(varchar(x), varchar, bigint) -> varchar(x)", "py_regexp_extract({0}, {1}, {2})"),
    scalar("regexp_extract_all(varchar(x), varchar) -> array(varchar(x))", "py_regexp_extract_all({0}, {1}, 0)"),
    scalar(
        "regexp_extract_all(varchar(x), varchar, bigint) -> array(varchar(x))", "py_regexp_extract_all({0}, {1}, {2})"
    ),
    scalar("regexp_like(varchar(x), varchar) -> boolean", "py_regexp_like({0}, {1})"),
    scalar("regexp_replace(varchar(x), varchar) -> varchar(x)", "py_regexp_replace({0}, {1}, '')"),
    scalar(
        "regexp_replace(varchar(x), varchar, varchar(y)) -> varchar(z)",
        "py_regexp_replace({0}, {1}, {2})",
        where=_replaced,
    ),
    scalar("regexp_replace(varchar, varchar, function(array(varchar), varchar)) -> varchar", _replace_by_lambda),
    scalar("regexp_count(varchar(x), varchar) -> bigint", "py_regexp_count({0}, {1})"),
    scalar("regexp_position(varchar(x), varchar) -> integer", "py_regexp_position({0}, {1}, 1, 1)"),
    scalar("regexp_position(varchar(x), varchar, integer) -> integer", "py_regexp_position({0}, {1}, {2}, 1)"),
    scalar(
        "regexp_position(varchar(x), varchar, integer, integer) -> integer", "py_regexp_position({0}, {1}, {2}, {3})"
    ),
    scalar("regexp_split(varchar(x), varchar) -> array(varchar(x))", "py_regexp_split({0}, {1})"),
)

UDFS = (
    udf("regexp_extract", extract, "VARCHAR, VARCHAR, BIGINT", "VARCHAR"),
    udf("regexp_extract_all", extract_all, "VARCHAR, VARCHAR, BIGINT", "VARCHAR[]"),
    udf("regexp_like", like, "VARCHAR, VARCHAR", "BOOLEAN"),
    udf("regexp_replace", replace, "VARCHAR, VARCHAR, VARCHAR", "VARCHAR"),
    udf("regexp_count", count, "VARCHAR, VARCHAR", "BIGINT"),
    udf("regexp_position", position, "VARCHAR, VARCHAR, BIGINT, BIGINT", "INTEGER"),
    udf("regexp_split", split, "VARCHAR, VARCHAR", "VARCHAR[]"),
    udf("regexp_pieces", pieces, "VARCHAR, VARCHAR", "STRUCT(before VARCHAR; groups VARCHAR[])[]"),
)
