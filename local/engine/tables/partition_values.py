"""Values of partition columns: as text in Glue and in folder names, and as values of their types.

Names of folders are escaped as Hive's ``FileUtils.escapePathName`` does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from local.engine.errors import QueryError
from local.engine.tables.dates import parse_date, parse_timestamp
from local.engine.tables.hive_types import HiveType, parse

#: The folder, and the value, of rows whose partition column is NULL.
NULL = "__HIVE_DEFAULT_PARTITION__"
_ESCAPED = re.compile("[\x00-\x1f\x7f\"#%'*/:=?\\\\{\\[\\]^]")
_INTEGERS = ("tinyint", "smallint", "int", "bigint")


def folder(keys: Sequence[str], values: Sequence[str]) -> str:
    """The folder of a partition: ``year=2020/month=1``."""
    return "/".join(f"{escape(key)}={escape(value)}" for key, value in zip(keys, values, strict=True))


def escape(text: str) -> str:
    """A name or value as part of a folder's name."""
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", text)


def unescape(text: str) -> str:
    """A name or value of part of a folder's name."""
    return re.sub(r"%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), text)


def spelled(value: str, kind: str) -> str:
    """A value as the catalog stores it: numbers without leading zeros."""
    if kind.lower() in _INTEGERS and re.fullmatch(r"-?\d+", value):
        return str(int(value))
    return value


def decode(text: str, kind: HiveType, where: str) -> Any:
    """The value of a partition column as pyarrow takes it for its type.

    Raises:
        QueryError: the text isn't a value of the type. ``where`` names the partition.
    """
    if text == NULL:
        return None
    value = _decode(text, kind)
    if value is None:
        raise QueryError(
            f"HIVE_INVALID_PARTITION_VALUE: Invalid partition value '{text}' for {kind} partition key: {where}"
        )
    return value


def text_of(value: Any) -> str:
    """The text of a value of a partition column that is written."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S")
        return f"{text}.{value.microsecond:06d}".rstrip("0") if value.microsecond else text
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def key_type(kind: str, name: str) -> HiveType:
    """The type of a partition column. Raises QueryError if it isn't a primitive type."""
    found = parse(kind)
    if found.inner or found.kind == "binary":
        raise QueryError(f"HIVE_INVALID_METADATA: Partition column {name} can't have the type {kind}")
    return found


def _decode(text: str, kind: HiveType) -> Any:
    if kind.kind in ("string", "varchar", "char"):
        return text
    if kind.kind == "boolean":
        return {"true": True, "false": False, "1": True, "0": False}.get(text.lower())
    if kind.kind == "date":
        return parse_date(text)
    if kind.kind == "timestamp":
        return parse_timestamp(text)
    try:
        if kind.kind in _INTEGERS:
            return int(text)
        if kind.kind == "decimal":
            scale = kind.numbers[1] if len(kind.numbers) > 1 else 0
            return Decimal(text).quantize(Decimal(1).scaleb(-scale))
        return float(text)
    except (ValueError, InvalidOperation):
        return None
