"""The local engine gives the results that Trino gave, except where known_failures.txt lists a case."""

from __future__ import annotations

import re

import pytest

from quilt_athena.query.stack_queries import stack_queries
from tests.conformance.case_files import read_all
from tests.conformance.cases import CaseFile
from tests.conformance.checker import Checker, known_failures

FILES = read_all()


@pytest.fixture(scope="module")
def checker() -> Checker:
    """The engine over the sample tables."""
    return Checker(FILES)


@pytest.mark.parametrize("file", FILES, ids=[file.topic for file in FILES])
def test_statements_give_the_recorded_results(file: CaseFile, checker: Checker) -> None:
    known = known_failures()
    checked = [checker.check(case) for case in file.cases]
    failed = [one for one in checked if not one.passed and one.case.key not in known]
    assert not failed, "\n".join(f"{one.case.statement}\n  {one.outcome.value}: {one.difference}" for one in failed)
    passed = [known[one.case.key] for one in checked if one.passed and one.case.key in known]
    assert not passed, "remove from known_failures.txt, because they pass:\n" + "\n".join(passed)


def test_known_failures_are_cases() -> None:
    cases = {case.key for file in FILES for case in file.cases}
    gone = [line for key, line in known_failures().items() if key not in cases]
    assert not gone, "remove from known_failures.txt, because they are no cases:\n" + "\n".join(gone)


def test_no_statement_is_a_case_twice() -> None:
    statements = [(case.statement, case.parameters) for file in FILES for case in file.cases]
    twice = {statement for statement in statements if statements.count(statement) > 1}
    assert not twice


def test_saved_queries_are_recorded_as_the_stack_has_them() -> None:
    shipped = {name: _without_comments(query.sql) for name, query in stack_queries().items()}
    (file,) = (file for file in FILES if file.topic == "packages/saved_queries")
    recorded = {(case.section, _without_comments(case.statement)) for case in file.cases if case.section in shipped}
    assert recorded == set(shipped.items())


def _without_comments(sql: str) -> str:
    return " ".join(re.sub(r"--[^\n]*", "", sql).split())
