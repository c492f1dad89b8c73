"""From the answer of a query to a revision of a package, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from quilt_athena.errors import InvalidRowError, PackageRejectedError, QuiltAthenaError
from quilt_athena.packages.answers import shortened
from quilt_athena.packages.manifests import take_from_manifests
from quilt_athena.packages.objects import check_objects
from quilt_athena.packages.requests import PackageRequest
from quilt_athena.packages.selection import MAX_TOLD_IN_CAUSE, Refusals, select_rows
from quilt_athena.result_rows import Clients, all_rows

if TYPE_CHECKING:
    from quilt_athena.packages.pushing import Pushed
    from quilt_athena.packages.requests import Package
    from quilt_athena.packages.rows import Entry

Push = Callable[["Package", Iterable["Entry"]], "Pushed"]

#: Rows that the message of an error tells of; its cause has more.
_IN_MESSAGE = 5


class RefusedRowsError(InvalidRowError):
    """Rows that can't be entries, where one is enough to fail; ``refusals`` has them all."""

    def __init__(self, refusals: Refusals) -> None:
        self.refusals = refusals
        told = "; ".join(f"row {one['Row']}: {one['Reason']}" for one in refusals.to_json()[:_IN_MESSAGE])
        more = f"; and {refusals.count - _IN_MESSAGE:,} more" if refusals.count > _IN_MESSAGE else ""
        super().__init__(
            f'{told}{more}. Nothing was written. Change the question, or leave such rows out by "OnInvalidRow": "skip"'
        )


def make_package(clients: Clients, request: PackageRequest, answer: Mapping[str, Any], push: Push) -> dict[str, Any]:
    """Push all rows of the query that ``answer`` is of; the package result as the contract has it.

    Raises:
        InvalidRowError: a row can't be an entry and that is to fail, or the result lacks a column.
        PackageRejectedError: there is nothing to push, too much, or quilt3 or the bucket's workflow refuses it.
        ResultUnreadableError: the result is gone.
        ServiceUnavailableError, ServiceRefusedError: Athena or S3 throttled or failed.
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
        raise PackageRejectedError(
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
        raise RefusedRowsError(refusals)


def refusal(error: QuiltAthenaError, query_execution_id: str) -> dict[str, Any]:
    """``Error`` and ``Cause`` of an execution that ends without a package, as the contract has them."""
    cause: dict[str, Any] = {"Message": shortened(str(error)), "QueryExecutionId": query_execution_id}
    if isinstance(error, RefusedRowsError):
        cause |= {"Count": error.refusals.count, "Rows": error.refusals.to_json()[:MAX_TOLD_IN_CAUSE]}
    return {"Error": "InvalidRow" if isinstance(error, InvalidRowError) else "PackageRejected", "Cause": cause}
