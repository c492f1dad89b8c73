"""``format``: Java's format strings, with the arguments as texts that begin with a letter for their type.

https://trino.io/docs/current/functions/conversion.html#format
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from local.engine.functions.registry import FunctionError, invalid_argument, scalar, udf

_SPECIFIER = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])|%")
_JAVA = {"i": "java.lang.Long", "f": "java.lang.Double", "n": "java.math.BigDecimal", "s": "java.lang.String"}
_JAVA |= {"b": "java.lang.Boolean", "d": "java.time.LocalDate", "t": "java.time.LocalDateTime"}
_MOMENTS = {
    "A": "%A", "a": "%a", "B": "%B", "b": "%b", "h": "%b", "Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "j": "%j",
    "F": "%Y-%m-%d", "D": "%m/%d/%y",
}  # fmt: skip
_CLOCK = {"H": "%H", "I": "%I", "M": "%M", "S": "%S", "R": "%H:%M", "T": "%H:%M:%S"}


def format_text(pattern: str, values: list[str | None]) -> str:
    """The pattern with the values in their places."""
    found, end, ordinary = [], 0, 0
    for match in _SPECIFIER.finditer(pattern):
        found.append(pattern[end : match.start()])
        end = match.end()
        if match[6] is None:
            raise _wrong(pattern, "UnknownFormatConversion: Conversion = '%'")
        if match[6] == "%" or (match[6] == "n" and not match[5]):
            found.append(_padded("%" if match[6] == "%" else "\n", match))
            continue
        if match[1]:
            index = int(match[1]) - 1
        else:
            index, ordinary = ordinary, ordinary + 1
        if index >= len(values):
            raise _wrong(pattern, f"MissingFormatArgument: Format specifier '{match[0]}'")
        found.append(_value(match, values[index], pattern))
    return "".join(found) + pattern[end:]


def _wrong(pattern: str, why: str) -> FunctionError:
    return invalid_argument(f"Invalid format string: {pattern} ({why})")


def _value(match: re.Match[str], tagged: str | None, pattern: str) -> str:
    flags, conversion = match[2], match[6]
    kind = conversion.lower()
    if not match[5] and kind not in "bhscdoxefga":
        raise _wrong(pattern, f"UnknownFormatConversion: Conversion = '{conversion}'")
    if kind in "hga" or (match[5] is None and kind == "c") or "#" in flags:
        raise FunctionError("NOT_SUPPORTED", f"the local engine can't run format with {match[0]} yet; Athena may")
    if tagged is None:
        text = "false" if kind == "b" and not match[5] else "null"
        text = text if match[4] is None else text[: int(match[4])]
    else:
        text = _converted(match, tagged[0], tagged[1:], pattern)
    if (conversion.isupper() and match[5] is None) or match[5] == "T":
        text = text.upper()
    return _padded(text, match)


def _converted(match: re.Match[str], tag: str, value: str, pattern: str) -> str:
    kind, precision = match[6].lower(), None if match[4] is None else int(match[4])
    wrong = _wrong(pattern, f"IllegalFormatConversion: {match[6]} != {_JAVA[tag]}")
    if match[5]:
        if tag not in "dt":
            raise wrong
        return _moment(match[6], tag, value, match[0])
    if kind in "sb":
        if kind == "b":
            value = value if tag == "b" else "true"
        return value if precision is None else value[:precision]
    if kind == "d":
        if tag != "i" or precision is not None:
            raise wrong
        return _signed(abs(int(value)), int(value) < 0, match, f"{abs(int(value)):d}")
    if kind in "xo":
        if tag != "i":
            raise wrong
        return _zeros(format(int(value) % 2**64, kind), match, "")
    if tag not in "fn":
        raise wrong
    if value in ("NaN", "Infinity", "-Infinity"):
        sign = "+" if value == "Infinity" and "+" in match[2] else ""
        return f"({value[1:]})" if value[0] == "-" and "(" in match[2] else sign + value
    number = Decimal(value)
    digits = 6 if precision is None else precision
    size = abs(number)
    if kind == "f":
        spelled = f"{size.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"
    else:
        spelled = _scientific(size, digits)
    return _signed(size, value.startswith("-"), match, spelled)


def _scientific(size: Decimal, digits: int) -> str:
    if size == 0:
        return f"{0:.{digits}f}e+00"
    power = size.adjusted()
    mantissa = size.scaleb(-power).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    if mantissa >= 10:
        mantissa, power = mantissa.scaleb(-1).quantize(Decimal(1).scaleb(-digits)), power + 1
    return f"{mantissa:f}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _signed(_: object, negative: bool, match: re.Match[str], digits: str) -> str:
    flags = match[2]
    if "," in flags:
        whole, point, fraction = digits.partition(".")
        digits = f"{int(whole):,}{point}{fraction}"
    if negative and "(" in flags:
        return "(" + _zeros(digits, match, "()") + ")"
    sign = "-" if negative else "+" if "+" in flags else " " if " " in flags else ""
    return sign + _zeros(digits, match, sign)


def _zeros(digits: str, match: re.Match[str], around: str) -> str:
    return digits.rjust(int(match[3]) - len(around), "0") if "0" in match[2] and match[3] else digits


def _padded(text: str, match: re.Match[str]) -> str:
    width = int(match[3] or 0)
    return text.ljust(width) if "-" in match[2] else text.rjust(width)


def _moment(letter: str, tag: str, value: str, specifier: str) -> str:
    moment = datetime.fromisoformat(value) if tag == "t" else date.fromisoformat(value)
    if letter == "e":
        return str(moment.day)
    found = _MOMENTS.get(letter) or (_CLOCK.get(letter) if tag == "t" else None)
    if found is None:
        raise FunctionError("NOT_SUPPORTED", f"the local engine can't run format with {specifier} yet; Athena may")
    return moment.strftime(found)


#: The argument of a type as a text with its letter. No query can name these functions.
FUNCTIONS = (
    scalar("$format(varchar, array(varchar)) -> varchar", "py_format({0}, {1})"),
    scalar("$format_value(unknown) -> varchar", "CAST(NULL AS VARCHAR)"),
    scalar("$format_value(bigint) -> varchar", "'i' || {0}"),
    scalar("$format_value(double) -> varchar", "'f' || py_double_text({0})"),
    scalar("$format_value(real) -> varchar", "'f' || py_real_text({0})"),
    scalar("$format_value(decimal(p, s)) -> varchar", "'n' || {0}"),
    scalar("$format_value(varchar(x)) -> varchar", "'s' || {0}"),
    scalar("$format_value(boolean) -> varchar", "'b' || CAST({0} AS VARCHAR)"),
    scalar("$format_value(date) -> varchar", "'d' || CAST({0} AS VARCHAR)"),
)

UDFS = (udf("format", format_text, "VARCHAR, VARCHAR[]", "VARCHAR"),)
