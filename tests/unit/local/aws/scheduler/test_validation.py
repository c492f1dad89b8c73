"""Schedules that EventBridge Scheduler rejects."""

from __future__ import annotations

import pytest

from local.aws.scheduler.validation import is_expression, problem


@pytest.mark.parametrize(
    "text",
    [
        "rate(5 minutes)", "rate(1 minute)", "rate(12 hours)", "rate(1 day)",
        "at(2026-01-31T10:00:00)",
        "cron(0 9 * * ? *)", "cron(0/15 8-17 ? * MON-FRI *)", "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
        "cron(15 12 L * ? *)",
        "cron(0 0 15W 1,JUL ? 2026-2030)", "cron(0 10 ? * 6L 2026)", "cron(0 10 ? * fri#2 *)", "cron(*/5 * ? * * *)",
    ],
)  # fmt: skip
def test_expression_of_eventbridge_scheduler_is_accepted(text: str) -> None:
    assert is_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "hourly", "rate(0 minutes)", "rate(-1 days)", "rate(5 seconds)", "rate(5)", "rate(1.5 hours)",
        "Rate(1 day)",
        "at(2026-02-30T10:00:00)", "at(2026-01-31 10:00:00)", "at(2026-01-31T10:00:00Z)", "at(2026-01-31)",
        "cron(0 9 * * * *)", "cron(0 9 ? * ? *)", "cron(0 9 * * ?)", "cron(60 9 * * ? *)", "cron(0 24 * * ? *)",
        "cron(0 9 32 * ? *)", "cron(0 9 * 13 ? *)", "cron(0 9 ? * 0 *)", "cron(0 9 ? * 8 *)", "cron(0 9 ? * MO *)",
        "cron(0/0 9 * * ? *)", "cron(0, 9 * * ? *)", "cron(0 9 * * ? 1969)", "0 9 * * ? *",
    ],
)  # fmt: skip
def test_other_expression_is_rejected(text: str) -> None:
    assert not is_expression(text)


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("n", {"ScheduleExpression": "rate(5 minutes)", "ScheduleExpressionTimezone": "Europe/Paris"}, None),
        ("n" * 64, {"ScheduleExpression": "rate(5 minutes)"}, None),
        ("n", {"ScheduleExpression": "rate(5 minute s)"}, "Invalid Schedule Expression rate(5 minute s)."),
        (
            "n",
            {"ScheduleExpression": "rate(5 minutes)", "ScheduleExpressionTimezone": "Europe/Atlantis"},
            "Invalid Schedule Expression Timezone Europe/Atlantis.",
        ),
        (
            "n" * 65,
            {"ScheduleExpression": "rate(5 minutes)"},
            f"1 validation error detected: Value '{'n' * 65}' at 'name' failed to satisfy constraint: Member must have "
            "length less than or equal to 64",
        ),
        (
            "a b",
            {"ScheduleExpression": "rate(5 minutes)"},
            "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: ^[0-9a-zA-Z-_.]+$",
        ),
    ],
)
def test_schedule_is_rejected_with_a_reason(name: str, body: dict[str, str], message: str | None) -> None:
    assert problem(name, body) == message
