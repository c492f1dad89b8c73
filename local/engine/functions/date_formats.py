"""MySQL's and Joda's date formats, in DuckDB's spelling.

https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
"""

from __future__ import annotations

import re

from local.engine.errors import QueryError, cannot_run

_MYSQL = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%f", "H": "%H", "h": "%I", "I": "%I", "i": "%M",
    "j": "%j", "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p", "r": "%I:%M:%S %p", "S": "%S", "s": "%S",
    "T": "%H:%M:%S", "v": "%V", "W": "%A", "x": "%G", "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip

_JODA = {
    "yyyy": "%Y", "yy": "%y", "y": "%Y", "YYYY": "%Y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m",
    "dd": "%d", "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S",
    "s": "%-S", "SSS": "%g", "SSSSSS": "%f", "EEEE": "%A", "EEE": "%a", "E": "%a", "a": "%p", "DDD": "%j",
}  # fmt: skip


def mysql_to_duckdb(text: str) -> str:
    """``%Y-%m-%d %H:%i:%s`` -> ``%Y-%m-%d %H:%M:%S``.

    Raises:
        QueryError: Athena doesn't support one of its letters.
    """

    def translate(match: re.Match[str]) -> str:
        letter = match[1]
        if letter in "DUuVwX":
            raise QueryError(f"INVALID_FUNCTION_ARGUMENT: %{letter} not supported in date format string")
        return _MYSQL.get(letter, letter)

    return re.sub(r"%(.)", translate, text)


def joda_to_duckdb(text: str) -> str:
    """``yyyy-MM-dd'T'HH:mm:ss`` -> ``%Y-%m-%dT%H:%M:%S``.

    Raises:
        QueryError: DuckDB has no counterpart of one of its letters.
    """

    def translate(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1].replace("%", "%%") or "'"
        if match[0] not in _JODA:
            raise cannot_run(f"the date format {text!r}: {match[0]!r} in it")
        return _JODA[match[0]]

    return re.sub(r"'([^']*)'|([A-Za-z])\2*", translate, text)
