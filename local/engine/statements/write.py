"""Statements that write the rows of a query: CREATE TABLE ... AS, INSERT INTO and UNLOAD.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html, insert-into.html and unload.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from sqlglot import exp

from local.engine.errors import NoSuchBucket, QueryError, at, cannot_run
from local.engine.interface import CATALOG, CatalogWriter, Column, ObjectStore, QueryResult
from local.engine.sql.grammar.changes import read_insert
from local.engine.sql.grammar.parameters import parse_query
from local.engine.statements.create_table import TableDefinition
from local.engine.statements.names import check_database, target
from local.engine.statements.options import read_options, without_data
from local.engine.statements.session import Session, Types
from local.engine.statements.statement import Statement
from local.engine.statements.tokens import Cursor
from local.engine.statements.views import check_column_names, check_distinct
from local.engine.tables.assignments import assign, check_assignable, hive_type, stored_type
from local.engine.tables.formats import LAZY_SIMPLE, WRITTEN, FileFormat
from local.engine.tables.hive_types import HiveType, parse
from local.engine.tables.partition_values import folder, text_of
from local.engine.tables.source import location_of, split_location
from local.engine.tables.views import is_view
from local.engine.tables.writers import compression_of, encode
from local.engine.types.model import TrinoType

#: The maximum number of partitions that one statement writes in Athena.
_MOST_PARTITIONS = 100
_ROWS = (Column("rows", "bigint", "bigint", 19, 0),)


@dataclass(frozen=True)
class _Target:
    """Where and how rows are written."""

    bucket: str
    prefix: str
    serde: str
    columns: Mapping[str, HiveType]
    keys: Mapping[str, HiveType]
    properties: Mapping[str, str]
    compression: str


class Writing:
    """Runs one such statement."""

    def __init__(self, session: Session, objects: ObjectStore, output: str) -> None:
        """``output`` is the S3 URL where CREATE TABLE ... AS stores a table for which it names no location."""
        self._session = session
        self._catalog = session.catalog
        self._objects = objects
        self._output = output

    def run(self, statement: Statement) -> QueryResult:
        """Write the rows.

        Raises:
            QueryError: the query fails, or Athena couldn't write its rows so.
        """
        writer = self._session.writable()
        if statement.words[0] == "UNLOAD":
            return self._unload(Cursor(statement.text))
        if statement.words[0] == "INSERT":
            return self._insert(writer, read_insert(statement.text, self._session.parameters))
        return self._create(writer, Cursor(statement.text))

    def _create(self, writer: CatalogWriter, cursor: Cursor) -> QueryResult:
        cursor.expect("CREATE", "TABLE")
        if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
        database, name = target(cursor.names(), self._session.database)
        options = read_options(cursor) if cursor.accept("WITH") else {}
        cursor.expect("AS")
        sql, with_data = without_data(cursor.query())
        check_database(self._catalog, database)
        if self._catalog.get_table(database, name) is not None:
            if if_not_exists:
                return QueryResult(_ROWS, [], "DDL", "CREATE_TABLE_AS_SELECT", update_count=0, written=())
            raise at("TABLE_ALREADY_EXISTS", f"Table '{CATALOG}.{database}.{name}' already exists")
        described = _Options(options)
        location = described.location or self._output
        if not location:
            raise QueryError("INVALID_TABLE_PROPERTY: CREATE TABLE ... AS requires the property external_location")
        bucket, prefix = split_location(location, name)
        if described.location:
            self._check_empty(bucket, prefix, f"for table '{database}.{name}' already exists: {location}")
        kinds, keys, found, rows = self._rows(sql, described)
        place = _Target(
            bucket, prefix, described.serde, _without(kinds, keys), keys, described.properties, described.compression
        )
        written = self._write(place, assign(rows, kinds, found), with_data=with_data)
        table = TableDefinition(
            columns=[{"Name": column, "Type": str(kind)} for column, kind in place.columns.items()],
            keys=[{"Name": column, "Type": str(kind)} for column, kind in keys.items()],
            format=described.format,
            serde_parameters=described.properties,
            location=f"s3://{bucket}/{prefix}",
        )
        table_input = table.table_input(name)
        writer.create_table(database, table_input)
        self._add_partitions(writer, database, name, table_input, written)
        return _result("DDL", "CREATE_TABLE_AS_SELECT", rows.num_rows if with_data else 0, written, _ROWS)

    def _rows(
        self, sql: str, described: _Options
    ) -> tuple[dict[str, HiveType], dict[str, HiveType], list[TrinoType], pa.Table]:
        """Run a query: the columns, those of them that are partition keys, the query's types and its rows."""
        kinds: dict[str, HiveType] = {}
        keys: dict[str, HiveType] = {}
        found: list[TrinoType] = []

        def stored(given: Types) -> list[TrinoType]:
            names = [column.lower() for column, _ in given]
            (check_distinct if described.unload else check_column_names)(names)
            kinds.update((name, hive_type(name, kind)) for name, (_, kind) in zip(names, given, strict=True))
            keys.update(described.split(kinds))
            found.extend(kind for _, kind in given)
            return [stored_type(kind) for kind in kinds.values()]

        rows = self._session.query(parse_query(sql, self._session.parameters), stored)
        return kinds, keys, found, rows

    def _insert(self, writer: CatalogWriter, tree: exp.Insert) -> QueryResult:
        database, name = target([part.name.lower() for part in tree.this.parts], self._session.database)
        table = self._catalog.get_table(database, name)
        if table is None:
            check_database(self._catalog, database)
            raise at("TABLE_NOT_FOUND", f"Table '{CATALOG}.{database}.{name}' does not exist")
        if is_view(table):
            raise at("NOT_SUPPORTED", f"Inserting into views is not supported: {CATALOG}.{database}.{name}")
        named = [one.name.lower() for one in tree.args["columns"]]
        storage = table.get("StorageDescriptor") or {}
        columns = {one["Name"].lower(): parse(one["Type"]) for one in storage.get("Columns") or ()}
        keys = {one["Name"].lower(): parse(one["Type"]) for one in table.get("PartitionKeys") or ()}
        if storage.get("BucketColumns"):
            raise QueryError("NOT_SUPPORTED: Inserting into bucketed tables is not supported")
        serde_info = storage.get("SerdeInfo") or {}
        serde = str(serde_info.get("SerializationLibrary") or "").lower()
        parameters = table.get("Parameters") or {}
        requested = parameters.get("write.compression") or parameters.get("parquet.compression")
        compression = compression_of(serde, requested)
        bucket, prefix = location_of(table)
        kinds = {**columns, **keys}
        wanted = {column: kinds[column] for column in _checked(named, kinds)}
        found: list[TrinoType] = []

        def stored(given: Types) -> list[TrinoType]:
            found.extend(kind for _, kind in given)
            check_assignable(list(wanted.values()), found)
            return [stored_type(kind) for kind in wanted.values()]

        rows = assign(self._session.query(tree.expression, stored), wanted, found)
        for column in kinds:
            if column not in wanted:
                rows = rows.append_column(column, pa.nulls(rows.num_rows, kinds[column].arrow))
        place = _Target(bucket, prefix, serde, columns, keys, dict(serde_info.get("Parameters") or {}), compression)
        written = self._write(place, rows.select(list(kinds)), with_data=rows.num_rows > 0)
        self._add_partitions(writer, database, name, table, written)
        return _result("DML", "INSERT", rows.num_rows, written)

    def _unload(self, cursor: Cursor) -> QueryResult:
        cursor.expect("UNLOAD")
        sql = cursor.parenthesized()
        cursor.expect("TO")
        location = cursor.string()
        options = read_options(cursor) if cursor.accept("WITH") else {}
        cursor.finish()
        described = _Options(options, unload=True)
        bucket, prefix = split_location(location, "UNLOAD")
        self._check_empty(bucket, prefix, f"already exists: {location}")
        kinds, keys, found, rows = self._rows(sql, described)
        place = _Target(
            bucket, prefix, described.serde, _without(kinds, keys), keys, described.properties, described.compression
        )
        written = self._write(place, assign(rows, kinds, found), with_data=rows.num_rows > 0)
        return _result("DML", "UNLOAD", rows.num_rows, written)

    def _write(self, place: _Target, rows: pa.Table, *, with_data: bool) -> list[tuple[tuple[str, ...], str]]:
        """Write the rows, an object for each partition. Returns the partitions' values and the objects' URLs."""
        if not with_data:
            return []
        written: list[tuple[tuple[str, ...], str]] = []
        stem = f"{datetime.now(UTC):%Y%m%d_%H%M%S}_{uuid.uuid4().hex[:5]}"
        for values, part in _partitions(rows, place.keys):
            if place.keys and len(written) == _MOST_PARTITIONS:
                raise QueryError(
                    f"HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of {_MOST_PARTITIONS} open writers for partitions"
                )
            body, extension = encode(
                place.serde, part.select(list(place.columns)), place.columns, place.properties, place.compression
            )
            below = f"{folder(list(place.keys), values)}/" if values else ""
            key = f"{place.prefix}{below}{stem}_{uuid.uuid4()}{extension}"
            try:
                self._objects.put(place.bucket, key, body)
            except NoSuchBucket as error:
                raise _no_bucket(place.bucket) from error
            written.append((values, f"s3://{place.bucket}/{key}"))
        return written

    def _add_partitions(
        self,
        writer: CatalogWriter,
        database: str,
        name: str,
        table: Mapping[str, Any],
        written: Sequence[tuple[tuple[str, ...], str]],
    ) -> None:
        if not table.get("PartitionKeys"):
            return
        known = {tuple(one["Values"]) for one in self._catalog.partitions(database, name)}
        storage = dict(table.get("StorageDescriptor") or {})
        new = [
            {
                "Values": list(values),
                "StorageDescriptor": {**storage, "Location": url.rpartition("/")[0]},
                "Parameters": {},
            }
            for values, url in written
            if values not in known
        ]
        writer.create_partitions(database, name, new)

    def _check_empty(self, bucket: str, prefix: str, what: str) -> None:
        try:
            if any(True for _ in self._objects.list(bucket, prefix)):
                raise QueryError(f"HIVE_PATH_ALREADY_EXISTS: Target directory {what}")
        except NoSuchBucket as error:
            raise _no_bucket(bucket) from error


