"""Athena's functions that DuckDB lacks, in Python. ``macros.sql`` and ``calls.py`` use them."""

from __future__ import annotations

import base64
import binascii
import json
import re
import urllib.parse
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import duckdb
from duckdb.func import SPECIAL

from local.engine.errors import QueryError
from local.engine.functions.json_paths import json_path as json_path_of
from local.engine.functions.regular_expressions import compile_pattern, expand_replacement
from local.engine.results.numbers import java_double


class AthenaError(ValueError):
    """An error in one row, with Athena's message. DuckDB wraps its text in another message."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"ATHENA{{{reason}}}")


def regexp_extract(text: str | None, pattern: str | None, group: int | None) -> str | None:
    """The first match (or a group of it), NULL if there is none."""
    if text is None or pattern is None or group is None:
        return None
    compiled = compile_pattern(pattern)
    _check_group(compiled, group)
    match = compiled.search(text)
    return match[group] if match else None


def regexp_extract_all(text: str | None, pattern: str | None, group: int | None) -> list[str | None] | None:
    """All matches, or a group of each."""
    if text is None or pattern is None or group is None:
        return None
    compiled = compile_pattern(pattern)
    _check_group(compiled, group)
    return [match[group] for match in compiled.finditer(text)]


def regexp_like(text: str | None, pattern: str | None) -> bool | None:
    """Whether the pattern matches anywhere."""
    if text is None or pattern is None:
        return None
    return compile_pattern(pattern).search(text) is not None


def regexp_replace(text: str | None, pattern: str | None, replacement: str | None) -> str | None:
    """Replace every match; ``$1`` and ``${name}`` refer to groups."""
    if text is None or pattern is None or replacement is None:
        return None
    compiled = compile_pattern(pattern)
    return compiled.sub(expand_replacement(compiled, replacement), text)


def regexp_count(text: str | None, pattern: str | None) -> int | None:
    """The number of matches."""
    if text is None or pattern is None:
        return None
    return sum(1 for _ in compile_pattern(pattern).finditer(text))


def regexp_position(text: str | None, pattern: str | None) -> int | None:
    """Where the first match begins, from 1; -1 if there is none."""
    if text is None or pattern is None:
        return None
    match = compile_pattern(pattern).search(text)
    return match.start() + 1 if match else -1


def regexp_split(text: str | None, pattern: str | None) -> list[str] | None:
    """The texts between the matches."""
    if text is None or pattern is None:
        return None
    parts, end = [], 0
    for match in compile_pattern(pattern).finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
    return [*parts, text[end:]]


def json_contains_text(document: str | None, value: str | None) -> bool | None:
    """Whether a JSON array holds a string; numbers that look like it don't count."""
    return _json_contains(document, value, lambda item: isinstance(item, str) and item == value)


def json_contains_integer(document: str | None, value: int | None) -> bool | None:
    """Whether a JSON array holds a whole number."""
    return _json_contains(document, value, lambda item: type(item) is int and item == value)


def json_contains_double(document: str | None, value: float | None) -> bool | None:
    """Whether a JSON array holds a number."""
    return _json_contains(document, value, lambda item: type(item) in (int, float) and float(item) == value)


def json_contains_boolean(document: str | None, value: bool | None) -> bool | None:
    """Whether a JSON array holds a boolean."""
    return _json_contains(document, value, lambda item: item is value)


def json_parse(text: str | None) -> str | None:
    """A document as the ``json`` type stores it: without blanks, with sorted keys."""
    if text is None:
        return None
    try:
        return json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    except ValueError:
        raise AthenaError(f"INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{text[:100]}'") from None


@lru_cache(maxsize=4096)
def json_path(path: str | None) -> str | None:
    """A JSON path that is known only at run time, in DuckDB's spelling."""
    try:
        return None if path is None else json_path_of(path)
    except QueryError as error:
        raise AthenaError(error.reason) from None


def url_decode(text: str | None) -> str | None:
    """Decode ``%2F`` to ``/`` and ``+`` to a blank."""
    return None if text is None else urllib.parse.unquote_plus(text)


def url_encode(text: str | None) -> str | None:
    """Encode as HTML forms do."""
    return None if text is None else urllib.parse.quote_plus(text, safe="*-._")


def url_part(url: str | None, part: str | None) -> str | None:
    """``protocol``, ``host``, ``path``, ``query`` or ``fragment`` of a URL."""
    if url is None or part is None:
        return None
    parsed = urllib.parse.urlsplit(url)
    found = {"protocol": parsed.scheme, "host": parsed.hostname, "path": parsed.path, "query": parsed.query}
    return found.get(part, parsed.fragment) or ""


