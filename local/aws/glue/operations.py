"""What MiniStack's Glue lacks or does differently: versions of tables, filters and deletion of partitions."""

from __future__ import annotations

import copy
import functools
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import glue

from local.aws.glue import versions
from local.aws.glue.expressions import InvalidExpressionError, PartitionFilter
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
    """Wrap UpdateTable: what the new TableInput lacks is removed, where MiniStack would keep it, and the previous
    version is archived.

    One update at a time, because MiniStack checks the VersionId and then changes the table.
    """

    @functools.wraps(update_table)
    def update(data: dict[str, Any]) -> Response:
        with _updating:
            previous = versions.snapshot(data["DatabaseName"], data["TableInput"]["Name"])
            response = update_table({**data, "TableInput": {**copy.deepcopy(_ABSENT), **data["TableInput"]}})
            _drop_empty(data)
            if response[0] < 400 and previous is not None and not data.get("SkipArchive"):
                versions.archive(data["DatabaseName"], previous)
            return response

    return update


def as_new(create_table: Callable[[dict[str, Any]], Response]) -> Callable[..., Response]:
    """Wrap CreateTable: the table has no versions of a deleted one with the same name, and no empty text."""

    @functools.wraps(create_table)
    def create(data: dict[str, Any]) -> Response:
        response = create_table(data)
        if response[0] < 400:
            versions.forget(data["DatabaseName"], data["TableInput"]["Name"])
            _drop_empty(data)
        return response

    return create


def _drop_empty(data: Mapping[str, Any]) -> None:
    """Drop the owner and description of a table that has none: clients send back what they read, and neither may be
    empty.
    """
    table = glue._tables.get(f"{data['DatabaseName']}/{data['TableInput']['Name']}", {})
    for name in ("Owner", "Description"):
        if not table.get(name, "-"):
            del table[name]


def of_existing_tables(create_partition: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """Wrap CreatePartition: the table must exist."""

    @functools.wraps(create_partition)
    def create(data: dict[str, Any]) -> Response:
        if f"{data['DatabaseName']}/{data['TableName']}" not in glue._tables:
            return _error("EntityNotFoundException", f"Table {data['TableName']} not found.")
        return create_partition(data)

    return create


def filtering_partitions(get_partitions: Callable[[dict[str, Any]], Response]) -> Callable[..., Response]:
    """Wrap GetPartitions: it evaluates `Expression`."""

    @functools.wraps(get_partitions)
    def get(data: dict[str, Any]) -> Response:
        status, headers, body = get_partitions(data)
        table = glue._tables.get(f"{data['DatabaseName']}/{data['TableName']}")
        if status >= 400 or not data.get("Expression") or table is None:
            return status, headers, body
        try:
            wanted = PartitionFilter(data["Expression"], table.get("PartitionKeys") or ()).wants
            found = [one for one in json.loads(body)["Partitions"] if wanted(one["Values"])]
        except InvalidExpressionError as error:
            return _error("InvalidInputException", str(error))
        response: Response = json_response({"Partitions": found})
        return response

    return get


def batch_delete_partition(data: Mapping[str, Any]) -> Response:
    """BatchDeletePartition."""
    named = {name: data[name] for name in ("DatabaseName", "TableName")}
    existing = [one["Values"] for one in glue._partitions.get("/".join(named.values()), [])]
    errors = []
    for values in (one["Values"] for one in data["PartitionsToDelete"]):
        if values in existing:
            glue._delete_partition({**named, "PartitionValues": values})
        else:
            missing = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Partition not found."}
            errors.append({"PartitionValues": values, "ErrorDetail": missing})
    response: Response = json_response({"Errors": errors})
    return response


_OPERATIONS: Mapping[str, Callable[[Mapping[str, Any]], Response]] = {
    "BatchDeletePartition": batch_delete_partition,
    "BatchDeleteTableVersion": versions.batch_delete_table_version,
    "DeleteTableVersion": versions.delete_table_version,
    "GetTableVersion": versions.get_table_version,
    "GetTableVersions": versions.get_table_versions,
}


def with_operations(handle_request: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap the dispatch of requests: operations that MiniStack lacks."""

    @functools.wraps(handle_request)
    def handle(method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Any) -> Response:
        operation = _OPERATIONS.get(headers.get("x-amz-target", "").rpartition(".")[2])
        if operation is None:
            return handle_request(method, path, headers, body, query_params)
        return operation(json.loads(body))

    return handle


def _error(code: str, message: str) -> Response:
    response: Response = error_response_json(code, message, 400)
    return response
