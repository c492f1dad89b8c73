"""MySQL's and Joda's date patterns: formatting and parsing.

https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from local.engine.functions.registry import FunctionError, invalid_argument
from local.engine.functions.zones import instant, offset_minutes, zone_name

#: The letters that mean something in a pattern of Joda-Time.
_JODA_LETTERS = "GCYxweEyDMdaKhHkmsSzZ"
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_JODA = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+", re.DOTALL)


def _hour12(value: dt.datetime) -> int:
    return value.hour % 12 or 12


def _mysql_letter(letter: str, value: dt.datetime) -> str:
    match letter:
        case "a":
            return _DAYS[value.weekday()][:3]
        case "b":
            return _MONTHS[value.month - 1][:3]
        case "c":
            return str(value.month)
        case "d":
            return f"{value.day:02d}"
        case "e":
            return str(value.day)
        case "f":
            return f"{value.microsecond:06d}"
        case "H":
            return f"{value.hour:02d}"
        case "h" | "I":
            return f"{_hour12(value):02d}"
        case "i":
            return f"{value.minute:02d}"
        case "j":
            return f"{value.timetuple().tm_yday:03d}"
        case "k":
            return str(value.hour)
        case "l":
            return str(_hour12(value))
        case "M":
            return _MONTHS[value.month - 1]
        case "m":
            return f"{value.month:02d}"
        case "p":
            return "AM" if value.hour < 12 else "PM"
        case "r":
            return f"{_hour12(value):02d}:{value.minute:02d}:{value.second:02d} {'AM' if value.hour < 12 else 'PM'}"
        case "S" | "s":
            return f"{value.second:02d}"
        case "T":
            return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
        case "v":
            return f"{value.isocalendar().week:02d}"
        case "W":
            return _DAYS[value.weekday()]
        case "x":
            return f"{value.isocalendar().year:04d}"
        case "Y":
            return f"{value.year:04d}"
        case "y":
            return f"{value.year % 100:02d}"
        case "D" | "U" | "u" | "V" | "w" | "X":
            raise invalid_argument(f"%{letter} not supported in date format string")
    return letter  # fmt: skip


def mysql_format(value: dt.datetime, pattern: str) -> str:
    """``date_format``."""
    if not pattern:
        raise invalid_argument("Both printing and parsing not supported")
    return re.sub(r"%(.)", lambda match: _mysql_letter(match[1], value), pattern, flags=re.DOTALL)


#: What each letter reads: a regular expression, and the name of the field.
_MYSQL_READS = {
    "a": (r"(?:%s)" % "|".join(day[:3] for day in _DAYS), ""), "b": (r"(%s)" % "|".join(m[:3] for m in _MONTHS), "b"),  # noqa: UP031 - it has braces
    "c": (r"(\d{1,2})", "m"), "d": (r"(\d{1,2})", "d"), "e": (r"(\d{1,2})", "d"), "f": (r"(\d{1,9})", "f"),
    "H": (r"(\d{1,2})", "H"), "h": (r"(\d{1,2})", "h"), "I": (r"(\d{1,2})", "h"), "i": (r"(\d{1,2})", "M"),
    "j": (r"(\d{1,3})", "j"), "k": (r"(\d{1,2})", "H"), "l": (r"(\d{1,2})", "h"), "M": (r"(%s)" % "|".join(_MONTHS), "b"),  # noqa: E501, UP031 - it has braces
    "m": (r"(\d{1,2})", "m"), "p": (r"([AaPp][Mm])", "p"), "S": (r"(\d{1,2})", "S"), "s": (r"(\d{1,2})", "S"),
    "W": (r"(?:%s)" % "|".join(_DAYS), ""), "Y": (r"(\d{4})", "Y"), "y": (r"(\d{2})", "y"),  # noqa: UP031 - it has braces
}  # fmt: skip
_MYSQL_LONGER = {"T": "%H:%i:%s", "r": "%h:%i:%s %p"}


@lru_cache(maxsize=512)
def _mysql_reader(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    for letter, longer in _MYSQL_LONGER.items():
        pattern = pattern.replace(f"%{letter}", longer)
    parts, fields, end = [], [], 0
    for match in re.finditer(r"%(.)", pattern, re.DOTALL):
        parts.append(re.escape(pattern[end : match.start()]))
        end = match.end()
        if match[1] in "DUuVwXvx":
            raise invalid_argument(f"%{match[1]} not supported in date format string")
        expression, field = _MYSQL_READS.get(match[1], (re.escape(match[1]), ""))
        parts.append(expression)
        if field:
            fields.append(field)
    parts.append(re.escape(pattern[end:]))
    return re.compile("".join(parts), re.IGNORECASE), tuple(fields)


def mysql_parse(text: str, pattern: str) -> dt.datetime:
    """``date_parse``."""
    expression, fields = _mysql_reader(pattern)
    match = expression.fullmatch(text)
    if match is None:
        raise invalid_argument(f'Invalid format: "{text}"')
    return _built(dict(zip(fields, match.groups(), strict=True)), text)


def _built(found: dict[str, str], text: str) -> dt.datetime:
    year = int(found["Y"]) if "Y" in found else 1970
    if "y" in found:
        short = int(found["y"])
        year = short + (2000 if short < 70 else 1900)
    month = int(found.get("m", 1))
    if "b" in found:
        month = next(
            number for number, name in enumerate(_MONTHS, 1) if name.lower().startswith(found["b"].lower()[:3])
        )
    hour = int(found.get("H", 0))
    if "h" in found:
        hour = int(found["h"]) % 12
    if found.get("p", "").lower() == "pm":
        hour += 12 if hour < 12 else 0
    fraction = found.get("f", "0")[:6].ljust(6, "0")
    try:
        day = int(found.get("d", 1))
        built = dt.datetime(year, month, day, hour, int(found.get("M", 0)), int(found.get("S", 0)), int(fraction))  # noqa: DTZ001 - Trino's timestamp has no zone
    except ValueError:
        raise invalid_argument(f'Cannot parse "{text}": Value is out of range') from None
    if "j" in found:
        built = built.replace(month=1, day=1) + dt.timedelta(days=int(found["j"]) - 1)
    return built.replace(microsecond=built.microsecond // 1000 * 1000)


def _joda_letter(letters: str, value: dt.datetime, minutes: int, zone: str) -> str:
    letter, width = letters[0], len(letters)

    def padded(number: int) -> str:
        return f"{number:0{width}d}"

    match letter:
        case "y" | "Y":
            return f"{value.year % 100:02d}" if width == 2 else padded(value.year)
        case "x":
            return f"{value.isocalendar().year % 100:02d}" if width == 2 else padded(value.isocalendar().year)
        case "M" if width > 3:
            return _MONTHS[value.month - 1]
        case "M" if width == 3:
            return _MONTHS[value.month - 1][:3]
        case "M":
            return padded(value.month)
        case "w":
            return padded(value.isocalendar().week)
        case "d":
            return padded(value.day)
        case "D":
            return padded(value.timetuple().tm_yday)
        case "e":
            return padded(value.isoweekday())
        case "E":
            return _DAYS[value.weekday()] if width > 3 else _DAYS[value.weekday()][:3]
        case "H":
            return padded(value.hour)
        case "k":
            return padded(value.hour or 24)
        case "K":
            return padded(value.hour % 12)
        case "h":
            return padded(_hour12(value))
        case "m":
            return padded(value.minute)
        case "s":
            return padded(value.second)
        case "S":
            return f"{value.microsecond:06d}".ljust(width, "0")[:width]
        case "a":
            return "AM" if value.hour < 12 else "PM"
        case "G":
            return "AD"
        case "Z" if width > 2:
            return zone
        case "Z":
            sign = "-" if minutes < 0 else "+"
            return f"{sign}{abs(minutes) // 60:02d}{':' if width == 2 else ''}{abs(minutes) % 60:02d}"
    if letters[0] in _JODA_LETTERS:
        raise FunctionError("NOT_SUPPORTED", f"the local engine can't format with {letters!r} yet; Athena may")
    raise FunctionError("INVALID_FUNCTION_ARGUMENT", f"Illegal pattern component: {letters}")


def joda_format(value: dt.datetime, instant_: dt.datetime, zone: str, pattern: str) -> str:
    """``format_datetime`` of a local time, which is an instant in a zone."""
    if not pattern:
        raise invalid_argument("Invalid pattern specification")
    minutes = offset_minutes(instant_, zone)

    def letter(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1].replace("''", "'") or "'"
        return _joda_letter(match[0], value, minutes, zone) if match[2] else match[0]

    return _JODA.sub(letter, pattern)


_JODA_READS = {
    "y": ("Y", r"(\d+)"), "Y": ("Y", r"(\d+)"), "d": ("d", r"(\d{1,2})"), "H": ("H", r"(\d{1,2})"),
    "h": ("h", r"(\d{1,2})"), "m": ("M", r"(\d{1,2})"), "s": ("S", r"(\d{1,2})"), "S": ("f", r"(\d+)"),
    "a": ("p", r"([AaPp][Mm])"), "E": ("", r"(?:[A-Za-z]+)"), "D": ("j", r"(\d{1,3})"),
    "Z": ("z", r"(Z|[+-]\d{2}:?\d{2}|[A-Za-z_/]+)"), "z": ("z", r"([A-Za-z_/]+)"),
}  # fmt: skip


def joda_parse(text: str, pattern: str) -> dict[str, object]:
    """``parse_datetime``: an instant and a zone."""
    parts: list[str] = []
    fields: list[str] = []
    for match in _JODA.finditer(pattern):
        letter = match[2]
        if match[1] is not None:
            parts.append(re.escape(match[1].replace("''", "'") or "'"))
        elif not letter:
            parts.append(re.escape(match[0]))
        elif letter == "M":
            parts.append(r"(\d{1,2})" if len(match[0]) < 3 else r"([A-Za-z]+)")
            fields.append("m" if len(match[0]) < 3 else "b")
        elif letter in "yY" and len(match[0]) == 2:
            parts.append(r"(\d{2})")
            fields.append("y")
        elif letter in _JODA_READS:
            parts.append(_JODA_READS[letter][1])
            fields += [_JODA_READS[letter][0]] if _JODA_READS[letter][0] else []
        else:
            raise FunctionError("INVALID_FUNCTION_ARGUMENT", f"The local engine can't parse with {match[0]!r}")
    found = re.fullmatch("".join(parts), text)
    if found is None:
        raise invalid_argument(f'Invalid format: "{text}"')
    values = dict(zip(fields, found.groups(), strict=True))
    name = zone_name(values.pop("z", "UTC"))
    try:
        moment = _built(values, text)
    except StopIteration:
        raise invalid_argument(f'Invalid format: "{text}"') from None
    return {"u": instant(moment, name), "z": name}
