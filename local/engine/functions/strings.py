"""Functions of texts.

https://trino.io/docs/current/functions/string.html
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from local.engine.errors import QueryError
from local.engine.functions.registry import Call, FunctionError, invalid_argument, scalar, udf
from local.engine.functions.signature import Numbers
from local.engine.functions.templates import fail_if, fill
from local.engine.types.model import MAX_VARCHAR

_BLANKS = (
    " \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009"
    "\u200a\u2028\u2029\u205f\u3000"
)
_MAX_PADDED = 1024 * 1024


def _longer(numbers: Numbers) -> Numbers:
    x, y, z = numbers["x"], numbers["y"], numbers["z"]
    del y
    return {"u": min(MAX_VARCHAR + 1, x + z * (x + 1))}


def _concat_chars(numbers: Numbers) -> Numbers:
    return {"u": numbers["x"] + numbers["y"]}


def strpos(text: str, part: str, instance: int) -> int:
    """Where the n-th occurrence begins, from 1 (from the end if n is negative); 0 if there is none."""
    if instance == 0:
        raise invalid_argument("'instance' must not be equal to 0")
    if not part:
        return 1
    places = [number for number in range(len(text)) if text.startswith(part, number)]
    index = instance - 1 if instance > 0 else instance
    return places[index] + 1 if -len(places) <= index < len(places) else 0


def pad(text: str, size: int, padding: str, left: bool) -> str:
    """lpad and rpad."""
    if not 0 <= size <= _MAX_PADDED:
        raise invalid_argument("Target length must be in the range [0..1048576]")
    if not padding:
        raise invalid_argument("Padding string must not be empty")
    if len(text) >= size:
        return text[:size]
    needed = size - len(text)
    filling = (padding * (needed // len(padding) + 1))[:needed]
    return filling + text if left else text + filling


def split_limited(text: str, delimiter: str, limit: int) -> list[str]:
    """split with a maximum number of parts."""
    if limit <= 0:
        raise invalid_argument("Limit must be positive")
    if not delimiter:
        raise invalid_argument("The delimiter may not be the empty string")
    return text.split(delimiter, limit - 1)


def split_part(text: str, delimiter: str, index: int) -> str | None:
    """split_part: NULL if there are fewer parts."""
    if index <= 0:
        raise invalid_argument("Index must be greater than zero")
    parts = list(text) if not delimiter else text.split(delimiter)
    if not delimiter and index > len(text):
        return None
    return parts[index - 1] if index <= len(parts) else None


def translate(text: str, source: str, target: str) -> str:
    """translate: letters without a counterpart are removed."""
    table: dict[int, str | None] = {}
    for number, letter in enumerate(source):
        table.setdefault(ord(letter), target[number] if number < len(target) else None)
    return text.translate(table)


def hamming_distance(one: str, other: str) -> int:
    """The number of places where two texts of the same length differ."""
    if len(one) != len(other):
        raise invalid_argument("The input strings to hamming_distance function must have the same length")
    return sum(a != b for a, b in zip(one, other, strict=True))


def codepoint(text: str) -> int:
    """The code of a text's only letter."""
    if len(text) != 1:
        raise invalid_argument("Input string must be a single character string")
    return ord(text)


def character(code: int) -> str:
    """The letter with a code."""
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise invalid_argument(f"Not a valid Unicode code point: {code}")
    return chr(code)


