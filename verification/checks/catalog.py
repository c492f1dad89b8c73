"""What the stack relies on in Glue's API."""

from __future__ import annotations

from typing import Any

from verification.aws import Aws, error_code
from verification.check import check

_INPUT = (
    "Name",
    "TableType",
    "Parameters",
    "PartitionKeys",
    "StorageDescriptor",
    "ViewOriginalText",
    "ViewExpandedText",
)


@check(
    "glue-expression",
    claim="GetTables with the Expression `<prefix>*` returns all tables whose names begin with the prefix.",
    expected={"missing": 0},
    relied_on="layers/quilt_athena/quilt_athena/catalog/glue.py",
    source="AWS documents Expression only as a regular expression; docs/decisions.md, 6",
)
def expression(aws: Aws) -> Any:
    """Lists the tables of a registered bucket by their prefix, and counts those of its four names that are missing."""
    prefix = aws.table(aws.lines, "")
    page = aws.client("glue").get_tables(DatabaseName=aws.outputs["DatabaseName"], Expression=f"{prefix}*")
    found = {table["Name"] for table in page["TableList"]}
    return {"missing": len(set(aws.tables(aws.lines)) - found)}


@check(
    "glue-version",
    claim="UpdateTable with the VersionId of an older version is rejected.",
    expected={"current": "none", "outdated": "ConcurrentModificationException"},
    relied_on="layers/quilt_athena/quilt_athena/catalog/glue.py",
    source="https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html",
)
def version(aws: Aws) -> Any:
    """Copies a view, and updates the copy twice with the same VersionId."""
    database, name = aws.outputs["DatabaseName"], "check_version"
    glue = aws.client("glue")
    copy_view(aws, "packages_view", name)
    table = aws.glue_table(name)
    update = {
        "DatabaseName": database,
        "TableInput": {**_as_input(table), "Name": name},
        "VersionId": table["VersionId"],
    }
    observed = {
        "current": error_code(lambda: glue.update_table(**update)),
        "outdated": error_code(lambda: glue.update_table(**update)),
    }
    glue.delete_table(DatabaseName=database, Name=name)
    return observed


@check(
    "glue-conflicts",
    claim="Creating a table or partition that exists, and reading one that doesn't, have errors of their own.",
    expected={
        "table exists": "AlreadyExistsException",
        "table missing": "EntityNotFoundException",
        "partition missing": "EntityNotFoundException",
    },
    relied_on="layers/quilt_athena/quilt_athena/catalog/glue.py, catalog/partitions.py",
    source="https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTable.html",
)
def conflicts(aws: Aws) -> Any:
    """Creates a view again, reads a table and a partition that don't exist, and returns the error codes."""
    database, glue = aws.outputs["DatabaseName"], aws.client("glue")
    existing = _as_input(aws.glue_table(aws.table(aws.lines, "packages_view")))
    partition = {"TableName": "all_buckets_quilt_manifests", "PartitionValues": ["no-such-bucket"]}
    return {
        "table exists": error_code(lambda: glue.create_table(DatabaseName=database, TableInput=existing)),
        "table missing": error_code(lambda: glue.get_table(DatabaseName=database, Name="no_such_table")),
        "partition missing": error_code(lambda: glue.get_partition(DatabaseName=database, **partition)),
    }


def copy_view(aws: Aws, of: str, name: str, **changes: Any) -> None:
    """Copy a view of the bucket with lines under another name, through Glue, with changes to its definition."""
    definition = {**_as_input(aws.glue_table(aws.table(aws.lines, of))), "Name": name, **changes}
    aws.client("glue").create_table(DatabaseName=aws.outputs["DatabaseName"], TableInput=definition)


def _as_input(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key in _INPUT}
