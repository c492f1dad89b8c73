"""What MiniStack's Glue does differently from AWS: partitions of missing tables, and updates of tables."""

from __future__ import annotations

import copy
import functools
import threading
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import glue

from local.aws.responses import Response

_updating = threading.Lock()
#: What a table has where its TableInput has nothing.
_ABSENT: dict[str, Any] = {
    "Description": "",
    "Owner": "",
    "StorageDescriptor": {},
    "PartitionKeys": [],
    "Parameters": {},
    "ViewOriginalText": None,
    "ViewExpandedText": None,
    "ViewDefinition": None,
    "IsMultiDialectView": None,
}


def replacing_definitions(update_table: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """Wrap UpdateTable: what the new TableInput lacks is removed, where MiniStack would keep it.

    One update at a time, because MiniStack checks the VersionId and then changes the table.
    """

    @functools.wraps(update_table)
    def update(data: dict[str, Any]) -> Response:
        with _updating:
            return update_table({**data, "TableInput": {**copy.deepcopy(_ABSENT), **data["TableInput"]}})

    return update


def of_existing_tables(create_partition: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """Wrap CreatePartition: the table must exist."""

    @functools.wraps(create_partition)
    def create(data: dict[str, Any]) -> Response:
        if f"{data['DatabaseName']}/{data['TableName']}" not in glue._tables:
            rejected: Response = error_response_json(
                "EntityNotFoundException", f"Table {data['TableName']} not found.", 400
            )
            return rejected
        return create_partition(data)

    return create
