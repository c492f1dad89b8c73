"""One round of a refresh. A request that breaks its contract is a result, not an error: the execution fails with it."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.desired_state import CatalogSettings, LegacyViews
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.reconciler import Reconciler, TrustCache
from quilt_athena.errors import InvalidRequest
from quilt_athena.refresh.payloads import RoundInput
from quilt_athena.refresh.refresher import Refresher
from quilt_athena.refresh.requests import parse_refresh_request
from quilt_athena.refresh.rounds import RefreshRounds
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting

#: Enough to finish what a round has begun when it sees that its time is up.
_RESERVED_MILLISECONDS = 90_000


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Request``, ``Progress``, ``ExecutionArn`` in; ``Valid``, ``Progress``, ``ViewChecks`` out, or a ``Cause``."""
    round_input = RoundInput.from_event(event)
    try:
        request = parse_refresh_request(round_input.request)
    except InvalidRequest as error:
        logger.info("rejected", reason=str(error), execution=round_input.execution)
        return {"Valid": False, "Cause": {"Message": str(error)}}

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVED_MILLISECONDS

    result = _rounds().run(request, round_input.progress, round_input.execution, has_time)
    report = result["Progress"]["Report"]
    counts = {kind: report[kind]["Count"] for kind in ("Repaired", "Failed", "Missing", "Unregistered")}
    logger.info("refreshed", checked=report["Checked"], more=result["Progress"]["More"], **counts)
    return {"Valid": True, **round_input.returned(result)}


@cache
def _rounds() -> RefreshRounds:
    registrar = BucketRegistrar(
        reconciler=Reconciler(
            GlueCatalog(boto3.client("glue", config=PATIENT_CLIENT_CONFIG), setting("DATABASE_NAME")),
            CatalogSettings(
                setting("DATABASE_NAME"), setting("JOINED_TABLES_LOCATION"), LegacyViews(setting("LEGACY_VIEWS"))
            ),
            TrustCache(),
        ),
        registry=Registry(boto3.client("dynamodb", config=PATIENT_CLIENT_CONFIG), setting("REGISTRY_TABLE_NAME")),
        s3=boto3.client("s3", config=PATIENT_CLIENT_CONFIG),
        events=boto3.client("events", config=PATIENT_CLIENT_CONFIG),
        event_bus=setting("EVENT_BUS_NAME"),
    )
    return RefreshRounds(Refresher(registrar, removes_missing_buckets=setting("REMOVES_GONE_BUCKETS") == "true"))
