"""Rows as objects: Parquet, ORC, and lines of JSON or delimited text.

Formats and compressions: https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
"""

from __future__ import annotations

import base64
import bz2
import datetime as dt
import gzip
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq

from local.engine.errors import QueryError, cannot_run
from local.engine.tables.formats import HIVE_JSON, HIVE_JSON_2, LAZY_SIMPLE, ORC, PARQUET
from local.engine.tables.hive_types import HiveType
from local.engine.types.numbers import java_double, java_real

#: Compressions by format; the first is the default.
_COMPRESSIONS: Mapping[str, Mapping[str, str]] = {
    PARQUET: {"SNAPPY": "snappy", "GZIP": "gzip", "ZSTD": "zstd", "LZ4": "lz4", "UNCOMPRESSED": "none", "NONE": "none"},
    ORC: {"ZLIB": "zlib", "SNAPPY": "snappy", "LZ4": "lz4", "ZSTD": "zstd", "NONE": "uncompressed"},
    LAZY_SIMPLE: {"GZIP": ".gz", "BZIP2": ".bz2", "NONE": ""},
    HIVE_JSON: {"GZIP": ".gz", "BZIP2": ".bz2", "NONE": ""},
}
_COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": lambda body: gzip.compress(body, mtime=0),
    ".bz2": bz2.compress,
    "": lambda body: body,
}


def compression_of(serde: str, requested: str | None) -> str:
    """The name of a compression for a format, by default the format's. Raises QueryError if it has no such one."""
    known = _COMPRESSIONS.get(HIVE_JSON if serde == HIVE_JSON_2 else serde)
    if known is None:
        raise cannot_run(f"writing with the SerDe {serde}")
    name = requested.upper() if requested else next(iter(known))
    if name not in known:
        raise QueryError(f"INVALID_TABLE_PROPERTY: the compression {requested!r} is not one of {', '.join(known)}")
    return known[name]


def encode(
    serde: str, rows: pa.Table, columns: Mapping[str, HiveType], properties: Mapping[str, str], compression: str
) -> tuple[bytes, str]:
    """An object that holds the rows, and the extension of its name.

    Args:
        serde: the SerDe's class in lower case.
        rows: the rows, with the types of ``columns``.
        columns: names and types.
        properties: the SerDe's parameters.
        compression: as ``compression_of`` returns it.
    """
    if serde == PARQUET:
        file = io.BytesIO()
        pq.write_table(rows, file, compression=compression)
        return file.getvalue(), ""
    if serde == ORC:
        file = io.BytesIO()
        orc.write_table(rows, file, compression=compression)
        return file.getvalue(), ""
    lines = _json_lines(rows, columns) if serde in (HIVE_JSON, HIVE_JSON_2) else _text_lines(rows, columns, properties)
    body = "".join(f"{line}\n" for line in lines).encode()
    return _COMPRESS[compression](body), compression


def _json_lines(rows: pa.Table, columns: Mapping[str, HiveType]) -> list[str]:
    kinds = list(columns.items())
    return [
        json.dumps(
            {name: _json_value(row[name], kind) for name, kind in kinds if row[name] is not None},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row in rows.to_pylist()
    ]


def _json_value(value: Any, kind: HiveType) -> Any:
    if value is None:
        return None
    if kind.kind == "array":
        return [_json_value(item, kind.inner[0]) for item in value]
    if kind.kind == "map":
        return {_text(key, kind.inner[0]): _json_value(item, kind.inner[1]) for key, item in value}
    if kind.kind == "struct":
        return {name: _json_value(value[name], inner) for name, inner in zip(kind.names, kind.inner, strict=True)}
    if kind.kind in ("boolean", "tinyint", "smallint", "int", "bigint", "double", "float"):
        return value
    return _text(value, kind)


def _text_lines(rows: pa.Table, columns: Mapping[str, HiveType], properties: Mapping[str, str]) -> list[str]:
    separators = (
        properties.get("field.delim") or properties.get("serialization.format", "1").replace("1", "\x01"),
        properties.get("collection.delim", "\x02"),
        properties.get("mapkey.delim", "\x03"),
    )
    null, escape = properties.get("serialization.null.format", "\\N"), properties.get("escape.delim", "")

    def field(value: Any, kind: HiveType, level: int) -> str:
        if value is None:
            return null
        separator, inner = separators[min(level, 2)], separators[min(level + 1, 2)]
        if kind.kind == "array":
            return separator.join(field(item, kind.inner[0], level + 1) for item in value)
        if kind.kind == "map":
            return separator.join(
                f"{field(key, kind.inner[0], level + 2)}{inner}{field(item, kind.inner[1], level + 2)}"
                for key, item in value
            )
        if kind.kind == "struct":
            return separator.join(
                field(value[name], one, level + 1) for name, one in zip(kind.names, kind.inner, strict=True)
            )
        text = _text(value, kind)
        if escape:
            for character in (escape, *separators):
                text = text.replace(character, escape + character)
        return text

    kinds = list(columns.items())
    return [separators[0].join(field(row[name], kind, 1) for name, kind in kinds) for row in rows.to_pylist()]


def _text(value: Any, kind: HiveType) -> str:
    if kind.kind == "boolean":
        return "true" if value else "false"
    if kind.kind == "double":
        return java_double(value)
    if kind.kind == "float":
        return java_real(value)
    if kind.kind == "binary":
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    return format(value, "f") if kind.kind == "decimal" else str(value)
