"""All rows of a query that succeeded, typed as in its answer (``quilt_athena.results``).

A SELECT's are streamed from its file in S3: one request for every few megabytes, where Athena's API takes one for
every thousand rows, out of a quota that the account shares. What other statements print, and results that Athena keeps
itself, come through the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from quilt_athena.errors import ResultUnreadableError
from quilt_athena.query.csv_results import read_csv
from quilt_athena.query.results import ResultReader, convert, unique_names

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_s3 import S3Client


class Clients(Protocol):
    """What results are read with; only what is needed is asked for."""

    @property
    def athena(self) -> AthenaClient:
        """A client of Athena."""

    @property
    def s3(self) -> S3Client:
        """A client of S3."""


def all_rows(clients: Clients, answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of the query that ``answer`` is of, from the first on; memory holds a few megabytes of them.

    Raises:
        ResultUnreadableError: the result is gone, or is another one by now.
        ServiceUnavailableError, ServiceRejectedError: it can't be read by this caller, or not now.
    """
    location, statement_type = answer.get("OutputLocation") or "", answer.get("StatementType") or "DML"
    if statement_type == "DML" and location.endswith(".csv"):
        records = read_csv(clients.s3, location)
        names = [column["Name"] for column in answer["Columns"]]
        # The answer's names are made unique; a file without a header isn't a SELECT's.
        if _unique(next(records, [])) == names:
            kinds = [column["Type"] for column in answer["Columns"]]
            return _typed(records, names, kinds, location)
    return ResultReader(clients.athena, answer["QueryExecutionId"], statement_type, first_page_rows=1000).rows()


def _unique(header: list[str | None]) -> list[str]:
    return unique_names([name or "" for name in header])


def _typed(
    records: Iterator[list[str | None]], names: list[str], kinds: list[str], location: str
) -> Iterator[dict[str, Any]]:
    for number, record in enumerate(records, start=1):
        if len(record) != len(names):
            raise ResultUnreadableError(
                f"{location}, row {number}: expected {len(names)} values, one a column, found {len(record)}"
            )
        yield {name: convert(text, kind) for name, kind, text in zip(names, kinds, record, strict=True)}
