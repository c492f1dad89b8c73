"""A check that fails in any way gives a result, and the next one runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from verification.aws import Aws
from verification.check import Check, DecidedBy, NotVerifiableHereError, Result, Status
from verification.run import Run
from verification.runner import run
from verification.target import Target

RUN = Run("0123abcd")


def aws(endpoint: str | None, tmp_path: Path) -> Aws:
    target = Target(endpoint, "us-east-1")
    target.__dict__["caller"] = {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/somebody"}
    return Aws(target, RUN, {}, tmp_path)


def check(observe: Any, decided_by: DecidedBy = DecidedBy.SERVICES, expected: Any = "right") -> Check:
    return Check("fact", "A fact.", expected, "README.md", "assumed", decided_by, observe)


def result(checked: Check, endpoint: str | None, tmp_path: Path) -> Result:
    (found,) = run([checked], aws(endpoint, tmp_path))
    return found


def fail(_: Aws) -> Any:
    raise TimeoutError("still [] after 180 s")


def give_up(_: Aws) -> Any:
    raise NotVerifiableHereError("the region lacks Athena")


def test_observation_is_judged(tmp_path: Path) -> None:
    assert result(check(lambda _: "right"), None, tmp_path).status is Status.VERIFIED
    assert result(check(lambda _: "wrong"), None, tmp_path).status is Status.DIFFERS


def test_failure_differs_with_its_reason(tmp_path: Path) -> None:
    found = result(check(fail), None, tmp_path)
    assert (found.status, found.evidence) == (
        Status.DIFFERS, "no observation: TimeoutError: still [] after 180 s",
    )  # fmt: skip


def test_failure_of_a_service_differs_on_the_local_aws_too(tmp_path: Path) -> None:
    assert result(check(fail), "http://127.0.0.1:1", tmp_path).status is Status.DIFFERS
    assert result(check(fail, DecidedBy.ENGINE), "http://127.0.0.1:1", tmp_path).status is Status.NOT_VERIFIABLE


def test_what_only_aws_has_does_not_run_on_the_local_aws(tmp_path: Path) -> None:
    assert result(check(fail, DecidedBy.AWS_ONLY), "http://127.0.0.1:1", tmp_path).status is Status.NOT_VERIFIABLE
    assert result(check(fail, DecidedBy.AWS_ONLY), None, tmp_path).status is Status.DIFFERS


def test_reason_why_nothing_can_be_observed_is_the_evidence(tmp_path: Path) -> None:
    found = result(check(give_up), None, tmp_path)
    assert (found.status, found.evidence) == (Status.NOT_VERIFIABLE, "the region lacks Athena")


def test_evidence_names_neither_run_nor_account(tmp_path: Path) -> None:
    names = "quilt-verify-0123abcd-data-cells of 123456789012 in quilt_verify_0123abcd"
    text = f"{names}: 3c7f2b0e-4d1a-4a53-9a1e-0d8a7c1f5b21"
    found = result(check(lambda _: text, expected=text), None, tmp_path)
    assert found.evidence == "<run>-data-cells of <account> in <run>: <id>"


def test_interruption_ends_the_run(tmp_path: Path) -> None:
    def interrupt(_: Aws) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run([check(interrupt)], aws(None, tmp_path)))


def test_results_come_one_by_one(tmp_path: Path) -> None:
    results = run([check(fail), check(lambda _: "right"), check(fail)], aws(None, tmp_path))
    assert next(results).status is Status.DIFFERS
    assert [one.status for one in results] == [Status.VERIFIED, Status.DIFFERS]
