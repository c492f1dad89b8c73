"""Every check can fail, in every part of what it expects, and says where its claim is from."""

from __future__ import annotations

import pytest

from local.stack.paths import ROOT
from verification.check import Check, DecidedBy, NotVerifiableHereError, Status, judge
from verification.checks import AREAS, all_checks, of
from verification.expectations import example, wrong_examples

CHECKS = all_checks()
OBSERVED = [one for one in CHECKS if one.decided_by is not DecidedBy.ACCOUNT]


def ids(one: Check) -> str:
    return one.id


@pytest.mark.parametrize("checked", OBSERVED, ids=ids)
def test_observation_as_expected_is_verified(checked: Check) -> None:
    assert judge(checked, example(checked.expected), local=False).status is Status.VERIFIED


@pytest.mark.parametrize("checked", OBSERVED, ids=ids)
def test_every_other_observation_differs(checked: Check) -> None:
    wrong = list(wrong_examples(checked.expected))
    assert wrong
    for observation in [*wrong, None, {}, [], ""]:
        result = judge(checked, observation, local=False)
        assert result.status is Status.DIFFERS, observation
        assert "expected" in result.evidence


@pytest.mark.parametrize("checked", OBSERVED, ids=ids)
def test_only_facts_about_the_engine_have_no_verdict_on_the_local_aws(checked: Check) -> None:
    decided = checked.decided_by is not DecidedBy.ENGINE
    right, wrong = example(checked.expected), next(wrong_examples(checked.expected))
    assert judge(checked, right, local=True).status is (Status.VERIFIED if decided else Status.NOT_VERIFIABLE)
    result = judge(checked, wrong, local=True)
    assert result.status is (Status.DIFFERS if decided else Status.NOT_VERIFIABLE)
    assert "expected" in result.evidence


@pytest.mark.parametrize("checked", [one for one in CHECKS if one.decided_by is DecidedBy.ACCOUNT], ids=ids)
def test_check_of_account_settings_says_why_there_is_none(checked: Check) -> None:
    with pytest.raises(NotVerifiableHereError, match=r"^Not checked: "):
        checked.observe(None)  # type: ignore[arg-type]  # nothing is observed


@pytest.mark.parametrize("checked", CHECKS, ids=ids)
def test_check_is_documented(checked: Check) -> None:
    assert checked.claim.endswith(".")
    assert checked.how.endswith(".")
    assert checked.source.startswith("https://") or len(checked.source) > 10
    paths = [path.split(",")[0].strip() for path in checked.relied_on.split(";")]
    for path in paths:
        assert (ROOT / path).exists(), path


def test_ids_are_unique() -> None:
    assert len({one.id for one in CHECKS}) == len(CHECKS)


def test_every_module_of_checks_is_an_area() -> None:
    modules = {path.stem for path in (ROOT / "verification" / "checks").glob("*.py")} - {"__init__"}
    assert {module.__name__.rpartition(".")[2] for module in AREAS.values()} == modules
    assert all(of(module) for module in AREAS.values())


@pytest.mark.parametrize(
    "fact",
    [
        "views-read", "openx-key-case", "path-prunes", "result-file", "result-values", "error-names", "input-template",
        "express-definition", "orphan-stopped", "schedule", "dead-letter", "s3-put-once", "results-write-only",
        "saved-queries", "token-of-another-role", "glue-expression", "metric-filter", "clients", "index-layout",
        "index-delete", "index-glue-parameters", "index-table-versions",
    ],
)  # fmt: skip
def test_fact_that_the_docs_could_not_settle_is_checked(fact: str) -> None:
    assert fact in {one.id for one in OBSERVED}
