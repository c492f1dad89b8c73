"""What views of users' files are to be made next, and what came of those before; a wrong request is an answer."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.custom_views.contracts import parse_custom_views_request
from quilt_athena.custom_views.rounds import ViewRounds
from quilt_athena.custom_views.store import ViewStore
from quilt_athena.errors import InvalidRequest
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger, metrics
from quilt_athena.runtime.settings import setting


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Request``, ``Progress``, ``Results``, ``Execution`` in; out ``Valid`` with a round's answer, or a ``Cause``."""
    try:
        request = parse_custom_views_request(event["Request"])
    except InvalidRequest as error:
        logger.info("refused", reason=str(error), execution=event["Execution"])
        return {"Valid": False, "Cause": {"Message": str(error)}}
    answer = _rounds().run(request, event["Progress"], event["Results"], event["Execution"])
    if answer["Done"]:
        result = answer["Result"]
        counts = {kind: result[kind]["Count"] for kind in ("Created", "Deleted", "Failed")}
        logger.info("views made", unchanged=result["Unchanged"], remaining=result["Remaining"], **counts)
        if counts["Failed"] or result["Scope"] == "all":  # one of some buckets says nothing of the others
            metrics.add_metric("CustomViewsFailed", MetricUnit.Count, counts["Failed"])
        metrics.flush_metrics()
    return {"Valid": True, **answer}


@cache
def _rounds() -> ViewRounds:
    return ViewRounds(
        ViewStore(boto3.client("s3", config=PATIENT_CLIENT_CONFIG), setting("VIEWS_BUCKET_NAME")),
        Registry(boto3.client("dynamodb", config=PATIENT_CLIENT_CONFIG), setting("REGISTRY_TABLE_NAME")),
        GlueCatalog(boto3.client("glue", config=PATIENT_CLIENT_CONFIG), setting("DATABASE_NAME")),
    )
