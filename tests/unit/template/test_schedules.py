"""What the stack starts by the clock."""

from __future__ import annotations

import pytest

from tests.unit.template.cloudformation import Stack


def test_schedules_retry_and_keep_what_cannot_be_started(deployed: Stack) -> None:
    schedules = deployed.of_type("AWS::Scheduler::Schedule")
    assert schedules
    for name, schedule in schedules.items():
        assert "Name" not in schedule, f"{name}: two stacks live in one account"
        assert schedule["FlexibleTimeWindow"]["Mode"] == "FLEXIBLE"
        assert schedule["ScheduleExpressionTimezone"]
        target = schedule["Target"]
        assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
        queue = target["DeadLetterConfig"]["Arn"].removeprefix("<").removesuffix(".Arn>")
        role = deployed.of_type("AWS::IAM::Role")[target["RoleArn"].removeprefix("<").removesuffix(".Arn>")]
        allowed = {
            (statement["Action"], statement["Resource"])
            for policy in role["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
            if isinstance(statement["Action"], str)
        }
        assert allowed == {("states:StartExecution", target["Arn"]), ("sqs:SendMessage", f"<{queue}.Arn>")}
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
        assert set(trust["Condition"]["StringEquals"]) == {"aws:SourceAccount"}


def test_the_role_of_users_schedules_is_for_the_stack_s_group_alone(deployed: Stack) -> None:
    (trust,) = deployed.of_type("AWS::IAM::Role")["ScheduleRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["StringEquals"]["aws:SourceArn"] == "<ScheduleGroup.Arn>"
    assert deployed.of_type("AWS::Scheduler::ScheduleGroup")["ScheduleGroup"] == {"Name": "a-stack"}


@pytest.mark.parametrize(
    ("interval", "state", "expression"),
    [("2h", "ENABLED", "rate(2 hours)"), ("never", "DISABLED", "rate(24 hours)")],
)
def test_the_refresh_runs_at_the_interval_of_the_parameter(interval: str, state: str, expression: str) -> None:
    stack = Stack({"RefreshInterval": interval})
    schedules = {one["Target"]["Arn"]: one for one in stack.of_type("AWS::Scheduler::Schedule").values()}
    assert set(schedules) == {"<RefreshStateMachine>", "<IndexStateMachine>"}
    schedule = schedules["<RefreshStateMachine>"]
    assert (schedule["State"], schedule["ScheduleExpression"]) == (state, expression)
    index = schedules["<IndexStateMachine>"]
    assert (index["ScheduleExpression"], index["Target"]["Input"]) == ("rate(1 day)", '{"Maintain": true}')
