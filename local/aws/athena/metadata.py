"""GetTableMetadata and ListTableMetadata: MiniStack answers them for what doesn't exist, too; Athena doesn't."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import glue

from local.aws.athena.errors import RequestError, refusal
from local.aws.responses import Response


def only_existing(handler: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """Let `handler` answer only for databases and tables that exist."""

    @functools.wraps(handler)
    def checked(data: dict[str, Any]) -> Response:
        try:
            _check(data)
        except RequestError as error:
            return refusal(error)
        return handler(data)

    return checked


def _check(data: Mapping[str, Any]) -> None:
    database = data.get("DatabaseName", "").lower()
    if database not in glue._databases:
        raise _not_found(f"Database {database} not found.")
    if "TableName" in data and f"{database}/{data['TableName'].lower()}" not in glue._tables:
        raise _not_found("Entity Not Found")


def _not_found(what: str) -> RequestError:
    """Athena passes on what Glue said; clients look for the error code in the text."""
    return RequestError(
        f"{what} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)",
        code="MetadataException",
    )
