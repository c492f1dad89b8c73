"""docs/verification.md is what the checks declare and what was recorded."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.verification_page import PAGE, page
from verification import cost
from verification import page as verification_page
from verification.check import DecidedBy, Result, Status
from verification.checks import all_checks
from verification.page import record, recorded, render
from verification.report import as_json
from verification.run import Run
from verification.target import Target


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make verification-page`"


def test_page_has_a_section_for_every_check() -> None:
    sections = re.findall(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sections == [one.id for one in all_checks()]


def test_costs_are_the_computed_ones() -> None:
    assert f"(about {cost.estimate():.2f} USD, at most {cost.limit():.2f})" in PAGE.read_text(encoding="utf-8")


def test_every_check_has_a_recorded_result_on_the_local_aws() -> None:
    run = recorded("local.json")
    assert run is not None
    assert list(run.results) == [*(one.id for one in all_checks()), "cleanup"]
    for one in all_checks():
        status, evidence = run.results[one.id]
        decided = one.decided_by is DecidedBy.SERVICES
        assert status == (Status.VERIFIED if decided else Status.NOT_VERIFIABLE).value, one.id
        assert evidence


def test_recorded_results_are_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(verification_page, "RECORDED", tmp_path / "recorded")
    assert render().count("no run has been recorded") == 2
    results = [Result("views-read", Status.DIFFERS, "expected 1,\nobserved `2`", 1.25)]
    document = as_json(results, Target(None, "eu-west-1"), Run("0123abcd"), 7)
    assert json.loads(document)["Results"][0]["Seconds"] == 1.2
    record("AWS", document)
    text = render()
    assert re.search(r"- \*\*AWS\*\*: run of \d{4}-\d\d-\d\d in eu-west-1\.", text)
    assert "| [views-read](#views-read) | not run | differs |" in text
    assert "- *Evidence, AWS:* differs. `expected 1, observed '2'`" in text
