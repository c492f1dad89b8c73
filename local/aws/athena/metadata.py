"""Athena's operations on metadata: databases and tables of the Glue Data Catalog, as Athena describes them.

https://docs.aws.amazon.com/athena/latest/APIReference/API_TableMetadata.html
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ministack.services import athena, glue

from local.aws.athena.errors import RequestError, check_range, operation

_MOST_ENTRIES = 50
#: The Glue Data Catalog, in lower case: names of catalogs are in any case.
GLUE_CATALOG = "awsdatacatalog"


@operation
def get_database(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """GetDatabase."""
    _check_catalog(data)
    return {"Database": _database(_existing_database(data))}


@operation
def list_databases(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """ListDatabases, in alphabetical order."""
    _check_catalog(data)
    found = [_database(glue._databases[name]) for name in sorted(glue._databases)]
    return _page(found, data, "DatabaseList")


@operation
def get_table_metadata(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """GetTableMetadata."""
    _check_catalog(data)
    database = _existing_database(data)["Name"]
    table = glue._tables.get(f"{database}/{data['TableName'].lower()}")
    if table is None:
        raise _not_found("Entity Not Found")
    return {"TableMetadata": table_metadata(table)}


@operation
def list_table_metadata(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """ListTableMetadata, in alphabetical order. `Expression` is a regular expression for names."""
    _check_catalog(data)
    prefix = f"{_existing_database(data)['Name']}/"
    try:
        pattern = re.compile(data.get("Expression") or ".*", re.I)
    except re.error as error:
        raise RequestError(f"Expression is not a regular expression: {error}") from error
    tables = sorted(
        (table for key, table in list(glue._tables.items()) if key.startswith(prefix)), key=lambda one: str(one["Name"])
    )
    found = [table_metadata(table) for table in tables if pattern.fullmatch(table["Name"])]
    return _page(found, data, "TableMetadataList")


@operation
def get_data_catalog(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """GetDataCatalog."""
    return {"DataCatalog": _catalog(str(data.get("Name") or ""))}


def table_metadata(table: Mapping[str, Any]) -> dict[str, Any]:
    """The TableMetadata structure of a Glue table. Its Parameters also describe where and how rows are stored."""
    storage: Mapping[str, Any] = table.get("StorageDescriptor") or {}
    serde: Mapping[str, Any] = storage.get("SerdeInfo") or {}
    stored = {
        "inputformat": storage.get("InputFormat"),
        "location": storage.get("Location"),
        "outputformat": storage.get("OutputFormat"),
        "serde.serialization.lib": serde.get("SerializationLibrary"),
        **{f"serde.param.{key}": value for key, value in (serde.get("Parameters") or {}).items()},
    }
    return {
        "Name": table["Name"],
        "CreateTime": _seconds(table.get("CreateTime")),
        "LastAccessTime": _seconds(table.get("LastAccessTime")),
        "TableType": table.get("TableType") or "EXTERNAL_TABLE",
        "Columns": [_column(column) for column in storage.get("Columns") or ()],
        "PartitionKeys": [_column(column) for column in table.get("PartitionKeys") or ()],
        "Parameters": {
            **{key: _on_one_line(value) for key, value in (table.get("Parameters") or {}).items()},
            **{key: _on_one_line(str(value)) for key, value in stored.items() if value},
        },
    }


def _on_one_line(text: str) -> str:
    """Text without line breaks, as Athena returns it according to PyAthena's tests on AWS. Delimiters are kept."""
    return re.sub(r"\s*\n\s*", " ", text.strip()) if text.strip() else text


def _column(column: Mapping[str, str]) -> dict[str, str]:
    return {name: column[name] for name in ("Name", "Type", "Comment") if column.get(name)}


def _database(database: Mapping[str, Any]) -> dict[str, Any]:
    described = {"Description": database["Description"]} if database.get("Description") else {}
    return {"Name": database["Name"], **described, "Parameters": dict(database.get("Parameters") or {})}


def _seconds(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value or 0)


def _check_catalog(data: Mapping[str, Any]) -> None:
    name = str(data.get("CatalogName") or GLUE_CATALOG)
    if str(_catalog(name)["Name"]).lower() != GLUE_CATALOG:
        raise RequestError(f"The local AWS reads the Glue Data Catalog only, not {name}", code="MetadataException")


def _catalog(name: str) -> Mapping[str, Any]:
    found = next((one for one in athena._data_catalogs.values() if one["Name"].lower() == name.lower()), None)
    if found is None:
        raise RequestError(f"Data Catalog {name} was not found")
    catalog: Mapping[str, Any] = found
    return catalog


def _existing_database(data: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(data.get("DatabaseName") or "").lower()
    found: Mapping[str, Any] | None = glue._databases.get(name)
    if found is None:
        raise _not_found(f"Database {name} not found.")
    return found


def _page(found: Sequence[Mapping[str, Any]], data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """One page of a list. A token is the name of the last entry before it, so changes don't shift the next page."""
    size = int(data.get("MaxResults") or _MOST_ENTRIES)
    check_range("maxResults", size, least=1, most=_MOST_ENTRIES)
    token = data.get("NextToken")
    rest = [one for one in found if token is None or one["Name"] > token]
    more = {"NextToken": rest[size - 1]["Name"]} if len(rest) > size else {}
    return {name: rest[:size], **more}


def _not_found(what: str) -> RequestError:
    """Athena passes Glue's message on, and clients look for the error code in its text."""
    return RequestError(
        f"{what} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)",
        code="MetadataException",
    )
