"""DROP TABLE of an Iceberg table, which also deletes its objects."""

from __future__ import annotations

import contextlib

from local.engine.errors import NoSuchBucket, QueryError
from local.engine.iceberg.files import parse_location
from local.engine.interface import GlueTable, QueryResult
from local.engine.statements.session import Session


def drop(name: tuple[str, str], glue_table: GlueTable, session: Session) -> QueryResult:
    """Delete the table, and then all objects below its location that the statement's owner may delete.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html
    """
    session.writable().delete_table(*name)
    location = str((glue_table.get("StorageDescriptor") or {}).get("Location") or "")
    bucket, key = parse_location(location)
    objects = session.scanner.small_objects.objects
    prefix = key.rstrip("/") + "/"
    # As in Iceberg's Java library, the table is gone even if its objects can't be deleted.
    with contextlib.suppress(QueryError, NoSuchBucket):
        if prefix != "/":
            for info in list(objects.list(bucket, prefix)):
                objects.delete(bucket, info.key)
    return QueryResult((), [], "DDL", "DROP_TABLE")
