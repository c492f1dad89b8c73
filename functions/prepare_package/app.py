"""A package request, validated before its query is paid for; an invalid one is an answer, not an error."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import InvalidRequest
from quilt_athena.packages.contracts import without_middle
from quilt_athena.packages.requests import check_package_bucket, parse_package_request, query_of
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import optional_setting

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Request``, ``ExecutionId`` in; ``Valid`` with the ``Query`` to ask, or a ``Cause``, out."""
    try:
        request = parse_package_request(event["Request"])
        check_package_bucket(_s3(), request.package.bucket, optional_setting("RESULTS_BUCKET_NAME"))
    except InvalidRequest as error:
        # The message names fields, never what they hold.
        message = without_middle(str(error))
        logger.info("refused", reason=message, execution=event["ExecutionId"])
        return {"Valid": False, "Cause": {"Message": message}}
    return {"Valid": True, "Query": query_of(event["Request"])}


@cache
def _s3() -> S3Client:
    return boto3.client("s3", config=CLIENT_CONFIG)
