"""Calls of the refresh, custom views and registrations that fail: the work is completed, then or the next time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.stack import executions
from local.stack.waiting import until
from tests.faults import Fault, denied, failed, faults, killed, throttled
from tests.integration.custom_views.stack_views import CustomViews
from tests.integration.custom_views.test_custom_views import NAMES, failures
from tests.integration.faults.test_query import INVOKE, START, queries_containing
from tests.integration.refresh.test_refresh import refresh
from tests.local_aws import LocalAws

REFRESH, SWEEP, PLAN, VIEW = "RefreshCatalogRole", "SweepQueries", "PlanViewsRole", "ViewQueryStateMachine"
ONBOARD = "OnboardBucketRole"
GLUE_FAILS = {"Error": "InternalServiceException", "Status": 500}
BUSY = "TooManyRequestsException"
COMPLETED: dict[str, list[Fault]] = {
    "every service fails at first": [
        throttled("glue:GetTables", 2, Role=REFRESH),
        {**failed("glue:GetTables", 1, Role=REFRESH), **GLUE_FAILS},
        {"Action": INVOKE, "Error": BUSY, "Contains": "RefreshCatalog"},
        {"Action": INVOKE, "Error": "Lambda.Unknown", "Contains": SWEEP},
        {"Action": "states:StartExecution", "Error": "ExecutionLimitExceededException", "Times": 2, "Role": "Refresh"},
        throttled(START, 2, Role="QueryStateMachine"),
    ],
    "function dies before it creates a view": [killed("glue:CreateTable", Role=REFRESH)],
    "function dies after it created a view": [killed("glue:CreateTable", Role=REFRESH, Performed=True)],
    "function dies while it reads the registry": [killed("dynamodb:Scan", Role=REFRESH)],
}


@pytest.mark.parametrize("case", COMPLETED.values(), ids=COMPLETED)
def test_refresh_repairs_the_catalog_whatever_fails_once(local_aws: LocalAws, bucket: str, case: list[Fault]) -> None:
    prefix = local_aws.onboard(bucket)
    CustomViews(local_aws).wait_for_registration(bucket)
    view = f"{prefix}_quilt_objects_view"
    local_aws.glue.delete_table(DatabaseName=local_aws.outputs["DatabaseName"], Name=view)
    with faults(local_aws.stack.endpoint, *case):
        result = refresh(local_aws)
    assert view in {table["Name"] for table in local_aws.tables(prefix)}
    assert bucket not in {failure["Bucket"] for failure in result["Failed"]["Buckets"]}
    assert refresh(local_aws, bucket)["Repaired"] == {"Count": 0, "Buckets": []}


def test_custom_view_is_created_whatever_fails_for_a_while(
    local_aws: LocalAws, custom_views: CustomViews, bucket: str
) -> None:
    prefix = local_aws.onboard(bucket)
    custom_views.wait_for_registration(bucket)
    custom_views.put("names", NAMES, bucket)
    case = [
        throttled(START, 2, Role=VIEW),
        failed("athena:GetQueryExecution", 2, Role=VIEW),
        {**failed("glue:GetTable", 2, Role=PLAN), **GLUE_FAILS},
        {**failed("s3:GetObject", 2, Role=PLAN), "Error": "InternalError"},
        {"Action": INVOKE, "Error": BUSY, "Contains": "PlanViews"},
    ]
    with faults(local_aws.stack.endpoint, *case):
        result = custom_views.run(bucket)
    assert failures(result, bucket) == {}
    assert custom_views.existing(prefix) == {f"{prefix}_quilt_names"}


@pytest.mark.parametrize("performed", [False, True])
def test_custom_views_function_that_dies_leaves_the_rest_to_the_next_execution(
    local_aws: LocalAws, custom_views: CustomViews, bucket: str, performed: bool
) -> None:
    prefix = local_aws.onboard(bucket)
    custom_views.wait_for_registration(bucket)
    custom_views.put("names", NAMES, bucket)
    # The function adds the checksum to the view that Athena has created.
    with faults(local_aws.stack.endpoint, killed("glue:UpdateTable", Role=PLAN, Performed=performed)):
        machine = local_aws.outputs["ViewsStateMachineArn"]
        ended = executions.run(local_aws.stepfunctions, machine, {"Buckets": [bucket]})
    assert (ended.status, bool(ended.error)) == ("FAILED", True)
    assert failures(custom_views.run(bucket), bucket) == {}
    assert custom_views.existing(prefix) == {f"{prefix}_quilt_names"}
    assert custom_views.run(bucket)["Created"]["Count"] == 0


def test_view_whose_status_cannot_be_read_leaves_no_query_running(
    local_aws: LocalAws, custom_views: CustomViews, bucket: str
) -> None:
    prefix = local_aws.onboard(bucket)
    custom_views.wait_for_registration(bucket)
    custom_views.put("names", NAMES, bucket)
    with faults(local_aws.stack.endpoint, denied("athena:GetQueryExecution", Role=VIEW)):
        reported = failures(custom_views.run(bucket), bucket)
    # The query is stopped, unless Athena has created the view first: then nothing is missing.
    assert {error for error, _ in reported.values()} <= {"Athena.AccessDeniedException"}
    queries = queries_containing(local_aws, f"{prefix}_quilt_names")
    assert {query["Status"]["State"] for query in queries} <= {"CANCELLED", "SUCCEEDED"}
    assert failures(custom_views.run(bucket), bucket) == {}
    assert custom_views.existing(prefix) == {f"{prefix}_quilt_names"}


REGISTRATION: dict[str, list[Fault]] = {
    "function dies before it creates a table": [killed("glue:CreateTable", Role=ONBOARD, Skip=1)],
    "function dies after it created a table": [killed("glue:CreateTable", Role=ONBOARD, Performed=True)],
    "function dies before it announces the changes": [killed("events:PutEvents", Role=ONBOARD)],
    "registry throttles, and the response to creating a table is lost": [
        throttled("dynamodb:UpdateItem", 2, Role=ONBOARD),
        {**failed("glue:CreateTable", 1, Role=ONBOARD, Performed=True), **GLUE_FAILS},
    ],
}


@pytest.fixture
def prompt_redelivery(local_aws: LocalAws) -> Iterator[None]:
    """A message whose function died is delivered again after seconds, not minutes."""
    sqs, url = local_aws.stack.client("sqs"), local_aws.outputs["BucketEventsQueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


@pytest.mark.usefixtures("prompt_redelivery")
@pytest.mark.parametrize("case", REGISTRATION.values(), ids=REGISTRATION)
def test_registration_is_completed_whatever_fails_once(local_aws: LocalAws, bucket: str, case: list[Fault]) -> None:
    prefix = bucket.replace("-", "_")
    with faults(local_aws.stack.endpoint, *case):
        local_aws.register(bucket)
        until(lambda: local_aws.tables(f"{prefix}_quilt_"), lambda found: len(found) == 4)
        CustomViews(local_aws).wait_for_registration(bucket)
    assert len(local_aws.tables(f"{prefix}_quilt_")) == 4
    # Reports changes that were never announced, if it is faster than the second delivery.
    refresh(local_aws, bucket)
    assert refresh(local_aws, bucket)["Repaired"] == {"Count": 0, "Buckets": []}
