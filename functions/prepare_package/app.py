"""Validate a package request before its query is paid for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.packages.preparation import PackagePreparer
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings
from quilt_athena.runtime.validation import reports_invalid_requests


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    stack_bucket_names: frozenset[str]


@cache
def compose() -> PackagePreparer:
    """The preparer that all events of this execution environment share."""
    settings = Settings.from_environment()
    return PackagePreparer(boto3.client("s3", config=CLIENT_CONFIG), settings.stack_bucket_names)


@logger.inject_lambda_context(clear_state=True)
@reports_invalid_requests("ExecutionId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the ``Query`` to run for ``Request``, or why the request is invalid."""
    return compose().prepare(event["Request"])
