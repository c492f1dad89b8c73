"""The boto3 clients of one session."""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from quilt_athena.aws.clients import CLIENT_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

_Client = TypeVar("_Client")

#: StartSyncExecution responds when the query ends; an Express execution takes at most five minutes.
SYNC_READ_TIMEOUT_SECONDS = 310

# A second StartSyncExecution is a second execution, so boto3 must not retry it.
_SYNC_CONFIG = Config(
    retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=SYNC_READ_TIMEOUT_SECONDS, tcp_keepalive=True
)

# No proxy is between us and this machine, and a server that isn't listening now won't be a second later.
_LOOPBACK_CONFIG = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 2})


class Connections:
    """Clients of one session, each created when it is first used."""

    def __init__(self, session: boto3.Session | None = None, endpoint_url: str | None = None) -> None:
        """Use ``session`` (None: boto3's default session), and ``endpoint_url``, if given, for all services.

        The default session also reads AWS_REGION, as other SDKs do.
        """
        self.session = session or boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        self._endpoint_url = endpoint_url
        self._creating = threading.Lock()

    @cached_property
    def athena(self) -> AthenaClient:
        return self._one_by_one(lambda: self.session.client("athena", **self._options))

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        return self._one_by_one(lambda: self.session.client("cloudformation", **self._options))

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return self._one_by_one(lambda: self.session.client("dynamodb", **self._options))

    @cached_property
    def events(self) -> EventBridgeClient:
        return self._one_by_one(lambda: self.session.client("events", **self._options))

    @cached_property
    def glue(self) -> GlueClient:
        return self._one_by_one(lambda: self.session.client("glue", **self._options))

    @cached_property
    def s3(self) -> S3Client:
        return self._one_by_one(lambda: self.session.client("s3", **self._options))

    @cached_property
    def cloudwatch(self) -> CloudWatchClient:
        return self._one_by_one(lambda: self.session.client("cloudwatch", **self._options))

    @cached_property
    def scheduler(self) -> EventBridgeSchedulerClient:
        return self._one_by_one(lambda: self.session.client("scheduler", **self._options))

    @cached_property
    def sqs(self) -> SQSClient:
        return self._one_by_one(lambda: self.session.client("sqs", **self._options))

    @cached_property
    def ssm(self) -> SSMClient:
        return self._one_by_one(lambda: self.session.client("ssm", **self._options))

    @cached_property
    def stepfunctions(self) -> SFNClient:
        return self._one_by_one(lambda: self.session.client("stepfunctions", **self._options))

    @cached_property
    def sync_executions(self) -> SFNClient:
        """Step Functions for StartSyncExecution: a long read timeout, and no retries by boto3."""
        config = self._config().merge(_SYNC_CONFIG)
        if _is_loopback(self.stepfunctions.meta.endpoint_url):
            # boto3 prefixes the host with `sync-`, and `sync-127.0.0.1` doesn't exist.
            config = config.merge(Config(inject_host_prefix=False))
        return self._one_by_one(lambda: self.session.client("stepfunctions", **{**self._options, "config": config}))

    def _one_by_one(self, create: Callable[[], _Client]) -> _Client:
        """Several threads may use a client, but boto3 doesn't support that they create clients at once."""
        with self._creating:
            return create()

    @property
    def _options(self) -> dict[str, Any]:
        return {"endpoint_url": self._endpoint_url, "config": self._config()}

    def _config(self) -> Config:
        return CLIENT_CONFIG.merge(_LOOPBACK_CONFIG) if _is_loopback(self._endpoint_url) else CLIENT_CONFIG


def _is_loopback(url: str | None) -> bool:
    host = urlsplit(url or "").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