def luhn_check(text: str) -> bool:
    """Whether the last digit is the Luhn checksum of the others."""
    if not text:
        return False
    if not all("0" <= letter <= "9" for letter in text):
        raise invalid_argument(f"Input contains non-digit characters: {text}"[:200])
    total = 0
    for number, letter in enumerate(reversed(text)):
        digit = int(letter) * (2 if number % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def soundex(text: str) -> str:
    """The Soundex code of a word."""
    codes = {**dict.fromkeys("BFPV", "1"), **dict.fromkeys("CGJKQSXZ", "2"), **dict.fromkeys("DT", "3"), "L": "4"}
    codes |= {**dict.fromkeys("MN", "5"), "R": "6"}
    letters = [letter for letter in text.upper() if letter.isalpha()]
    if not letters:
        return ""
    if any(not letter.isascii() for letter in letters):
        raise invalid_argument(f"The character is not mapped: {next(one for one in letters if not one.isascii())}")
    found, last = letters[0], codes.get(letters[0], "")
    for letter in letters[1:]:
        code = codes.get(letter, "")
        if code and code != last:
            found += code
        if letter not in "HW":
            last = code
    return (found + "000")[:4]


def upper(text: str) -> str:
    """Each letter in upper case where that is one letter, as Trino does it."""
    return "".join(one.upper() if len(one.upper()) == 1 else one for one in text)


def lower(text: str) -> str:
    """Each letter in lower case where that is one letter, as Trino does it."""
    return "".join(one.lower() if len(one.lower()) == 1 else one.lower()[0] for one in text)


def normalize(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> str:
    """A Unicode normal form."""
    return unicodedata.normalize(form, text)


def split_to_map(text: str, entry: str, pair: str) -> list[dict[str, str]]:
    """The entries of split_to_map."""
    found: dict[str, str] = {}
    _check_delimiters(entry, pair)
    for part in text.split(entry):
        if not part:
            continue
        key, separator, value = part.partition(pair)
        if not separator or pair in value:
            raise invalid_argument(f"Key-value delimiter must appear exactly once in each entry. Bad input: '{part}'")
        if key in found:
            raise invalid_argument(
                f"Duplicate keys ({key}) are not allowed. Specifying a lambda to resolve conflicts can avoid this error"
            )
        found[key] = value
    return [{"key": key, "value": value} for key, value in found.items()]


def split_to_multimap(text: str, entry: str, pair: str) -> list[dict[str, object]]:
    """The entries of split_to_multimap."""
    found: dict[str, list[str]] = {}
    _check_delimiters(entry, pair)
    for part in text.split(entry):
        if not part:
            continue
        key, separator, value = part.partition(pair)
        if not separator or pair in value:
            raise invalid_argument(f"Key-value delimiter must appear exactly once in each entry. Bad input: {part}")
        found.setdefault(key, []).append(value)
    return [{"key": key, "value": value} for key, value in found.items()]


def _check_delimiters(entry: str, pair: str) -> None:
    if not entry:
        raise invalid_argument("entryDelimiter is empty")
    if not pair:
        raise invalid_argument("keyValueDelimiter is empty")
    if entry == pair:
        raise invalid_argument("entryDelimiter and keyValueDelimiter must not be the same")


def _concat(call: Call) -> str:
    if len(call.arguments) == 1:
        raise QueryError("INVALID_FUNCTION_ARGUMENT: There must be two or more concatenation arguments")
    return "(" + " || ".join(call.sql) + ")"


def _concat_ws(call: Call) -> str:
    if len(call.arguments) == 1:
        raise QueryError("INVALID_FUNCTION_ARGUMENT: There must be two or more arguments")
    return (
        f"CASE WHEN {call.sql[0]} IS NOT NULL THEN array_to_string(list_filter("
        f"CAST([{', '.join(call.sql[1:])}] AS VARCHAR[]), lambda w: w IS NOT NULL), {call.sql[0]}) END"
    )


def like(text: str, pattern: str, escape: str) -> bool:
    """``text LIKE pattern ESCAPE escape``."""
    if len(escape) != 1:
        raise invalid_argument("Escape string must be a single character")
    return _like_pattern(pattern, escape).fullmatch(text) is not None


@lru_cache(maxsize=512)
def _like_pattern(pattern: str, escape: str) -> re.Pattern[str]:
    parts = []
    letters = iter(pattern)
    for letter in letters:
        if letter == escape:
            literal = next(letters, "")
            if literal not in ("%", "_", escape):
                raise invalid_argument("Escape character must be followed by '%', '_' or the escape character itself")
            parts.append(re.escape(literal))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
    return re.compile("".join(parts), re.DOTALL)


def _substr(call: Call) -> str:
    template = "CASE WHEN {1} = 0 OR -{1} > length({0}) THEN '' ELSE substring({0}, {1}) END"
    if len(call.arguments) == 3:
        template = (
            "CASE WHEN {1} = 0 OR -{1} > length({0}) OR {2} <= 0 THEN '' "
            "WHEN {2} IS NULL THEN NULL "
            "ELSE substring({0}, {1}, least({2}, 2147483647)) END"
        )
    return fill(template, call.sql, [one.type for one in call.arguments], call.result)


def _ascii(native: str, python: str) -> str:
    """DuckDB's function for ASCII, Python's for the letters that DuckDB treats otherwise."""
    return f"CASE WHEN strlen({{0}}) = length({{0}}) THEN {native}({{0}}) ELSE {python}({{0}}) END"


_SPLIT = fail_if(
    "{1} = ''",
    "INVALID_FUNCTION_ARGUMENT",
    "'The delimiter may not be the empty string'",
    "string_split({0}, {1})",
    "VARCHAR[]",
)
_TRIM = "({{0}}, " + "'" + _BLANKS + "')"
_CHAR_PADDED = "rpad({0}, length({0}), ' ')"

FUNCTIONS = (
    scalar("concat(varchar...) -> varchar", _concat),
    scalar(
        "concat(char(x), char(y)) -> char(u)",
        lambda call: f"rtrim(rpad({call.sql[0]}, {call.arguments[0].type.precision}, ' ') || {call.sql[1]}, ' ')",
        where=_concat_chars,
    ),
    scalar("length(varchar(x)) -> bigint", "CAST(length({0}) AS BIGINT)"),
    scalar(
        "length(char(x)) -> bigint",
        lambda call: f"CASE WHEN {call.sql[0]} IS NOT NULL THEN CAST({call.numbers['x']} AS BIGINT) END",
    ),
    scalar("lower(varchar(x)) -> varchar(x)", _ascii("lower", "py_lower")),
    scalar("upper(varchar(x)) -> varchar(x)", _ascii("upper", "py_upper")),
    scalar("lower(char(x)) -> char(x)", _ascii("lower", "py_lower")),
    scalar("upper(char(x)) -> char(x)", _ascii("upper", "py_upper")),
    *(scalar(f"{name}(varchar(x), bigint) -> varchar(x)", _substr) for name in ("substr", "substring")),
    *(scalar(f"{name}(varchar(x), bigint, bigint) -> varchar(x)", _substr) for name in ("substr", "substring")),
    scalar(
        "strpos(varchar(x), varchar(y)) -> bigint", "CAST(CASE WHEN {1} = '' THEN 1 ELSE instr({0}, {1}) END AS BIGINT)"
    ),
    scalar("strpos(varchar(x), varchar(y), bigint) -> bigint", "py_strpos({0}, {1}, {2})"),
    scalar("split(varchar(x), varchar(y)) -> array(varchar(x))", _SPLIT, null_on_null=True),
    scalar("split(varchar(x), varchar(y), bigint) -> array(varchar(x))", "py_split_limited({0}, {1}, {2})"),
    scalar("split_part(varchar(x), varchar(y), bigint) -> varchar(x)", "py_split_part({0}, {1}, {2})"),
    scalar("replace(varchar(x), varchar(y)) -> varchar(x)", "replace({0}, {1}, '')"),
    scalar(
        "replace(varchar(x), varchar(y), varchar(z)) -> varchar(u)",
        "CASE WHEN {1} = '' THEN CASE WHEN {0} = '' THEN {2} ELSE {2} || array_to_string(string_split({0}, ''), "
        "{2}) || {2} END "
        "ELSE replace({0}, {1}, {2}) END",
        null_on_null=True,
        where=_longer,
    ),
    scalar("reverse(varchar(x)) -> varchar(x)", "array_to_string(list_reverse(string_split({0}, '')), '')"),
    scalar("lpad(varchar(x), bigint, varchar(y)) -> varchar", "py_pad({0}, {1}, {2}, TRUE)"),
    scalar("rpad(varchar(x), bigint, varchar(y)) -> varchar", "py_pad({0}, {1}, {2}, FALSE)"),
    *(
        scalar(f"{name}(varchar(x)) -> varchar(x)", f"{name}({{0}}, '{_BLANKS}')")
        for name in ("trim", "ltrim", "rtrim")
    ),
    *(
        scalar(
            f"{name}(varchar(x), varchar(y)) -> varchar(x)",
            f"CASE WHEN {{1}} = '' THEN {{0}} ELSE {name}({{0}}, {{1}}) END",
        )
        for name in ("trim", "ltrim", "rtrim")
    ),
    *(scalar(f"{name}(char(x)) -> char(x)", f"{name}({{0}}, '{_BLANKS}')") for name in ("trim", "ltrim", "rtrim")),
    scalar("starts_with(varchar(x), varchar(y)) -> boolean", "starts_with({0}, {1})"),
    scalar("levenshtein_distance(varchar(x), varchar(y)) -> bigint", "CAST(py_levenshtein({0}, {1}) AS BIGINT)"),
    scalar("hamming_distance(varchar(x), varchar(y)) -> bigint", "py_hamming_distance({0}, {1})"),
    scalar("codepoint(varchar(1)) -> integer", "py_codepoint({0})"),
    scalar("chr(bigint) -> varchar(1)", "py_character({0})"),
    scalar("translate(varchar(x), varchar(y), varchar(z)) -> varchar", "py_translate({0}, {1}, {2})"),
    scalar("luhn_check(varchar) -> boolean", "py_luhn_check({0})"),
    scalar("soundex(varchar) -> varchar(4)", "py_soundex({0})"),
    scalar("normalize(varchar(x), varchar(y)) -> varchar", "py_normalize({0}, {1})"),
    scalar(
        "concat_ws(varchar, array(varchar)) -> varchar",
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN array_to_string(list_filter({1}, lambda w: w IS NOT "
        "NULL), {0}) END",
    ),
    scalar(
        "concat_ws(varchar, varchar...) -> varchar",
        _concat_ws,
    ),
    scalar(
        "split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)",
        "map_from_entries(py_split_to_map({0}, {1}, {2}))",
    ),
    scalar(
        "split_to_multimap(varchar, varchar, varchar) -> map(varchar, array(varchar))",
        "map_from_entries(py_split_to_multimap({0}, {1}, {2}))",
    ),
)


def levenshtein(one: str, other: str) -> int:
    """The number of letters to insert, remove or replace."""
    if len(one) * len(other) > 1_000_000:
        raise FunctionError("INVALID_FUNCTION_ARGUMENT", "The combined inputs for Levenshtein distance are too large")
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        before, row[0] = row[0], number
        for place, against in enumerate(other, start=1):
            before, row[place] = row[place], min(before + (letter != against), row[place] + 1, row[place - 1] + 1)
    return row[-1]


UDFS = (
    udf("strpos", strpos, "VARCHAR, VARCHAR, BIGINT", "BIGINT"),
    udf("pad", pad, "VARCHAR, BIGINT, VARCHAR, BOOLEAN", "VARCHAR"),
    udf("split_limited", split_limited, "VARCHAR, VARCHAR, BIGINT", "VARCHAR[]"),
    udf("split_part", split_part, "VARCHAR, VARCHAR, BIGINT", "VARCHAR"),
    udf("translate", translate, "VARCHAR, VARCHAR, VARCHAR", "VARCHAR"),
    udf("hamming_distance", hamming_distance, "VARCHAR, VARCHAR", "BIGINT"),
    udf("levenshtein", levenshtein, "VARCHAR, VARCHAR", "BIGINT"),
    udf("codepoint", codepoint, "VARCHAR", "INTEGER"),
    udf("character", character, "BIGINT", "VARCHAR"),
    udf("like", like, "VARCHAR, VARCHAR, VARCHAR", "BOOLEAN"),
    udf("luhn_check", luhn_check, "VARCHAR", "BOOLEAN"),
    udf("soundex", soundex, "VARCHAR", "VARCHAR"),
    udf("normalize", normalize, "VARCHAR, VARCHAR", "VARCHAR"),
    udf("lower", lower, "VARCHAR", "VARCHAR"),
    udf("upper", upper, "VARCHAR", "VARCHAR"),
    udf("split_to_map", split_to_map, "VARCHAR, VARCHAR, VARCHAR", "STRUCT(key VARCHAR; value VARCHAR)[]"),
    udf("split_to_multimap", split_to_multimap, "VARCHAR, VARCHAR, VARCHAR", "STRUCT(key VARCHAR; value VARCHAR[])[]"),
)
