"""docs/operations.md: every alarm has its place, and the schedule in a template is the one that the command puts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from benchmarks.monthly_cost import monthly
from quilt_athena.client import QuiltAthena, Schedule
from tests.unit.client.deployed import OUTPUTS
from tests.unit.client.fake_aws import FakeAws
from tests.unit.template.cloudformation import Stack, source

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_alarm_says_what_to_do() -> None:
    sections = re.findall(r"^### (.*?)\n(.*?)(?=^#|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    named = [name for heading, _ in sections for name in heading.split(", ")]
    declared = [name for name, r in source()["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert sorted(named) == sorted(declared)
    assert all("*Do:*" in body for _, body in sections)


def test_a_schedule_in_a_template_is_the_commands_own() -> None:
    (text,) = re.findall(r"```yaml scheduled-query\n(.*?)```", PAGE, flags=re.DOTALL)
    (properties,) = (resource["Properties"] for resource in yaml.safe_load(text).values())
    written = json.loads(
        re.sub(r"\{\{resolve:ssm:/quilt-athena/(\w+)\}\}", lambda match: OUTPUTS[match[1]], json.dumps(properties))
    )
    given = json.loads(written["Target"].pop("Input"))
    request = {key: value for key, value in given["Request"].items() if key != "IdempotencyKey"}
    aws = FakeAws().on("scheduler:UpdateSchedule", {"ScheduleArn": "arn"})
    schedule = Schedule("nightly-report", "cron(0 3 * * ? *)", "Europe/Berlin", True, request)
    QuiltAthena(session=aws.session(), outputs=OUTPUTS).schedules.put(schedule)
    (put,) = aws.called("scheduler:UpdateSchedule")
    assert json.loads(put["Target"].pop("Input")) == given
    assert {key: put[key] for key in written} == written


def test_the_costs_are_those_that_are_computed() -> None:
    row = re.search(r"\*\*all\*\* \| \*\*([\d.]+)\*\* \| \*\*([\d.]+)\*\* \| \*\*([\d.]+)\*\*", PAGE)
    assert row
    assert [f"{sum(monthly(size, 730).values()):.2f}" for size in (10, 1000, 10_000)] == list(row.groups())


def test_parameters_and_outputs_that_the_page_names_exist() -> None:
    stack: Any = source()
    for name in ("RefreshSchedule", "RefreshTimezone", "RefreshPeriodSeconds", "RemoveGoneBuckets", "AlarmTopicArn"):
        assert f"`{name}`" in PAGE or f"{name}=" in PAGE
        assert name in stack["Parameters"]
    assert (
        int(
            Stack().of_type("AWS::Lambda::Function")["RefreshCatalogFunction"]["Environment"]["Variables"]["MAX_PROBES"]
        )
        == 100
    )
