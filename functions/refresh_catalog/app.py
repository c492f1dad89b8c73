"""One round of a refresh: registry against S3 and catalog; a request that is wrong is an answer, not an error."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.legacy import LegacyViews
from quilt_athena.errors import InvalidRequest
from quilt_athena.refresh.refresher import Limits, Refresher, parse_request
from quilt_athena.refresh.rounds import RefreshRounds
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting

#: Enough to finish what a round has begun when it sees that its time is up.
_RESERVED_MILLISECONDS = 90_000
#: Registered buckets that one refresh looks up in S3, chosen at random if there are more: a HeadBucket call each takes
#: about 0.1 s and costs 0.4 millionths of a dollar.
_MAX_EXISTENCE_CHECKS = 1000
#: Buckets that are worked on at once: a few, so that Glue's per-account quotas leave capacity for others.
_CONCURRENCY = 4
#: Buckets whose views one refresh checks with a query, changed ones first: Athena bills at least 10 MB for each. The
#: next refresh checks the rest.
_MAX_VIEW_CHECKS = 100
#: How many of them may be unchanged buckets, chosen at random: they find out that Athena cannot read views at all.
_SAMPLED_VIEW_CHECKS = 2


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``Request``, ``Progress``, ``ExecutionId`` in; out ``Valid`` with ``Progress`` and ``Probes``, or a ``Cause``."""
    try:
        request = parse_request(event["Request"])
    except InvalidRequest as error:
        logger.info("refused", reason=str(error), execution=event["ExecutionId"])
        return {"Valid": False, "Cause": {"Message": str(error)}}

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVED_MILLISECONDS

    answer = _rounds().run(request, event["Progress"], event["ExecutionId"], has_time)
    report = answer["Progress"]["Report"]
    counts = {kind: report[kind]["Count"] for kind in ("Repaired", "Failed", "Gone", "Unregistered")}
    logger.info("refreshed", checked=report["Checked"], more=answer["Progress"]["More"], **counts)
    return {"Valid": True, **answer}


@cache
def _rounds() -> RefreshRounds:
    registrar = BucketRegistrar(
        catalog=GlueCatalog(
            boto3.client("glue", config=PATIENT_CLIENT_CONFIG),
            setting("DATABASE_NAME"),
            setting("ALL_BUCKETS_LOCATION"),
            LegacyViews(setting("LEGACY_VIEWS")),
        ),
        registry=Registry(boto3.client("dynamodb", config=PATIENT_CLIENT_CONFIG), setting("REGISTRY_TABLE_NAME")),
        s3=boto3.client("s3", config=PATIENT_CLIENT_CONFIG),
        events=boto3.client("events", config=PATIENT_CLIENT_CONFIG),
        event_bus=setting("EVENT_BUS_NAME"),
    )
    limits = Limits(
        existence_checks=_MAX_EXISTENCE_CHECKS,
        workers=_CONCURRENCY,
        removes_missing=setting("REMOVE_MISSING_BUCKETS") == "true",
    )
    return RefreshRounds(Refresher(registrar, limits), _MAX_VIEW_CHECKS, _SAMPLED_VIEW_CHECKS)
