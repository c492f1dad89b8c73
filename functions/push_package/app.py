"""All rows of a query that succeeded, pushed as a revision of a package; what can't be is an answer, not an error."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import InvalidRow, PackageRejected, ResultUnreadableError
from quilt_athena.packages.entries import Entry
from quilt_athena.packages.packaging import create_package, package_failure
from quilt_athena.packages.pushing import PushedRevision, push_revision
from quilt_athena.packages.requests import Package, parse_package_request
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_s3 import S3Client


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Request``, and its query's ``Answer``, in; ``Pushed`` and the ``Result``, or ``Error`` and ``Cause``, out."""
    query = event["Answer"]["QueryExecutionId"]
    try:
        result = create_package(_clients, parse_package_request(event["Request"]), event["Answer"], _push)
    except (InvalidRow, PackageRejected, ResultUnreadableError) as error:
        logger.info("refused", error=type(error).__name__, query_execution_id=query)
        return {"Pushed": False, **package_failure(error, query)}
    told = ("TopHash", "Created", "Entries", "EntriesFromManifests", "HashedEntries", "HashedBytes", "SkippedCount")
    logger.info("pushed", query_execution_id=query, **{name: result[name] for name in told})
    return {"Pushed": True, "Result": result}


class _Clients:
    @cached_property
    def athena(self) -> AthenaClient:
        return boto3.client("athena", config=CLIENT_CONFIG)

    @cached_property
    def s3(self) -> S3Client:
        return boto3.client("s3", config=CLIENT_CONFIG)


_clients = _Clients()


def _push(package: Package, entries: Iterable[Entry]) -> PushedRevision:
    return push_revision(_clients.s3, package, entries)
