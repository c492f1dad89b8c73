"""The AWS that a run uses: the account of the caller's credentials, or a local endpoint that was given explicitly."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.aws.server.settings import REGION
from local.stack import clients as local_clients
from local.stack.environment import isolated

#: Every service that a run calls, through boto3, SAM, quilt3 or the tests' clients.
SERVICES = (
    "athena", "cloudformation", "cloudwatch", "dynamodb", "events", "glue", "iam", "lambda", "logs", "s3", "scheduler",
    "sqs", "ssm", "stepfunctions", "sts",
)  # fmt: skip
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class UsageError(Exception):
    """The run would not use what the caller meant. The message says why, and what to do."""


@dataclass(frozen=True)
class Target:
    """An AWS, and how programs reach it.

    Attributes:
        endpoint: the endpoint of a local AWS; None for real AWS.
        region: the region of everything.
    """

    endpoint: str | None
    region: str

    @property
    def is_local(self) -> bool:
        """Whether it is a local AWS."""
        return self.endpoint is not None

    @property
    def name(self) -> str:
        """Its name in reports."""
        return "local AWS" if self.is_local else "AWS"

    @property
    def poll_seconds(self) -> float:
        """The time between two looks at something that changes."""
        return 0.1 if self.is_local else 2.0

    @cached_property
    def caller(self) -> dict[str, str]:
        """``Account`` and ``Arn`` of the caller. Raises UsageError if the credentials don't work."""
        try:
            identity = self.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise UsageError(f"The AWS credentials don't work: {error}") from error
        return {"Account": identity["Account"], "Arn": identity["Arn"]}

    def client(self, service: str, credentials: dict[str, str] | None = None) -> Any:
        """A boto3 client, of the caller or with the credentials that AssumeRole returned."""
        keys: dict[str, Any] = {}
        if credentials is not None:
            keys = {
                "aws_access_key_id": credentials["AccessKeyId"],
                "aws_secret_access_key": credentials["SecretAccessKey"],
                "aws_session_token": credentials["SessionToken"],
            }
        if self.endpoint is None:
            # StartSyncExecution responds when the query has ended. A second call would be a second execution.
            timeout = Config(retries={"mode": "standard", "total_max_attempts": 5}, read_timeout=310)
            return self._session.client(service, config=timeout, **keys)
        if credentials is None:
            return local_clients.client(service, self.endpoint)
        settings = Config(inject_host_prefix=False, proxies={})
        session = local_clients.session()
        return session.client(service, endpoint_url=self.endpoint, config=settings, **keys)

    def environment(self, home: Path) -> dict[str, str]:
        """The environment of a child process that uses this AWS; quilt3 and SAM keep their own settings in `home`."""
        if self.endpoint is not None:
            return isolated(home, endpoint=self.endpoint)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT_URL")}
        return kept | {
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_PAGER": "",
            # quilt3 would use the registry that its user has logged in to.
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "5",
            "__SAM_CLI_APP_DIR": str(home / "sam"),
            "QUILT_DISABLE_USAGE_METRICS": "true",
            "PYTHONUNBUFFERED": "1",
        }

    @cached_property
    def _session(self) -> Any:
        return boto3.Session(region_name=self.region)


def real_aws() -> Target:
    """AWS itself, with the caller's credentials and region.

    Raises:
        UsageError: a setting sends calls elsewhere, or the profile or a region is missing.
    """
    try:
        region = os.environ.get("AWS_REGION") or boto3.Session().region_name
    except BotoCoreError as error:
        raise UsageError(str(error)) from error
    if not region:
        raise UsageError("No region is set: set AWS_REGION, or a region in the profile.")
    target = Target(None, region)
    for service in SERVICES:
        url = target.client(service).meta.endpoint_url
        if not is_aws(url):
            raise UsageError(
                f"{service} would be called at {url}, which is not AWS. Unset AWS_ENDPOINT_URL and endpoint_url in "
                "the profile; or name the local AWS explicitly: make verify-aws LOCAL=1, or ENDPOINT=http://127.0.0.1:4566"
            )
    return target


def local_aws(endpoint: str) -> Target:
    """A local AWS at an endpoint on this machine. Raises UsageError for any other host."""
    host = urlsplit(endpoint).hostname or ""
    if urlsplit(endpoint).scheme != "http" or not (host in _LOOPBACK or host.endswith(".localhost")):
        raise UsageError(f"{endpoint} is not a local endpoint: expected e.g. http://127.0.0.1:4566")
    return Target(endpoint, REGION)


def is_aws(url: str) -> bool:
    """Whether a URL is an endpoint of AWS."""
    parts = urlsplit(url)
    return parts.scheme == "https" and (parts.hostname or "").endswith(_AWS_DOMAINS)
