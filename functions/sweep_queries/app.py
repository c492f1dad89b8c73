"""Stop the queries that outlived their executions, of which no event reported it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.query.orphans import OrphanStopper
from quilt_athena.query.sweeping import Sweeper
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    workgroup_names: tuple[str, ...]
    express_workgroup_name: str
    query_state_machine_arns: tuple[str, ...]


@cache
def compose() -> Sweeper:
    """The sweeper that all events of this execution environment share."""
    settings = Settings.from_environment()
    stopper = OrphanStopper(
        boto3.client("stepfunctions", config=CLIENT_CONFIG),
        boto3.client("athena", config=CLIENT_CONFIG),
        settings.workgroup_names,
    )
    return Sweeper(stopper, settings.query_state_machine_arns, settings.express_workgroup_name)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Sweep, whatever the event; return ``Stopped``, the ids of the queries that were stopped."""
    return {"Stopped": compose().sweep()}
