"""Ask a deployed stack from Python.

    from quilt_athena.client import QuiltAthena

    athena = QuiltAthena()
    result = athena.run_query(
        "SELECT logical_key FROM my_bucket_quilt_objects_view WHERE name = ?", ["cells"]
    )
    for row in result:
        print(row["logical_key"])

Needs boto3 only.
"""

from quilt_athena.client.executions import Progress
from quilt_athena.client.packages import PackageResult
from quilt_athena.client.queries import Query, QuiltAthena, run_query
from quilt_athena.client.requests import SavedQuery
from quilt_athena.client.result import QueryResult, ResultColumn
from quilt_athena.errors import (
    InvalidRequest,
    InvalidRow,
    PackageRejected,
    PackageTimedOut,
    QueryCancelled,
    QueryError,
    QueryFailed,
    QueryServiceError,
    QueryTimedOut,
    QuiltAthenaError,
    ResultUnreadableError,
    ServiceRejectedError,
    ServiceUnavailableError,
    StackNotFoundError,
)

__all__ = [
    "InvalidRequest",
    "InvalidRow",
    "PackageRejected",
    "PackageResult",
    "PackageTimedOut",
    "Progress",
    "Query",
    "QueryCancelled",
    "QueryError",
    "QueryFailed",
    "QueryResult",
    "QueryServiceError",
    "QueryTimedOut",
    "QuiltAthena",
    "QuiltAthenaError",
    "ResultColumn",
    "ResultUnreadableError",
    "SavedQuery",
    "ServiceRejectedError",
    "ServiceUnavailableError",
    "StackNotFoundError",
    "run_query",
]
