"""Earlier versions of tables, which UpdateTable archives unless `SkipArchive` is set.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableVersions.html
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import glue

from local.aws.responses import Response

#: By "database/table", without the current version; the newest last.
_earlier: dict[str, list[dict[str, Any]]] = AccountRegionScopedDict()


def snapshot(database: str, table: str) -> dict[str, Any] | None:
    """A copy of a table as it is now, to archive once it has been updated; None if there is no such table."""
    found: dict[str, Any] | None = copy.deepcopy(glue._tables.get(f"{database}/{table}"))
    return found


def archive(database: str, table: Mapping[str, Any]) -> None:
    """Keep a version that has been replaced."""
    _earlier.setdefault(f"{database}/{table['Name']}", []).append(dict(table))


def forget(database: str, table: str) -> None:
    """Forget the versions of a table that had this name."""
    _earlier.pop(f"{database}/{table}", None)


def get_table_versions(data: Mapping[str, Any]) -> Response:
    """GetTableVersions, the newest first, in one page."""
    found = _versions(data)
    return _missing(data["TableName"]) if found is None else _json({"TableVersions": found})


def get_table_version(data: Mapping[str, Any]) -> Response:
    """GetTableVersion; the current version by default."""
    found = _versions(data)
    if found is None:
        return _missing(data["TableName"])
    wanted = [one for one in found if data.get("VersionId") in (None, one["VersionId"])]
    return _json({"TableVersion": wanted[0]}) if wanted else _missing(f"{data['TableName']} version")


def delete_table_version(data: Mapping[str, Any]) -> Response:
    """DeleteTableVersion, of an earlier version."""
    return _error(*failed) if (failed := _delete(data, data["VersionId"])) else _json({})


def batch_delete_table_version(data: Mapping[str, Any]) -> Response:
    """BatchDeleteTableVersion, of earlier versions."""
    failures = [(version, _delete(data, version)) for version in data["VersionIds"]]
    return _json(
        {
            "Errors": [
                {
                    "TableName": data["TableName"],
                    "VersionId": version,
                    "ErrorDetail": {"ErrorCode": failed[0], "ErrorMessage": failed[1]},
                }
                for version, failed in failures
                if failed
            ]
        }
    )


def _delete(data: Mapping[str, Any], version: str) -> tuple[str, str] | None:
    """Delete one version; returns the code and message of what went wrong."""
    earlier = _earlier.get(f"{data['DatabaseName']}/{data['TableName']}", [])
    found = next((one for one in earlier if one["VersionId"] == version), None)
    if found is not None:
        earlier.remove(found)
        return None
    if any(one["VersionId"] == version for one in _versions(data) or ()):
        return "InvalidInputException", f"Version {version} is the current version of the table."
    return "EntityNotFoundException", f"Version {version} of table {data['TableName']} not found."


def _versions(data: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The TableVersion structures of a table, the newest first; None if there is no such table."""
    name = f"{data['DatabaseName']}/{data['TableName']}"
    current = glue._tables.get(name)
    if current is None:
        return None
    return [{"Table": one, "VersionId": one["VersionId"]} for one in (current, *reversed(_earlier.get(name, [])))]


def _missing(what: str) -> Response:
    return _error("EntityNotFoundException", f"Table {what} not found.")


def _error(code: str, message: str) -> Response:
    response: Response = error_response_json(code, message, 400)
    return response


def _json(body: Mapping[str, Any]) -> Response:
    response: Response = json_response(body)
    return response
