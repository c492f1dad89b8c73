"""Partition transforms, as PARTITIONED BY and ``partitioning`` name them, and as SHOW CREATE TABLE prints them.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-partitioning
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyiceberg.partitioning import PARTITION_FIELD_ID_START, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import (
    BucketTransform,
    DayTransform,
    HourTransform,
    IdentityTransform,
    MonthTransform,
    Transform,
    TruncateTransform,
    YearTransform,
)

from local.engine.errors import QueryError

_TIMES: dict[str, Transform] = {  # type: ignore[type-arg]
    "year": YearTransform(),
    "month": MonthTransform(),
    "day": DayTransform(),
    "hour": HourTransform(),
}
_NAME = r'[`"]?([^`"(),]+?)[`"]?'
_TIME = re.compile(rf"(year|month|day|hour)\s*\(\s*{_NAME}\s*\)", re.I)
_NUMBERED = re.compile(rf"(bucket|truncate)\s*\(\s*(?:(\d+)\s*,\s*{_NAME}|{_NAME}\s*,\s*(\d+))\s*\)", re.I)
_IDENTITY = re.compile(_NAME)


def partition_spec(texts: Iterable[str], schema: Schema) -> PartitionSpec:
    """The partitioning by columns and transforms such as ``bucket(16, id)`` (DDL) or ``bucket(id, 16)`` (CTAS).

    Raises:
        QueryError: a column doesn't exist, or can't be partitioned in this way.
    """
    fields: list[PartitionField] = []
    for text in texts:
        column, suffix, transform = _parse(text.strip())
        try:
            source = schema.find_field(column, case_sensitive=False)
        except ValueError:
            raise QueryError(f"COLUMN_NOT_FOUND: Partition column {column} does not exist in the table") from None
        if not source.field_type.is_primitive or not transform.can_transform(source.field_type):
            raise QueryError(f"NOT_SUPPORTED: Partitioning by {text} isn't possible for the type {source.field_type}")
        name = f"{source.name}{suffix}"
        fields.append(PartitionField(source.field_id, PARTITION_FIELD_ID_START + len(fields), transform, name))
    names = [field.name for field in fields]
    if len(set(names)) < len(names):
        raise QueryError("INVALID_TABLE_PROPERTY: Cannot use partition name more than once: " + ", ".join(names))
    return PartitionSpec(*fields)


def to_ddl(spec: PartitionSpec, schema: Schema) -> list[str]:
    """The partitioning as SHOW CREATE TABLE prints it."""
    found = []
    for field in spec.fields:
        name = f"`{schema.find_column_name(field.source_id)}`"
        match field.transform:
            case IdentityTransform():
                found.append(name)
            case BucketTransform() as bucket:
                found.append(f"bucket({bucket.num_buckets}, {name})")
            case TruncateTransform() as truncate:
                found.append(f"truncate({truncate.width}, {name})")
            case other:
                found.append(f"{other}({name})")
    return found


def _parse(text: str) -> tuple[str, str, Transform]:  # type: ignore[type-arg]
    """The column, the end of the partition's name, and the transform."""
    if found := _TIME.fullmatch(text):
        kind = found[1].lower()
        return found[2].lower(), f"_{kind}", _TIMES[kind]
    if found := _NUMBERED.fullmatch(text):
        number, column = int(found[2] or found[5]), (found[3] or found[4]).lower()
        if found[1].lower() == "bucket":
            return column, "_bucket", BucketTransform(number)
        return column, "_trunc", TruncateTransform(number)
    if found := _IDENTITY.fullmatch(text):
        return found[1].lower(), "", IdentityTransform()
    raise QueryError(f"INVALID_TABLE_PROPERTY: Invalid partition field declaration: {text}")
