"""From a query result to a revision of a package, and its description as the contract has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from quilt_athena.contracts.limits import without_middle
from quilt_athena.errors import InvalidRow, PackageRejected, QuiltAthenaError
from quilt_athena.packages.manifest_entries import use_manifest_entries
from quilt_athena.packages.objects import check_objects
from quilt_athena.packages.requests import PackageRequest
from quilt_athena.packages.selection import MAX_REPORTED_IN_CAUSE, RejectedRows, select_rows
from quilt_athena.query.rows import Clients, all_rows

if TYPE_CHECKING:
    from quilt_athena.packages.entries import Entry
    from quilt_athena.packages.pushing import PushedRevision
    from quilt_athena.packages.requests import Package

Push = Callable[["Package", Iterable["Entry"]], "PushedRevision"]

#: Rejected rows in the message of an error; its cause has more.
_ROWS_IN_MESSAGE = 5


def create_package(
    clients: Clients, request: PackageRequest, query_result: Mapping[str, Any], push: Push
) -> dict[str, Any]:
    """Push all rows of a query as a revision of a package.

    Args:
        clients: Clients of Athena and S3.
        request: The package request.
        query_result: The query's result in the contract's form; its rows are read from where it is stored.
        push: Pushes entries as a revision.

    Returns:
        The package result in the contract's form.

    Raises:
        InvalidRow: the result lacks a column, or has an invalid row and the request does not skip those.
        PackageRejected: there are no or too many entries, or quilt3 or the bucket's workflow rejects the package.
        ResultUnreadableError: the result no longer exists.
        ServiceUnavailableError, ServiceRejectedError: Athena or S3 throttled or failed.
    """
    columns = [column["Name"] for column in query_result["Columns"]]
    selection = select_rows(columns, all_rows(clients, query_result))
    rejected = selection.rejected
    _check_rejected(request, rejected)
    use_manifest_entries(clients.s3, selection, request.package.bucket)
    _check_rejected(request, rejected)
    check_objects(clients.s3, selection)
    _check_rejected(request, rejected)
    rows = selection.rows
    if not rows:
        raise _no_rows(rejected)
    size = sum(row.entry.size for row in rows.values())
    from_manifests = sum(row.top_hash is not None for row in rows.values())
    with_metadata = sum(row.top_hash is None and any(row.entry.meta.values()) for row in rows.values())
    pushed = push(request.package, (rows[key].entry for key in sorted(rows)))
    return {
        "Bucket": request.package.bucket,
        "Name": request.package.name,
        "TopHash": pushed.top_hash,
        "Revision": pushed.revision,
        "Created": pushed.created,
        "Entries": len(rows),
        "Bytes": size,
        "EntriesFromManifests": from_manifests,
        "EntriesFromRows": len(rows) - from_manifests,
        "MetadataFromRows": with_metadata,
        "OtherObjects": pushed.other_objects,
        "HashedEntries": pushed.hashed_entries,
        "HashedBytes": pushed.hashed_bytes,
        "SkippedCount": rejected.count,
        "Skipped": rejected.as_json(),
        "QueryExecutionId": query_result["QueryExecutionId"],
        "Statistics": query_result["Statistics"],
    }


def invalid_rows(rejected: RejectedRows) -> InvalidRow:
    """The error for rows that cannot become entries, with the first of them in its cause."""
    rows = rejected.as_json()
    first = "; ".join(f"row {row['Row']}: {row['Reason']}" for row in rows[:_ROWS_IN_MESSAGE])
    more = f"; and {rejected.count - _ROWS_IN_MESSAGE:,} more" if rejected.count > _ROWS_IN_MESSAGE else ""
    return InvalidRow(
        f'{first}{more}. Nothing was written. Change the query, or leave such rows out with "OnInvalidRow": "skip"',
        {"Count": rejected.count, "Rows": rows[:MAX_REPORTED_IN_CAUSE]},
    )


def package_failure(error: QuiltAthenaError, query_execution_id: str) -> dict[str, Any]:
    """``Error`` and ``Cause`` of an execution that ends without a package, in the contract's form."""
    cause: dict[str, Any] = {"Message": without_middle(str(error)), "QueryExecutionId": query_execution_id}
    if isinstance(error, InvalidRow):
        cause |= error.cause
    return {"Error": "InvalidRow" if isinstance(error, InvalidRow) else "PackageRejected", "Cause": cause}


def _check_rejected(request: PackageRequest, rejected: RejectedRows) -> None:
    if rejected.count and request.on_invalid_row == "fail":
        raise invalid_rows(rejected)


def _no_rows(rejected: RejectedRows) -> PackageRejected:
    if not rejected.count:
        return PackageRejected("the result has no rows, and a package needs at least one entry")
    first = rejected.as_json()[0]
    return PackageRejected(
        f"no entries remain, and a package needs at least one: all {rejected.count:,} rows were skipped "
        f"(row {first['Row']}: {first['Reason']})"
    )