def url_parameter(url: str | None, name: str | None) -> str | None:
    """The first value of a parameter in a URL's query; NULL if it is missing."""
    if url is None or name is None:
        return None
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True)
    return next((value for key, value in pairs if key == name), None)


def strpos(text: str | None, part: str | None, instance: int | None) -> int | None:
    """Where the n-th occurrence begins, from 1 (from the end if n is negative); 0 if there is none."""
    if text is None or part is None or instance is None:
        return None
    places = [number for number in range(len(text)) if text.startswith(part, number)]
    index = instance - 1 if instance > 0 else instance
    return places[index] + 1 if -len(places) <= index < len(places) else 0


def from_base64(text: str | None) -> bytes | None:
    """Bytes from Base64 text."""
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise AthenaError(f"INVALID_FUNCTION_ARGUMENT: Illegal base64: {text[:100]}") from None


def check(good: bool | None, message: str | None) -> bool | None:
    """Fail the query with ``message`` unless ``good``."""
    if good is False:
        raise AthenaError(f"INVALID_FUNCTION_ARGUMENT: {message}")
    return good


def check_subscript(index: int | None, length: int | None) -> bool | None:
    """Fail the query unless an array of ``length`` has an element ``index``."""
    if index is None or length is None:
        return None
    if index > length:
        check(False, f"Array subscript must be less than or equal to array length: {index} > {length}")
    check(index != 0, "SQL array indices start at 1")
    return check(index > 0, f"Array subscript is negative: {index}")


def crc32(data: bytes | None) -> int | None:
    """The CRC-32 of bytes."""
    return None if data is None else zlib.crc32(data)


def double_text(value: float | None) -> str | None:
    """A double as CAST to varchar spells it: ``1.0E10``."""
    return None if value is None else java_double(value)


def _json_contains(document: str | None, value: Any, matches: Callable[[Any], bool]) -> bool | None:
    if document is None or value is None:
        return None
    items = _loads(document)
    return any(matches(item) for item in items) if isinstance(items, list) else None


@lru_cache(maxsize=4096)
def _loads(document: str) -> Any:
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        return None


def _check_group(compiled: re.Pattern[str], group: int) -> None:
    if not 0 <= group <= compiled.groups:
        raise AthenaError(
            f"INVALID_FUNCTION_ARGUMENT: Pattern has {compiled.groups} groups. Cannot access group {group}"
        )


_FUNCTIONS: tuple[tuple[Callable[..., Any], list[str], str], ...] = (
    (regexp_extract, ["VARCHAR", "VARCHAR", "BIGINT"], "VARCHAR"),
    (regexp_extract_all, ["VARCHAR", "VARCHAR", "BIGINT"], "VARCHAR[]"),
    (regexp_like, ["VARCHAR", "VARCHAR"], "BOOLEAN"),
    (regexp_replace, ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR"),
    (regexp_count, ["VARCHAR", "VARCHAR"], "BIGINT"),
    (regexp_position, ["VARCHAR", "VARCHAR"], "INTEGER"),
    (regexp_split, ["VARCHAR", "VARCHAR"], "VARCHAR[]"),
    (json_contains_text, ["VARCHAR", "VARCHAR"], "BOOLEAN"),
    (json_contains_integer, ["VARCHAR", "BIGINT"], "BOOLEAN"),
    (json_contains_double, ["VARCHAR", "DOUBLE"], "BOOLEAN"),
    (json_contains_boolean, ["VARCHAR", "BOOLEAN"], "BOOLEAN"),
    (json_parse, ["VARCHAR"], "VARCHAR"),
    (json_path, ["VARCHAR"], "VARCHAR"),
    (url_decode, ["VARCHAR"], "VARCHAR"),
    (url_encode, ["VARCHAR"], "VARCHAR"),
    (url_part, ["VARCHAR", "VARCHAR"], "VARCHAR"),
    (url_parameter, ["VARCHAR", "VARCHAR"], "VARCHAR"),
    (strpos, ["VARCHAR", "VARCHAR", "BIGINT"], "BIGINT"),
    (from_base64, ["VARCHAR"], "BLOB"),
    (crc32, ["BLOB"], "BIGINT"),
    (check, ["BOOLEAN", "VARCHAR"], "BOOLEAN"),
    (check_subscript, ["BIGINT", "BIGINT"], "BOOLEAN"),
    (double_text, ["DOUBLE"], "VARCHAR"),
)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Define them in a connection's database, each as ``udf_<name>``."""
    for function, arguments, answer in _FUNCTIONS:
        connection.create_function(
            f"udf_{function.__name__}",
            function,
            [duckdb.sqltype(argument) for argument in arguments],
            duckdb.sqltype(answer),
            null_handling=SPECIAL,
        )
