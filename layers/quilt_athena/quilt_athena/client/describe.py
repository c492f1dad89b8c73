"""The tables and views of a bucket as the catalog has them."""

from __future__ import annotations

from dataclasses import dataclass

from quilt_athena.aws.calls import calling
from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.declarations import named
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER
from quilt_athena.catalog.views import Column, decode_view, is_view
from quilt_athena.client.connections import Connections
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidViewError


@dataclass(frozen=True)
class CatalogTable:
    """A table or view in the catalog, its columns with the types of the query language.

    ``bucket`` is whose it says it is; None if it doesn't say so.
    """

    name: str
    kind: str
    description: str
    columns: tuple[Column, ...]
    bucket: str | None


def describe_bucket(connections: Connections, stack: Stack, bucket: str) -> list[CatalogTable]:
    """The tables and views that there are of a bucket, in the order in which they are declared.

    Raises:
        InvalidBucketNameError: S3 doesn't allow such a name.
        ServiceUnavailableError: the catalog can't be read by this caller, or not now.
    """
    database = stack.output("DatabaseName")
    found = []
    for name, declaration in named(bucket).items():
        with calling("glue:GetTable", f"{database}.{name}", expected=["EntityNotFoundException"]) as call:
            table = connections.glue.get_table(DatabaseName=database, Name=name)["Table"]
        if not call.code:
            found.append(_from_glue(dict(table), declaration.description))
    return found


def _from_glue(table: dict[str, object], description: str) -> CatalogTable:
    parameters = table.get("Parameters") or {}
    return CatalogTable(
        name=str(table["Name"]),
        kind="view" if is_view(table) else "table",
        description=str(table.get("Description") or description),
        columns=_columns(table),
        bucket=parameters.get(BUCKET_PARAMETER) if isinstance(parameters, dict) else None,
    )


def _columns(table: dict[str, object]) -> tuple[Column, ...]:
    if is_view(table):
        try:
            return decode_view(table).columns
        except InvalidViewError:
            pass  # what it says of itself is shown below
    storage = table.get("StorageDescriptor")
    columns = storage.get("Columns", []) if isinstance(storage, dict) else []
    return tuple(Column(column["Name"], _presto_type(column.get("Type", ""))) for column in columns)


def _presto_type(hive: str) -> str:
    try:
        return hive_to_presto(hive)
    except InvalidViewError:
        return hive
