"""Every way in which a function can fail moves the metric of an alarm: each raises, and each times out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from local.stack import executions
from local.stack.waiting import until
from tests.integration.alarms.conftest import BROKEN, Breakable
from tests.integration.alarms.symptoms import Symptoms
from tests.integration.local.queries import SLOW
from tests.local_aws import LocalAws
from tests.unit.template.cloudformation import Stack

Trigger = Callable[[LocalAws], object]


def register_bucket(local_aws: LocalAws) -> None:
    local_aws.register(local_aws.make_bucket())


def request_query(local_aws: LocalAws) -> None:
    request = {"QueryString": "SELECT 1"}
    local_aws.send("query-requested", {"version": "0.1", "correlationId": uuid.uuid4().hex, "request": request})


def abort_query(local_aws: LocalAws) -> None:
    machine = local_aws.outputs["QueryStateMachineArn"]
    started = local_aws.stepfunctions.start_execution(stateMachineArn=machine, input=f'{{"QueryString": "{SLOW}"}}')
    local_aws.stepfunctions.stop_execution(executionArn=started["executionArn"])


def run_query(local_aws: LocalAws) -> None:
    local_aws.run("SELECT 1")


def refresh(local_aws: LocalAws) -> None:
    run(local_aws, "RefreshStateMachineArn", {})


def create_custom_views(local_aws: LocalAws) -> None:
    run(local_aws, "ViewsStateMachineArn", {})


def create_package(local_aws: LocalAws) -> None:
    package = {"Bucket": local_aws.make_bucket(), "Name": "a/package"}
    run(local_aws, "PackageStateMachineArn", {"Query": {"QueryString": "SELECT 1"}, "Package": package})


def announce_revision(local_aws: LocalAws) -> None:
    revision = {"version": "0.1", "type": "created", "handle": "a/package", "topHash": "0" * 64}
    local_aws.send("package-revision", revision | {"bucket": local_aws.make_bucket()}, source="com.quiltdata")


def write_index(local_aws: LocalAws) -> None:
    run(local_aws, "IndexStateMachineArn", {})


def run(local_aws: LocalAws, machine: str, request: dict[str, Any]) -> executions.Ended:
    return executions.run(local_aws.stepfunctions, local_aws.outputs[machine], request)


#: For each function, what has it called, and the alarms that must be raised when it fails.
FAILURES: list[tuple[str, Trigger, set[str]]] = [
    ("OnboardBucketFunction", register_bucket, {"DeadLettersAlarm"}),
    ("StopOrphanedQueryFunction", abort_query, {"EndedExecutionsDeadLettersAlarm"}),
    ("StartRequestedQueryFunction", request_query, {"QueryRequestsDeadLettersAlarm"}),
    ("PublishQueryOutcomeFunction", request_query, {"UnexpectedFailuresAlarm"}),
    ("PrepareQueryFunction", run_query, {"UnexpectedFailuresAlarm"}),
    ("FetchResultsFunction", run_query, {"UnexpectedFailuresAlarm"}),
    ("RefreshCatalogFunction", refresh, {"UnexpectedFailuresAlarm"}),
    ("SweepQueriesFunction", refresh, {"RefreshStepsFailedAlarm"}),
    ("AttachAccessPolicyFunction", refresh, {"RefreshStepsFailedAlarm"}),
    ("ReportRefreshFunction", refresh, {"UnexpectedFailuresAlarm"}),
    ("PlanViewsFunction", create_custom_views, {"UnexpectedFailuresAlarm"}),
    ("PlanViewsFunction", refresh, {"RefreshStepsFailedAlarm", "UnexpectedFailuresAlarm"}),
    ("PreparePackageFunction", create_package, {"UnexpectedFailuresAlarm"}),
    ("PushPackageFunction", create_package, {"UnexpectedFailuresAlarm"}),
    ("RecordIndexEventsFunction", announce_revision, {"IndexAlarm"}),
    ("WriteIndexFunction", write_index, {"UnexpectedFailuresAlarm"}),
]
IDS = [f"{function}-{trigger.__name__}" for function, trigger, _ in FAILURES]


def test_every_function_of_the_template_is_tried() -> None:
    assert {function for function, _, _ in FAILURES} == set(Stack().of_type("AWS::Lambda::Function"))


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize(("function", "trigger", "expected"), FAILURES, ids=IDS)
def test_function_that_fails_raises_an_alarm(
    breakable: Breakable, function: str, trigger: Trigger, expected: set[str], how: str
) -> None:
    with breakable.broken(function, how) as symptoms:
        trigger(breakable.local_aws)
        assert until(symptoms.raised, lambda raised: expected <= raised) == expected


@pytest.mark.parametrize(
    "trigger", [register_bucket, request_query, run_query, refresh, create_custom_views, announce_revision, write_index]
)
def test_function_that_works_raises_none(breakable: Breakable, trigger: Trigger) -> None:
    symptoms = Symptoms(breakable.stack)
    trigger(breakable.local_aws)
    assert symptoms.raised() == set()


def test_request_that_is_rejected_raises_none(breakable: Breakable) -> None:
    symptoms = Symptoms(breakable.stack)
    ended = run(breakable.local_aws, "QueryStateMachineArn", {"QueryString": "SELECT nothing FROM nowhere"})
    assert (ended.status, ended.error) == ("FAILED", "QueryFailed")
    ended = run(breakable.local_aws, "QueryStateMachineArn", {"QueryString": 1})
    assert (ended.status, ended.error) == ("FAILED", "InvalidRequest")
    assert symptoms.raised() == set()
