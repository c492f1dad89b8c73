"""DESCRIBE, with the lines of Hive's ``MetaDataFormatUtils``.

A field is padded to 20 characters. Where a line has fewer fields than columns, the others are a blank each.
https://docs.aws.amazon.com/athena/latest/ug/describe-table.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from local.engine.interface import GlueTable

_WIDTH = 20
_EMPTY = "\t \t "


def padded(text: str) -> str:
    """A field of a line."""
    return f"{text:<{_WIDTH}}"


def describe_lines(table: GlueTable, database: str, how: str) -> list[str]:
    """The lines of DESCRIBE. ``how`` is FORMATTED, EXTENDED or empty."""
    columns = list((table.get("StorageDescriptor") or {}).get("Columns") or ())
    keys = list(table.get("PartitionKeys") or ())
    lines: list[str] = []
    if how == "FORMATTED":
        lines += [_HEADER, _EMPTY, *map(_column, columns)]
    else:
        lines += [_column(column) for column in [*columns, *keys]]
    if keys:
        lines += [_EMPTY, f"# Partition Information{_EMPTY}", _HEADER, _EMPTY, *map(_column, keys)]
    if how == "FORMATTED":
        lines += [_EMPTY, *_details(table, database)]
    elif how == "EXTENDED":
        lines += [_EMPTY, f"Detailed Table Information\t{_thrift(table, database)}\t "]
    return lines


def _line(*fields: str) -> str:
    return "\t".join(map(padded, fields))


_HEADER = f"# {_line('col_name', 'data_type', 'comment')}"


def _column(column: Mapping[str, str]) -> str:
    return _line(column["Name"], column["Type"], column.get("Comment") or "")


def _details(table: GlueTable, database: str) -> Iterator[str]:
    storage: Mapping[str, Any] = table.get("StorageDescriptor") or {}
    serde: Mapping[str, Any] = storage.get("SerdeInfo") or {}
    yield f"# Detailed Table Information{_EMPTY}"
    yield from (
        f"{_line(name, value)}\t "
        for name, value in (
            ("Database:", database),
            ("Owner:", str(table.get("Owner") or "hadoop")),
            ("CreateTime:", _date(table.get("CreateTime"))),
            ("LastAccessTime:", "UNKNOWN"),
            ("Protect Mode:", "None"),
            ("Retention:", str(table.get("Retention") or 0)),
            ("Location:", str(storage.get("Location") or "")),
            ("Table Type:", str(table.get("TableType") or "")),
        )
    )
    yield f"Table Parameters:{_EMPTY}"
    yield from (f"\t{_line(key, value)}" for key, value in sorted((table.get("Parameters") or {}).items()))
    yield _EMPTY
    yield f"# Storage Information{_EMPTY}"
    yield from (
        f"{_line(name, value)}\t "
        for name, value in (
            ("SerDe Library:", str(serde.get("SerializationLibrary") or "")),
            ("InputFormat:", str(storage.get("InputFormat") or "")),
            ("OutputFormat:", str(storage.get("OutputFormat") or "")),
            ("Compressed:", "Yes" if storage.get("Compressed") else "No"),
            ("Num Buckets:", str(storage.get("NumberOfBuckets", -1))),
            ("Bucket Columns:", f"[{', '.join(storage.get('BucketColumns') or ())}]"),
            ("Sort Columns:", "[]"),
        )
    )
    yield f"Storage Desc Params:{_EMPTY}"
    yield from (f"\t{_line(key, value)}" for key, value in sorted((serde.get("Parameters") or {}).items()))


def _date(value: Any) -> str:
    when = value if isinstance(value, datetime) else datetime.fromtimestamp(float(value or 0), UTC)
    return when.astimezone(UTC).strftime("%a %b %d %H:%M:%S UTC %Y")


def _thrift(table: GlueTable, database: str) -> str:
    storage: Mapping[str, Any] = table.get("StorageDescriptor") or {}
    serde: Mapping[str, Any] = storage.get("SerdeInfo") or {}

    def fields(columns: Any) -> str:
        texts = [
            f"FieldSchema(name:{one['Name']}, type:{one['Type']}, comment:{one.get('Comment') or 'null'})"
            for one in columns or ()
        ]
        return f"[{', '.join(texts)}]"

    def pairs(values: Mapping[str, str] | None) -> str:
        return "{" + ", ".join(f"{key}={value}" for key, value in (values or {}).items()) + "}"

    columns, keys = list(storage.get("Columns") or ()), list(table.get("PartitionKeys") or ())
    return (
        f"Table(tableName:{table['Name']}, dbName:{database}, owner:{table.get('Owner') or 'hadoop'}, "
        f"createTime:{int(float(table.get('CreateTime') or 0))}, lastAccessTime:0, "
        f"retention:{table.get('Retention') or 0}, sd:StorageDescriptor(cols:{fields([*columns, *keys])}, "
        f"location:{storage.get('Location') or ''}, inputFormat:{storage.get('InputFormat') or ''}, "
        f"outputFormat:{storage.get('OutputFormat') or ''}, compressed:{str(bool(storage.get('Compressed'))).lower()}, "
        f"numBuckets:{storage.get('NumberOfBuckets', -1)}, serdeInfo:SerDeInfo(name:null, "
        f"serializationLib:{serde.get('SerializationLibrary') or ''}, parameters:{pairs(serde.get('Parameters'))}), "
        f"bucketCols:[], sortCols:[], parameters:{{}}), partitionKeys:{fields(keys)}, "
        f"parameters:{pairs(table.get('Parameters'))}, viewOriginalText:null, viewExpandedText:null, "
        f"tableType:{table.get('TableType') or ''})"
    )
