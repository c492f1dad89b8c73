"""Push all rows of a query that succeeded as a revision of a package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.packages.packager import Packager
from quilt_athena.packages.pushing import push_revision
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment, of which only quilt3 reads variables."""


class LazyClients:
    """Clients that are created at first use: most results are read without Athena."""

    @cached_property
    def athena(self) -> AthenaClient:
        """A client of Athena."""
        return boto3.client("athena", config=CLIENT_CONFIG)

    @cached_property
    def s3(self) -> S3Client:
        """A client of S3."""
        return boto3.client("s3", config=CLIENT_CONFIG)


@cache
def compose() -> Packager:
    """The packager that all events of this execution environment share."""
    clients = LazyClients()
    return Packager(clients, partial(push_revision, clients.s3))


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Push the package of ``Request`` from the rows of ``Answer``, a query result.

    Returns ``Pushed``: true with the package ``Result``, or false with ``Error`` and ``Cause``.
    """
    return compose().create(event["Request"], event["Answer"])
