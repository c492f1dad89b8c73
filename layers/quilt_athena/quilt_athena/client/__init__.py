"""Query a deployed stack from Python.

    from quilt_athena.client import QuiltAthena

    athena = QuiltAthena()
    result = athena.run_query(
        "SELECT logical_key FROM my_bucket_quilt_objects_view WHERE name = ?", ["cells"]
    )
    for row in result:
        print(row["logical_key"])

It needs boto3 and nothing else, except for data frames (``pip install 'quilt-athena[pandas]'``). ``QuiltAthena`` has an
object for each noun, in the module of that name: ``queries``, ``history``, ``saved_queries``, ``packages``,
``buckets``, ``index``, ``catalog``, ``schedules``, ``custom_views``, ``operations`` and ``dead_letters``.
They share ``stack`` (its outputs and boto3 ``connections``) and ``executions`` (of state machines).
``AsyncQuiltAthena`` runs queries and creates packages with asyncio.
"""

from quilt_athena.client.asynchronous import AsyncQuery, AsyncQuiltAthena
from quilt_athena.client.buckets import BucketOutcome
from quilt_athena.client.catalog import CatalogTable
from quilt_athena.client.dead_letters import DeadLetter
from quilt_athena.client.executions import Progress
from quilt_athena.client.operations import Status
from quilt_athena.client.packages import PackageOptions, PackageResult
from quilt_athena.client.queries import Query
from quilt_athena.client.quilt_athena import QuiltAthena, run_query
from quilt_athena.client.requests import Parameter, QueryOptions, SavedQuery, query_request
from quilt_athena.client.results import QueryResult, ResultColumn
from quilt_athena.client.saved_queries import SavedQueryInfo
from quilt_athena.client.schedules import Schedule
from quilt_athena.client.view_files import read_view_files
from quilt_athena.errors import (
    AwsSettingsError,
    InvalidRequest,
    InvalidRow,
    MissingExtraError,
    PackageRejected,
    PackageTimedOut,
    QueryCancelled,
    QueryError,
    QueryFailed,
    QueryNotStarted,
    QueryServiceError,
    QueryTimedOut,
    QuiltAthenaError,
    ResultUnreadableError,
    ServiceRejectedError,
    ServiceUnavailableError,
    StackNotFoundError,
)
from quilt_athena.registration.registration import Registration

__all__ = [
    "AsyncQuery",
    "AsyncQuiltAthena",
    "AwsSettingsError",
    "BucketOutcome",
    "CatalogTable",
    "DeadLetter",
    "InvalidRequest",
    "InvalidRow",
    "MissingExtraError",
    "PackageOptions",
    "PackageRejected",
    "PackageResult",
    "PackageTimedOut",
    "Parameter",
    "Progress",
    "Query",
    "QueryCancelled",
    "QueryError",
    "QueryFailed",
    "QueryNotStarted",
    "QueryOptions",
    "QueryResult",
    "QueryServiceError",
    "QueryTimedOut",
    "QuiltAthena",
    "QuiltAthenaError",
    "Registration",
    "ResultColumn",
    "ResultUnreadableError",
    "SavedQuery",
    "SavedQueryInfo",
    "Schedule",
    "ServiceRejectedError",
    "ServiceUnavailableError",
    "StackNotFoundError",
    "Status",
    "query_request",
    "read_view_files",
    "run_query",
]
