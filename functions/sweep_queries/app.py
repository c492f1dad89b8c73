"""Queries that an ended execution left running and no event told of; each is stopped."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.orphans import OrphanStopper
from quilt_athena.query.sweeping import Sweeper
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting, settings_list


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Anything in, ``{"Stopped": [query ids]}`` out."""
    stopped = _sweeper().sweep()
    logger.info("swept", stopped=stopped)
    return {"Stopped": stopped}


@cache
def _sweeper() -> Sweeper:
    stopper = OrphanStopper(
        boto3.client("stepfunctions", config=CLIENT_CONFIG),
        boto3.client("athena", config=CLIENT_CONFIG),
        setting("WORKGROUP_NAME"),
    )
    return Sweeper(stopper, settings_list("QUERY_STATE_MACHINE_ARNS"))
