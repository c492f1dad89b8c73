"""What MiniStack's Glue lacks or does differently: partitions of missing tables, updates and versions of tables."""

from __future__ import annotations

import copy
import functools
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response
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
            return _no_table(data)
        return create_partition(data)

    return create


def with_versions(handle: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap the handler of all operations: GetTableVersions and BatchDeleteTableVersion.

    MiniStack archives no version: a table has its current one, which can't be deleted.
    """

    @functools.wraps(handle)
    def with_them(method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Any) -> Response:
        operation = _VERSIONS.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return operation(json.loads(body)) if operation else handle(method, path, headers, body, query_params)

    return with_them


def _get_table_versions(data: dict[str, Any]) -> Response:
    table = glue._tables.get(f"{data['DatabaseName']}/{data['TableName']}")
    if table is None:
        return _no_table(data)
    found: Response = json_response({"TableVersions": [{"Table": table, "VersionId": table.get("VersionId", "1")}]})
    return found


def _batch_delete_table_version(data: dict[str, Any]) -> Response:
    table = glue._tables.get(f"{data['DatabaseName']}/{data['TableName']}")
    if table is None:
        return _no_table(data)
    error = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Version not found."}
    errors = [
        {"TableName": data["TableName"], "VersionId": version, "ErrorDetail": error} for version in data["VersionIds"]
    ]
    response: Response = json_response({"Errors": errors})
    return response


def _no_table(data: dict[str, Any]) -> Response:
    rejected: Response = error_response_json("EntityNotFoundException", f"Table {data['TableName']} not found.", 400)
    return rejected


_VERSIONS = {"GetTableVersions": _get_table_versions, "BatchDeleteTableVersion": _batch_delete_table_version}
