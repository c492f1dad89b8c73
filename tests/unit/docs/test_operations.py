"""docs/operations.md: every alarm has a section, and examples and figures are those of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from benchmarks.monthly_cost import monthly
from quilt_athena.client import QuiltAthena, Schedule
from tests.unit.client.deployed import OUTPUTS
from tests.unit.client.fake_aws import FakeAws
from tests.unit.template.cloudformation import source

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_page_says_what_to_do_about_each_alarm() -> None:
    sections = re.findall(r"^### (.*?)\n(.*?)(?=^#|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    named = [name for heading, _ in sections for name in heading.split(", ")]
    declared = [name for name, r in source()["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert sorted(named) == sorted(declared)
    assert all("*Do:*" in body for _, body in sections)


def test_schedule_in_a_template_equals_the_one_that_the_command_creates() -> None:
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


def test_costs_are_the_computed_ones() -> None:
    computed = [monthly(size, 730) for size in (10, 1000, 10_000)]
    rows = {item: [costs[item] for costs in computed] for item in computed[0]}
    rows["**total**"] = [sum(costs.values()) for costs in computed]
    for item, costs in rows.items():
        figures = [f"**{cost:.2f}**" if item == "**total**" else f"{cost:.2f}" for cost in costs]
        assert f"| {item} | {' | '.join(figures)} |" in PAGE


def test_log_queries_filter_by_messages_that_the_code_logs() -> None:
    clauses = re.findall(r"filter message (?:= (.*?)|in \[(.*?)\]) \|", PAGE)
    messages = {message for clause in clauses for message in re.findall(r'"(.*?)"', "".join(clause))}
    assert len(messages) >= 4
    folders = (ROOT / "functions", ROOT / "layers" / "quilt_athena" / "quilt_athena")
    code = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    assert {message for message in messages if not re.search(rf'logger\.\w+\(\s*"{message}"', code)} == set()