class _Options:
    """The properties of CREATE TABLE ... AS or UNLOAD. Raises QueryError if one is unknown or wrong."""

    def __init__(self, options: Mapping[str, Any], *, unload: bool = False) -> None:
        remaining = dict(options)
        self.unload = unload
        if "bucketed_by" in remaining or "bucket_count" in remaining:
            raise cannot_run("writing bucketed tables")
        self.location = str(remaining.pop("external_location", "") or "")
        name = str(remaining.pop("format", "PARQUET")).upper()
        if unload and "format" not in options:
            raise QueryError("INVALID_TABLE_PROPERTY: UNLOAD requires the property format")
        if name == "AVRO":
            raise cannot_run("writing Avro")
        if name not in WRITTEN:
            raise QueryError(f"INVALID_TABLE_PROPERTY: Unable to set the property 'format' to ['{name}']")
        self.format: FileFormat = WRITTEN[name]
        self.serde = self.format.serde.lower()
        requested = [
            remaining.pop(key)
            for key in ("write_compression", "compression", "parquet_compression", "orc_compression")
            if key in remaining
        ]
        self.compression = compression_of(self.serde, str(requested[0]) if requested else None)
        self.keys = [str(key).lower() for key in remaining.pop("partitioned_by", None) or ()]
        delimiter = remaining.pop("field_delimiter", None)
        self.properties: dict[str, str] = {}
        if self.serde == LAZY_SIMPLE:
            given = str(delimiter) if delimiter is not None else ("," if unload else "")
            self.properties = {"field.delim": given, "serialization.format": given} if given else {}
        table_type, external = str(remaining.pop("table_type", "HIVE")).upper(), remaining.pop("is_external", True)
        if table_type != "HIVE" or not external:
            raise QueryError("INVALID_TABLE_PROPERTY: table_type must be 'HIVE' or 'ICEBERG', and Hive tables external")
        if remaining:
            raise QueryError(
                f"INVALID_TABLE_PROPERTY: Catalog '{CATALOG}' table property '{next(iter(remaining))}' does not exist"
            )

    def split(self, kinds: Mapping[str, HiveType]) -> dict[str, HiveType]:
        """The partition columns, which must be the last ones. Raises QueryError if they aren't."""
        if not self.keys:
            return {}
        if list(kinds)[-len(self.keys) :] != self.keys or len(self.keys) == len(kinds):
            raise QueryError(
                "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same "
                f"order as the table properties: [{', '.join(self.keys)}]"
            )
        return {key: kinds[key] for key in self.keys}


