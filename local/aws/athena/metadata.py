"""GetTableMetadata and ListTableMetadata, which MiniStack answers even for tables that don't exist."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import glue

from local.aws.athena.errors import RequestError, rejection
from local.aws.responses import Response


def only_existing(handler: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """Wrap a handler: it fails for databases and tables that don't exist."""

    @functools.wraps(handler)
    def checked(data: dict[str, Any]) -> Response:
        try:
            _check(data)
        except RequestError as error:
            return rejection(error)
        return handler(data)

    return checked


def _check(data: Mapping[str, Any]) -> None:
    database = data.get("DatabaseName", "").lower()
    if database not in glue._databases:
        raise _not_found(f"Database {database} not found.")
    if "TableName" in data and f"{database}/{data['TableName'].lower()}" not in glue._tables:
        raise _not_found("Entity Not Found")


def _not_found(what: str) -> RequestError:
    """Athena passes Glue's message on, and clients look for the error code in its text."""
    return RequestError(
        f"{what} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)",
        code="MetadataException",
    )
