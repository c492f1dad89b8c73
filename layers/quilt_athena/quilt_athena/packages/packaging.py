"""From the answer of a query to a revision of a package, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from quilt_athena.errors import InvalidRow, PackageRejected, QuiltAthenaError
from quilt_athena.packages.contracts import shortened
from quilt_athena.packages.manifests import take_from_manifests
from quilt_athena.packages.objects import check_objects
from quilt_athena.packages.requests import PackageRequest
from quilt_athena.packages.selection import MAX_TOLD_IN_CAUSE, Refusals, select_rows
from quilt_athena.query.rows import Clients, all_rows

if TYPE_CHECKING:
    from quilt_athena.packages.pushing import Pushed
    from quilt_athena.packages.requests import Package
    from quilt_athena.packages.rows import Entry

Push = Callable[["Package", Iterable["Entry"]], "Pushed"]

#: Rows that the message of an error tells of; its cause has more.
_IN_MESSAGE = 5


def make_package(clients: Clients, request: PackageRequest, answer: Mapping[str, Any], push: Push) -> dict[str, Any]:
    """Push all rows of the query that ``answer`` is of; the package result as the contract has it.

    Raises:
        InvalidRow: a row can't be an entry and that is to fail, or the result lacks a column.
        PackageRejected: there is nothing to push, too much, or quilt3 or the bucket's workflow refuses it.
        ResultUnreadableError: the result is gone.
        ServiceUnavailableError, ServiceRejectedError: Athena or S3 throttled or failed.
    """
    columns = [column["Name"] for column in answer["Columns"]]
    selection = select_rows(columns, all_rows(clients, answer))
    refusals = selection.refusals
    _fail_if_asked(request, refusals)
    take_from_manifests(clients.s3, selection, request.package.bucket)
    _fail_if_asked(request, refusals)
    check_objects(clients.s3, selection)
    _fail_if_asked(request, refusals)
    rows = selection.rows
    if not rows:
        skipped = f", since all {refusals.count:,} were skipped" if refusals.count else ""
        first = "".join(f" (row {one['Row']}: {one['Reason']})" for one in refusals.to_json()[:1])
        raise PackageRejected(
            f"the result has no rows to make a package of{skipped}{first}. A revision without entries is not made"
        )
    size = sum(row.entry.size for row in rows.values())
    count = len(rows)
    taken = sum(row.top_hash is not None for row in rows.values())
    with_metadata = sum(row.top_hash is None and any(row.entry.meta.values()) for row in rows.values())
    pushed = push(request.package, (rows[key].entry for key in sorted(rows)))
    return {
        "Bucket": request.package.bucket,
        "Name": request.package.name,
        "TopHash": pushed.top_hash,
        "Revision": pushed.revision,
        "Created": pushed.created,
        "Entries": count,
        "Bytes": size,
        "EntriesFromManifests": taken,
        "EntriesFromRows": count - taken,
        "MetadataFromRows": with_metadata,
        "OtherObjects": pushed.other_objects,
        "HashedEntries": pushed.hashed_entries,
        "HashedBytes": pushed.hashed_bytes,
        "SkippedCount": refusals.count,
        "Skipped": refusals.to_json(),
        "QueryExecutionId": answer["QueryExecutionId"],
        "Statistics": answer["Statistics"],
    }


def _fail_if_asked(request: PackageRequest, refusals: Refusals) -> None:
    if refusals.count and request.on_invalid_row == "fail":
        raise invalid_rows(refusals)


def invalid_rows(refusals: Refusals) -> InvalidRow:
    """The error for rows that cannot be entries, with the first of them in its cause."""
    rows = refusals.to_json()
    first = "; ".join(f"row {row['Row']}: {row['Reason']}" for row in rows[:_IN_MESSAGE])
    more = f"; and {refusals.count - _IN_MESSAGE:,} more" if refusals.count > _IN_MESSAGE else ""
    return InvalidRow(
        f'{first}{more}. Nothing was written. Change the query, or leave such rows out with "OnInvalidRow": "skip"',
        {"Count": refusals.count, "Rows": rows[:MAX_TOLD_IN_CAUSE]},
    )


def refusal(error: QuiltAthenaError, query_execution_id: str) -> dict[str, Any]:
    """``Error`` and ``Cause`` of an execution that ends without a package, as the contract has them."""
    cause: dict[str, Any] = {"Message": shortened(str(error)), "QueryExecutionId": query_execution_id}
    if isinstance(error, InvalidRow):
        cause |= error.cause
    return {"Error": "InvalidRow" if isinstance(error, InvalidRow) else "PackageRejected", "Cause": cause}
