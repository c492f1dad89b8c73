"""Iceberg's types, and their counterparts in Athena's DDL, in Trino and in Glue.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyiceberg.schema import Schema
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FixedType,
    FloatType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
    TimestamptzType,
    TimeType,
    UUIDType,
)

from local.engine.errors import QueryError
from local.engine.tables.hive_types import HiveType
from local.engine.types import model
from local.engine.types.model import TrinoType

#: Digits after the second.
_DIGITS = 6
#: Each type: its name in DDL and Glue, in Trino, and in Arrow.
_PRIMITIVES: tuple[tuple[IcebergType, str, TrinoType, pa.DataType], ...] = (
    (BooleanType(), "boolean", model.BOOLEAN, pa.bool_()),
    (IntegerType(), "int", model.INTEGER, pa.int32()),
    (LongType(), "bigint", model.BIGINT, pa.int64()),
    (FloatType(), "float", model.REAL, pa.float32()),
    (DoubleType(), "double", model.DOUBLE, pa.float64()),
    (StringType(), "string", model.VARCHAR, pa.string()),
    (BinaryType(), "binary", model.VARBINARY, pa.binary()),
    (DateType(), "date", model.DATE, pa.date32()),
    (TimestampType(), "timestamp", model.timestamp(6), pa.timestamp("us")),
    (TimestamptzType(), "timestamptz", model.timestamp_tz(6), pa.timestamp("us", "UTC")),
    (TimeType(), "time", model.time(6), pa.time64("us")),
    (UUIDType(), "uuid", model.UUID, pa.string()),
)
_IN_DDL = {name: kind for kind, name, _, _ in _PRIMITIVES if name not in ("timestamptz", "time", "uuid")}
_IN_TRINO = {str(kind): trino for kind, _, trino, _ in _PRIMITIVES}
_IN_ARROW = {str(kind): arrow for kind, _, _, arrow in _PRIMITIVES}
#: What Iceberg's Glue catalog writes (``IcebergToGlueConverter``).
_IN_GLUE = {**{str(kind): name for kind, name, _, _ in _PRIMITIVES}, "timestamptz": "timestamp", "time": "string"}
_IN_GLUE["uuid"] = "string"


def from_hive(kind: HiveType, next_id: Callable[[], int]) -> IcebergType:
    """The Iceberg type of a type in CREATE TABLE or ALTER TABLE.

    Args:
        kind: the type.
        next_id: returns the IDs of nested fields.

    Raises:
        QueryError: Athena's Iceberg tables have no such type.
    """
    if kind.kind == "array":
        return ListType(next_id(), from_hive(kind.inner[0], next_id), element_required=False)
    if kind.kind == "map":
        key_id, value_id = next_id(), next_id()
        key, value = (from_hive(inner, next_id) for inner in kind.inner)
        return MapType(key_id, key, value_id, value, value_required=False)
    if kind.kind == "struct":
        ids = [next_id() for _ in kind.names]
        fields = zip(ids, kind.names, kind.inner, strict=True)
        return StructType(
            *(NestedField(one, name, from_hive(inner, next_id), required=False) for one, name, inner in fields)
        )
    if kind.kind == "decimal":
        precision, scale = (*kind.numbers, *(10, 0)[len(kind.numbers) :])
        return DecimalType(precision, scale)
    if kind.kind not in _IN_DDL:
        raise _unsupported(str(kind))
    return _IN_DDL[kind.kind]


def from_trino(kind: TrinoType, next_id: Callable[[], int]) -> IcebergType:
    """The Iceberg type of a column of CREATE TABLE AS.

    Raises:
        QueryError: Athena's Iceberg tables have no such type.
    """
    if kind.kind == "array":
        return ListType(next_id(), from_trino(kind.inner[0], next_id), element_required=False)
    if kind.kind == "map":
        key_id, value_id = next_id(), next_id()
        key, value = (from_trino(inner, next_id) for inner in kind.inner)
        return MapType(key_id, key, value_id, value, value_required=False)
    if kind.kind == "row":
        if not all(kind.names):
            raise QueryError("NOT_SUPPORTED: Row type field does not have a name: " + str(kind))
        ids = [next_id() for _ in kind.names]
        fields = zip(ids, kind.names, kind.inner, strict=True)
        return StructType(
            *(
                NestedField(one, str(name).lower(), from_trino(inner, next_id), required=False)
                for one, name, inner in fields
            )
        )
    if kind.kind == "decimal":
        return DecimalType(kind.precision or 0, kind.scale)
    if kind.kind == "varchar":
        return StringType()
    if kind.kind in ("timestamp", "timestamp with time zone") and kind.precision != _DIGITS:
        raise QueryError(
            f"NOT_SUPPORTED: Timestamp precision ({kind.precision}) not supported for Iceberg. Use "
            f'"timestamp({_DIGITS}){kind.kind.removeprefix("timestamp")}" instead.'
        )
    found = next((one for one, _, trino, _ in _PRIMITIVES if trino == kind), None)
    if found is None or kind.kind == "time":
        raise _unsupported(str(kind))
    return found


def to_trino(kind: IcebergType) -> TrinoType:
    """The Trino type of a column.

    Raises:
        QueryError: Athena can't read columns of this type.
    """
    match kind:
        case ListType():
            return model.array(to_trino(kind.element_type))
        case MapType():
            return model.map_of(to_trino(kind.key_type), to_trino(kind.value_type))
        case StructType():
            return model.row(*((field.name.lower(), to_trino(field.field_type)) for field in kind.fields))
        case DecimalType():
            return model.decimal(kind.precision, kind.scale)
    if str(kind) not in _IN_TRINO:
        raise _unsupported(str(kind))
    return _IN_TRINO[str(kind)]


def to_arrow(kind: IcebergType) -> pa.DataType:
    """The Arrow type in which the engine reads a column: names in lower case, no 64-bit offsets, UUIDs as text."""
    match kind:
        case ListType():
            return pa.list_(to_arrow(kind.element_type))
        case MapType():
            return pa.map_(to_arrow(kind.key_type), to_arrow(kind.value_type))
        case StructType():
            return pa.struct([(field.name.lower(), to_arrow(field.field_type)) for field in kind.fields])
        case DecimalType():
            return pa.decimal128(kind.precision, kind.scale)
        case FixedType():
            return pa.binary()
    if str(kind) not in _IN_ARROW:
        raise _unsupported(str(kind))
    return _IN_ARROW[str(kind)]


def arrow_schema(schema: Schema) -> pa.Schema:
    """The columns of a table as the engine reads them."""
    return pa.schema([(field.name.lower(), to_arrow(field.field_type)) for field in schema.fields])


def to_ddl(kind: IcebergType) -> str:
    """The type as SHOW CREATE TABLE and DESCRIBE print it, and as Glue stores it."""
    match kind:
        case ListType():
            return f"array<{to_ddl(kind.element_type)}>"
        case MapType():
            return f"map<{to_ddl(kind.key_type)},{to_ddl(kind.value_type)}>"
        case StructType():
            return "struct<" + ",".join(f"{field.name}:{to_ddl(field.field_type)}" for field in kind.fields) + ">"
        case DecimalType():
            return f"decimal({kind.precision},{kind.scale})"
        case FixedType():
            return "binary"
    return _IN_GLUE.get(str(kind), str(kind))


def fields(schema: Schema) -> Iterator[tuple[str, IcebergType]]:
    """The names, in lower case, and types of a table's columns."""
    for field in schema.fields:
        yield field.name.lower(), field.field_type


def _unsupported(name: str) -> QueryError:
    return QueryError(f"NOT_SUPPORTED: Type not supported for Iceberg: {name}")
