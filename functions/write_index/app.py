"""One round of the index's writer: take in the result of a statement, and return the next statement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.desired_state import CatalogSettings, LegacyViews
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.reconciler import Reconciler, TrustCache
from quilt_athena.index.job_statements import JobStatements
from quilt_athena.index.maintenance import Maintenance
from quilt_athena.index.pending import PendingObjects
from quilt_athena.index.rounds import IndexRounds
from quilt_athena.index.staging import Staging
from quilt_athena.index.tables import IndexCatalog
from quilt_athena.index.views import IndexedViews
from quilt_athena.index.work import IndexWork
from quilt_athena.index.writer import WriterItem
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Settings(FunctionSettings):
    """The function's environment."""

    database_name: str
    registry_table_name: str
    index_table_name: str
    index_bucket_name: str
    event_bus_name: str
    all_buckets_location: str
    legacy_views: LegacyViews


@cache
def compose() -> IndexRounds:
    """The rounds that all events of this execution environment share."""
    settings = Settings.from_environment()
    s3 = boto3.client("s3", config=PATIENT_CLIENT_CONFIG)
    glue = boto3.client("glue", config=PATIENT_CLIENT_CONFIG)
    dynamodb = boto3.client("dynamodb", config=PATIENT_CLIENT_CONFIG)
    stepfunctions = boto3.client("stepfunctions", config=PATIENT_CLIENT_CONFIG)
    events = boto3.client("events", config=PATIENT_CLIENT_CONFIG)
    registry = Registry(dynamodb, settings.registry_table_name)
    reconciler = Reconciler(
        GlueCatalog(glue, settings.database_name),
        CatalogSettings(settings.database_name, settings.all_buckets_location, settings.legacy_views),
        TrustCache(),
    )
    views = IndexedViews(BucketRegistrar(reconciler, registry, s3, events, settings.event_bus_name))
    writer = WriterItem(dynamodb, stepfunctions, settings.index_table_name)
    catalog = IndexCatalog(glue, settings.database_name, settings.index_bucket_name)
    work = IndexWork(
        registry,
        PendingObjects(dynamodb, settings.index_table_name),
        Staging(s3, settings.index_bucket_name),
        catalog,
        Maintenance(writer, catalog),
        s3,
        views.switch,
    )
    return IndexRounds(writer, work, JobStatements(settings.database_name, settings.index_bucket_name))


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run one round for ``Request``, ``Execution``, ``Rounds`` and ``Result`` (of the last statement); return it."""
    return compose().run(event["Execution"], int(event["Rounds"]), event["Result"] or None, event["Request"])
