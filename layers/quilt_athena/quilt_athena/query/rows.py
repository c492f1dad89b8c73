"""All rows of a query that succeeded, typed as in its result (``quilt_athena.query.results``).

The rows of a SELECT are streamed from its result file in S3, with one request per few megabytes; Athena's API needs a
request per thousand rows, from a quota that the account shares. The output of other statements, and managed query
results, are read through the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from quilt_athena.errors import ResultUnreadableError
from quilt_athena.query.csv_results import read_csv
from quilt_athena.query.result_files import check_unchanged
from quilt_athena.query.results import ResultReader, convert, unique_names

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_s3 import S3Client


class Clients(Protocol):
    """Clients that read results; only the one that is needed is created."""

    @property
    def athena(self) -> AthenaClient:
        """A client of Athena."""

    @property
    def s3(self) -> S3Client:
        """A client of S3."""


def all_rows(clients: Clients, result: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All rows of the query whose query result is ``result``; memory holds a few megabytes of them.

    Raises:
        ResultUnreadableError: the result file was deleted, or is not the one that Athena wrote.
        ServiceUnavailableError, ServiceRejectedError: Athena or S3 denied the read, throttled it or failed.
    """
    location, statement_type = result.get("OutputLocation") or "", result.get("StatementType") or "DML"
    # Results of release 0.1 have no ETag.
    etag = result.get("OutputETag") or ""
    if statement_type == "DML" and location.endswith(".csv"):
        records = read_csv(clients.s3, location, etag=etag)
        names = [column["Name"] for column in result["Columns"]]
        # The names in a query result are unique; a file without a header is not a SELECT's.
        if _unique(next(records, [])) == names:
            kinds = [column["Type"] for column in result["Columns"]]
            return _typed(records, names, kinds, location)
    elif location and etag:
        check_unchanged(clients.s3, location, etag)
    return ResultReader(clients.athena, result["QueryExecutionId"], statement_type, page_rows=1000).rows()


def _unique(header: list[str | None]) -> list[str]:
    return unique_names([name or "" for name in header])


def _typed(
    records: Iterator[list[str | None]], names: list[str], kinds: list[str], location: str
) -> Iterator[dict[str, Any]]:
    for number, record in enumerate(records, start=1):
        if len(record) != len(names):
            raise ResultUnreadableError(
                f"{location}, row {number}: expected {len(names)} values, one per column, found {len(record)}"
            )
        yield {name: convert(text, kind) for name, kind, text in zip(names, kinds, record, strict=True)}
