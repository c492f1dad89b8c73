"""CREATE TABLE with ``'table_type'='ICEBERG'``, and CREATE TABLE AS with ``table_type='ICEBERG'``.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import sqlglot
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.schema import Schema
from pyiceberg.table import CreateTableTransaction
from pyiceberg.types import IcebergType, NestedField
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from local.engine.errors import NoSuchBucket, QueryError, at, cannot_run
from local.engine.iceberg.commit import add_files, discard
from local.engine.iceberg.conform import conform
from local.engine.iceberg.files import parse_location
from local.engine.iceberg.partitions import partition_spec
from local.engine.iceberg.properties import defaults, from_athena
from local.engine.iceberg.types import from_hive, from_trino
from local.engine.iceberg.write import write
from local.engine.interface import CATALOG, QueryResult
from local.engine.sql.parsing import parse_statement
from local.engine.statements.iceberg.session import Session, Types
from local.engine.statements.iceberg.targets import Created, without_comment
from local.engine.tables.hive_types import parse as parse_hive_type

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
    try:
        tree = sqlglot.parse_one(statement, read="athena")
    except (ParseError, TokenError) as error:
        raise QueryError(f"FAILED: ParseException: {str(error).splitlines()[0]}", error_type=1006) from error
    if not isinstance(tree, exp.Create) or not isinstance(tree.this, exp.Schema):
        raise cannot_run("CREATE TABLE without columns")
    location, properties, partitioning = "", dict[str, str](), list[str]()
    given = tree.args.get("properties")
    for item in given.expressions if given else ():
        match item:
            case exp.LocationProperty():
                location = item.this.name
            case exp.PartitionedByProperty():
                partitioning = [_transform(one) for one in item.this.expressions]
            case exp.SchemaCommentProperty():
                pass  # Athena stores no comment of an Iceberg table
            case exp.Property() if type(item) is exp.Property:
                properties[item.this.name] = item.args["value"].name
            case _:
                raise cannot_run(f"CREATE TABLE of an Iceberg table with {item.key.removesuffix('property').upper()}")
    columns = [_column(one) for one in tree.this.expressions]
    if not location:
        raise QueryError(f"FAILED: SemanticException {_NO_LOCATION}")
    if not _is_new(session, name, if_not_exists):
        return QueryResult((), [], "DDL", "CREATE_TABLE")
    ids = itertools.count(len(columns) + 1)
    kinds = [from_hive(parse_hive_type(kind), lambda: next(ids)) for _, kind, _ in columns]
    schema = _schema([column for column, _, _ in columns], kinds, [comment for _, _, comment in columns])
    transaction = _staged(session, name, schema, location, partitioning, properties)
    _commit(transaction, name)
    return QueryResult((), [], "DDL", "CREATE_TABLE")


def _create_as(statement: str, name: tuple[str, str], if_not_exists: bool, session: Session) -> QueryResult:
    tree = parse_statement(statement, session.parameters)
    query = tree.args.get("expression") if isinstance(tree, exp.Create) else None
    if not isinstance(query, exp.Query):
        raise at("SYNTAX_ERROR", "mismatched input. Expecting: a query")
    location, properties, partitioning = "", dict[str, str](), list[str]()
    external: exp.Expr | None = None
    given = tree.args.get("properties")
    for item in given.expressions if given else ():
        key = "location" if isinstance(item, exp.LocationProperty) else item.name.lower()
        value = item.this if isinstance(item, exp.LocationProperty) else item.args.get("value")
        if key == "location":
            location = value.name
        elif key == "partitioning" and isinstance(value, exp.Array):
            partitioning = [one.name for one in value.expressions]
        elif key == "is_external":
            external = value
        elif isinstance(value, exp.Literal):
            properties[key] = value.name
        else:
            raise QueryError(f"INVALID_TABLE_PROPERTY: Unable to set catalog 'awsdatacatalog' table property '{key}'")
    if not isinstance(external, exp.Boolean) or external.this:
        raise QueryError("INVALID_TABLE_PROPERTY: Iceberg tables require the table property is_external = false")
    if not location:
        raise QueryError(f"INVALID_TABLE_PROPERTY: {_NO_LOCATION}")
    if not _is_new(session, name, if_not_exists):
        return QueryResult((), [], "DDL", "CREATE_TABLE_AS_SELECT", update_count=0)
    ids = itertools.count(1)
    staged: list[CreateTableTransaction] = []

    def prepare(given: Types) -> None:
        names = [column for column, _ in given]
        _check_names(names)
        kinds = [from_trino(kind, lambda: len(names) + next(ids)) for _, kind in given]
        _check_empty(session, location)
        schema = _schema(names, kinds, [None] * len(names))
        staged.append(_staged(session, name, schema, location, partitioning, properties))

    with_data = not _without_data(tree)
    rows = session.query(query if with_data else query.limit(0), prepare)
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


def _without_data(tree: exp.Expr) -> bool:
    found = tree.find(exp.WithDataProperty)
    return found is not None and bool(found.args.get("no"))


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


def _check_names(names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if name == f"_col{number}":
            raise at("MISSING_COLUMN_NAME", f"Column name not specified at position {number + 1}")
        if name in names[:number]:
            raise at("DUPLICATE_COLUMN_NAME", f"Column name '{name}' specified more than once")


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


def _column(column: exp.Expr) -> tuple[str, str, str | None]:
    """Name, type and comment."""
    if not isinstance(column, exp.ColumnDef) or column.kind is None:
        raise cannot_run(f"the column definition {column.sql('hive')}")
    kind = column.kind.sql("hive").lower().replace(" ", "").replace("`", "")
    comments = [constraint.kind.this.name for constraint in column.constraints if hasattr(constraint.kind, "this")]
    return column.name.lower(), kind, comments[0] if comments else None


_TRANSFORMS: dict[str, Callable[[str, str], str]] = {
    "partitionedbybucket": lambda column, number: f"bucket({number}, {column})",
    "partitionbytruncate": lambda column, number: f"truncate({number}, {column})",
}


def _transform(node: exp.Expr) -> str:
    """The text of a transform, which sqlglot parsed as a function."""
    if isinstance(node, exp.Identifier | exp.Column):
        return node.name
    column = next((one.name for one in node.find_all(exp.Column, exp.Identifier)), "")
    number = next((one.name for one in node.find_all(exp.Literal) if not one.is_string), "")
    kind = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
    if kind in _TRANSFORMS:
        return _TRANSFORMS[kind](column, number)
    return f"{kind}({number}, {column})" if number else f"{kind}({column})"
