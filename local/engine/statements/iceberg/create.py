"""CREATE TABLE with ``'table_type'='ICEBERG'``, and CREATE TABLE AS with ``table_type='ICEBERG'``.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.schema import Schema
from pyiceberg.table import CreateTableTransaction
from pyiceberg.types import IcebergType, NestedField

from local.engine.errors import NoSuchBucket, QueryError, at
from local.engine.iceberg.commit import add_files, discard
from local.engine.iceberg.conform import conform
from local.engine.iceberg.files import parse_location
from local.engine.iceberg.partitions import partition_spec
from local.engine.iceberg.properties import defaults, from_athena
from local.engine.iceberg.types import from_hive, from_trino
from local.engine.iceberg.write import write
from local.engine.interface import CATALOG, QueryResult
from local.engine.sql.grammar.parameters import parse_query
from local.engine.statements.create_table import columns
from local.engine.statements.iceberg.targets import Created, without_comment
from local.engine.statements.options import read_options, without_data
from local.engine.statements.session import Session, Types
from local.engine.statements.tokens import Cursor
from local.engine.statements.views import check_column_names
from local.engine.tables.hive_types import parse as parse_hive_type
from local.engine.types.model import TrinoType

_NO_LOCATION = "No location was specified for table. An S3 location must be specified"


def create(text: str, created: Created, session: Session) -> QueryResult:
    """Run a CREATE TABLE.

    Raises:
        QueryError: the table exists, or Athena rejects the statement.
    """
    if created.external:
        raise QueryError("FAILED: SemanticException External keyword not supported for table type ICEBERG")
    run = _create_as if created.from_query else _create
    return run(without_comment(text), created.name, created.if_not_exists, session)


def _create(statement: str, name: tuple[str, str], if_not_exists: bool, session: Session) -> QueryResult:
    if session.parameters:
        raise QueryError("NOT_SUPPORTED: Execution parameters can't be used in CREATE")
    cursor = Cursor(statement)
    for words in ("CREATE", "TABLE"), ("IF", "NOT", "EXISTS"):
        cursor.accept(*words)
    cursor.names()
    found = columns(cursor)
    location, properties, partitioning = "", dict[str, str](), list[str]()
    while not cursor.done:
        if cursor.accept("COMMENT"):
            cursor.string()  # Athena stores no comment of an Iceberg table
        elif cursor.accept("PARTITIONED", "BY"):
            partitioning = _transforms(cursor)
        elif cursor.accept("LOCATION"):
            location = cursor.string()
        elif cursor.accept("TBLPROPERTIES"):
            properties = cursor.properties()
        else:
            raise cursor.error("expecting PARTITIONED BY, LOCATION or TBLPROPERTIES")
    if not location:
        raise QueryError(f"FAILED: SemanticException {_NO_LOCATION}")
    if not _is_new(session, name, if_not_exists):
        return QueryResult((), [], "DDL", "CREATE_TABLE")
    ids = itertools.count(len(found) + 1)
    kinds = [from_hive(parse_hive_type(one["Type"]), lambda: next(ids)) for one in found]
    schema = _schema([one["Name"] for one in found], kinds, [one.get("Comment") for one in found])
    transaction = _staged(session, name, schema, location, partitioning, properties)
    _commit(transaction, name)
    return QueryResult((), [], "DDL", "CREATE_TABLE")


def _create_as(statement: str, name: tuple[str, str], if_not_exists: bool, session: Session) -> QueryResult:
    cursor = Cursor(statement)
    for words in ("CREATE", "TABLE"), ("IF", "NOT", "EXISTS"):
        cursor.accept(*words)
    cursor.names()
    cursor.expect("WITH")
    options = read_options(cursor)
    cursor.expect("AS")
    sql, with_data = without_data(cursor.query())
    location, properties, partitioning = "", dict[str, str](), list[str]()
    external = options.pop("is_external", True)
    for key, value in options.items():
        if key == "location":
            location = str(value)
        elif key == "partitioning" and isinstance(value, list):
            partitioning = value
        elif isinstance(value, str):
            properties[key] = value
        else:
            raise QueryError(f"INVALID_TABLE_PROPERTY: Unable to set catalog 'awsdatacatalog' table property '{key}'")
    if external is not False:
        raise QueryError("INVALID_TABLE_PROPERTY: Iceberg tables require the table property is_external = false")
    if not location:
        raise QueryError(f"INVALID_TABLE_PROPERTY: {_NO_LOCATION}")
    if not _is_new(session, name, if_not_exists):
        return QueryResult((), [], "DDL", "CREATE_TABLE_AS_SELECT", update_count=0)
    ids = itertools.count(1)
    staged: list[CreateTableTransaction] = []

    def prepare(given: Types) -> list[TrinoType]:
        names = [column.lower() for column, _ in given]
        check_column_names(names)
        kinds = [from_trino(kind, lambda: len(names) + next(ids)) for _, kind in given]
        _check_empty(session, location)
        schema = _schema(names, kinds, [None] * len(names))
        staged.append(_staged(session, name, schema, location, partitioning, properties))
        return [kind for _, kind in given]

    rows = session.query(parse_query(sql, session.parameters), prepare)
    if not with_data:
        rows = rows.slice(0, 0)
    (transaction,) = staged
    metadata = transaction.table_metadata
    files = write(
        session.iceberg.files,
        metadata,
        conform(rows.columns, metadata.schema(), range(rows.num_columns)),
        session.cancel,
    )
    if files:
        add_files(transaction, files)
    session.cancel.check()
    try:
        _commit(transaction, name)
    except QueryError:
        discard(transaction._table, files)
        raise
    return QueryResult((), [], "DDL", "CREATE_TABLE_AS_SELECT", session.counter.scanned, update_count=rows.num_rows)


def _is_new(session: Session, name: tuple[str, str], if_not_exists: bool) -> bool:
    session.writable()
    if session.catalog.get_database(name[0]) is None:
        raise at("SCHEMA_NOT_FOUND", f"Schema '{name[0]}' does not exist")
    if session.catalog.get_table(*name) is None:
        return True
    if not if_not_exists:
        raise at("TABLE_ALREADY_EXISTS", f"Table '{CATALOG}.{name[0]}.{name[1]}' already exists")
    return False


def _staged(
    session: Session,
    name: tuple[str, str],
    schema: Schema,
    location: str,
    partitioning: Sequence[str],
    properties: dict[str, str],
) -> CreateTableTransaction:
    parse_location(location)
    given = {key: value for key, value in properties.items() if key.lower() != "table_type"}
    spec = partition_spec(partitioning, schema)
    return session.iceberg.staged(*name, schema, location, spec, {**defaults(location), **from_athena(given)})


def _commit(transaction: CreateTableTransaction, name: tuple[str, str]) -> None:
    try:
        transaction.commit_transaction()
    except CommitFailedException as error:
        raise at("TABLE_ALREADY_EXISTS", f"Table '{CATALOG}.{name[0]}.{name[1]}' already exists") from error


def _check_empty(session: Session, location: str) -> None:
    bucket, key = parse_location(location)
    try:
        found = list(session.scanner.small_objects.objects.list(bucket, f"{key.rstrip('/')}/" if key else ""))
    except NoSuchBucket as error:
        raise QueryError(f"ICEBERG_FILESYSTEM_ERROR: The specified bucket does not exist: {bucket}") from error
    if found:
        raise QueryError(
            f"ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location: {location}, set "
            "'iceberg.unique-table-location=true' in your Iceberg catalog properties to use unique table locations for "
            "every table."
        )


def _schema(names: Sequence[str], kinds: Sequence[IcebergType], comments: Sequence[str | None]) -> Schema:
    if len(set(names)) < len(names):
        raise QueryError("FAILED: SemanticException [Error 10036]: Duplicate column name: " + ", ".join(names))
    numbered = zip(names, kinds, comments, strict=True)
    return Schema(
        *(
            NestedField(number, name, kind, required=False, doc=comment)
            for number, (name, kind, comment) in enumerate(numbered, 1)
        )
    )


def _transforms(cursor: Cursor) -> list[str]:
    """Read ``(column, transform(...), ...)``."""
    cursor.expect("(")
    found: list[str] = []
    start, depth = cursor.next.start, 0
    while True:
        token = cursor.advance()
        if token.kind == "end":
            raise cursor.error("expecting )")
        if depth == 0 and token.text in (",", ")"):
            found.append(cursor.text[start : token.start].strip())
            start = token.end
            if token.text == ")":
                return found
        depth += (token.text == "(") - (token.text == ")")