def _partitions(rows: pa.Table, keys: Mapping[str, HiveType]) -> list[tuple[tuple[str, ...], pa.Table]]:
    if not keys:
        return [((), rows)]
    texts = [
        tuple(map(text_of, values)) for values in zip(*(rows.column(key).to_pylist() for key in keys), strict=True)
    ]
    numbers: dict[tuple[str, ...], list[int]] = {}
    for number, values in enumerate(texts):
        numbers.setdefault(values, []).append(number)
    return [(values, rows.take(pa.array(places))) for values, places in numbers.items()]


def _without(kinds: Mapping[str, HiveType], keys: Mapping[str, HiveType]) -> dict[str, HiveType]:
    return {column: kind for column, kind in kinds.items() if column not in keys}


def _checked(named: Sequence[str], kinds: Mapping[str, HiveType]) -> Sequence[str]:
    """The columns that an INSERT names, or all. Raises QueryError if one doesn't exist, or is named twice."""
    for number, column in enumerate(named):
        if column not in kinds:
            raise at("COLUMN_NOT_FOUND", f"Insert column name does not exist in target table: {column}")
        if column in named[:number]:
            raise at("DUPLICATE_COLUMN_NAME", f"Insert column name is specified more than once: {column}")
    return named or list(kinds)


def _no_bucket(bucket: str) -> QueryError:
    return QueryError(f"HIVE_FILESYSTEM_ERROR: The specified bucket does not exist: {bucket}")


def _result(
    kind: str, subkind: str, rows: int, written: Sequence[tuple[Any, str]], columns: tuple[Column, ...] = ()
) -> QueryResult:
    return QueryResult(columns, [], kind, subkind, update_count=rows, written=tuple(url for _, url in written))
