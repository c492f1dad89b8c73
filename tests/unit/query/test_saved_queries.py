"""Saved queries: the template has the SQL of the files, and a request that names a query gets its SQL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from quilt_athena.errors import InvalidRequest
from quilt_athena.query.requests import prepare
from quilt_athena.query.saved_queries import NamedQuery, SavedQueries
from tests.unit.template import stacks
from tools.saved_queries import FOLDER, TEMPLATE, QueryFileError, ShippedQuery, saved_queries, with_section

NAMES = [query.name for query in saved_queries()]


class Athena:
    """The named queries of a workgroup, in pages of two."""

    def __init__(self, *queries: tuple[str, str]) -> None:
        self.queries = [{"Name": name, "QueryString": sql, "Database": "quilt_query"} for name, sql in queries]
        self.batches: list[int] = []

    def get_paginator(self, operation: str) -> Athena:
        assert operation == "list_named_queries"
        return self

    def paginate(self, WorkGroup: str) -> Any:  # noqa: N803 - boto3's name
        assert WorkGroup == "quilt-query"
        ids = [str(number) for number in range(len(self.queries))]
        return [{"NamedQueryIds": ids[start : start + 2]} for start in range(0, len(ids), 2)]

    def batch_get_named_query(self, NamedQueryIds: list[str]) -> Any:  # noqa: N803 - boto3's name
        self.batches.append(len(NamedQueryIds))
        return {"NamedQueries": [self.queries[int(one)] for one in NamedQueryIds]}


def find(name: str, *queries: tuple[str, str]) -> NamedQuery:
    return saved_in(Athena(*queries)).find(name)


def saved_in(athena: Athena) -> SavedQueries:
    return SavedQueries(athena, "quilt-query", "quilt_query")  # type: ignore[arg-type]  # the methods that are used


def test_template_has_the_queries_of_the_files() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    assert with_section(text) == text, "run `make saved-queries`"
    deployed = stacks.stack("defaults").of_type("AWS::Athena::NamedQuery").values()
    assert {(one["Name"], one["QueryString"]) for one in deployed} == {(one.name, one.sql) for one in saved_queries()}
    assert all(len(one["Description"]) <= 1024 and one["Description"].endswith(".") for one in deployed)


def test_shipped_queries_are_the_documented_ones() -> None:
    assert sorted(NAMES) == [
        "changes-between-revisions",
        "duplicates-by-hash",
        "files-by-metadata",
        "largest-files",
        "latest-packages",
        "package-history",
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_first_parameter_of_each_query_is_a_bucket(path: Path) -> None:
    query = ShippedQuery.read(path)
    assert query.parameters[0] == "bucket"
    assert query.sql.partition("?")[0].endswith("bucket = CAST(")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_parameters_of_each_query_accept_any_scalar(path: Path) -> None:
    query = ShippedQuery.read(path)
    assert len(re.findall(r"CAST\(\? AS (?:varchar|JSON)\)", query.sql)) == len(query.parameters)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1", "expected `-- <description>`"),
        ("-- One\n-- Parameters: a, b\nSELECT ?", "2 parameters are named"),
    ],
)
def test_malformed_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.sql"
    path.write_text(text)
    with pytest.raises(QueryFileError, match=f"wrong.sql: {message}"):
        ShippedQuery.read(path)


def prepared(request: dict[str, Any], *queries: tuple[str, str]) -> dict[str, Any]:
    return prepare(
        request,
        execution_id="execution",
        max_timeout_seconds=240,
        database="other",
        workgroup="quilt-query",
        find_saved=lambda name: find(name, *queries),
    )


def test_request_gets_the_sql_of_the_named_query() -> None:
    start = prepared({"NamedQuery": "mine", "Parameters": ["it's"]}, ("theirs", "SELECT 2"), ("mine", "SELECT ?"))[
        "Start"
    ]
    assert start["QueryString"] == "SELECT ?"
    assert start["ExecutionParameters"] == ["'it''s'"]
    assert start["QueryExecutionContext"] == {"Database": "quilt_query"}
    mine = prepared({"NamedQuery": "mine", "Database": "own"}, ("mine", "SELECT 1"))["Start"]
    assert mine["QueryExecutionContext"] == {"Database": "own"}


def test_query_of_the_stacks_database_is_preferred() -> None:
    athena = Athena(("same", "SELECT 1"), ("same", "SELECT 2"), ("theirs", "SELECT 3"))
    for theirs in athena.queries[1:]:
        theirs["Database"] = "other"
    assert saved_in(athena).find("same").sql == "SELECT 1"
    assert saved_in(athena).find("theirs").database == "other"


def test_changed_query_gets_other_tokens() -> None:
    tokens = [prepared({"NamedQuery": "mine"}, ("mine", sql))["Tokens"] for sql in ("SELECT 1", "SELECT 2")]
    assert tokens[0] != tokens[1]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "QueryString: expected either QueryString or NamedQuery, got neither"),
        (
            {"NamedQuery": "a", "QueryString": "SELECT 1"},
            "QueryString: expected either QueryString or NamedQuery, got both",
        ),
        ({"NamedQuery": ""}, "NamedQuery: String should have at least 1 character"),
        ({"NamedQuery": 1}, "NamedQuery: Input should be a valid string"),
        (
            {"NamedQuery": "other"},
            "NamedQuery: workgroup quilt-query has no saved query of this name; it has a, b, two",
        ),
        ({"NamedQuery": "two"}, "NamedQuery: workgroup quilt-query has 2 different saved queries of this name: rename"),
    ],
)
def test_invalid_request_is_rejected_with_its_reason(request_: dict[str, Any], message: str) -> None:
    queries = (("a", "SELECT 1"), ("b", "SELECT 2"), ("two", "SELECT 3"), ("two", "SELECT 4"), ("b", "SELECT 2"))
    with pytest.raises(InvalidRequest) as caught:
        prepared(request_, *queries)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("letters", "request_", "field"),
    [
        (200_000, {"NamedQuery": "large"}, "NamedQuery"),
        (200_000, {"NamedQuery": "large", "Parameters": [1]}, "NamedQuery"),
        (196_500, {"NamedQuery": "large", "Parameters": ["x" * 500]}, "Parameters"),
    ],
)
def test_oversized_field_is_named(letters: int, request_: dict[str, Any], field: str) -> None:
    sql = f"SELECT '{'x' * (letters - 9)}'"
    with pytest.raises(InvalidRequest) as caught:
        prepared(request_, ("large", sql))
    assert str(caught.value).startswith(f"{field}: expected at most 196,608 bytes")


def test_find_reads_all_pages_in_batches() -> None:
    athena = Athena(*((f"query-{number}", f"SELECT {number}") for number in range(120)))
    found = saved_in(athena).find("query-119")
    assert (found.sql, athena.batches) == ("SELECT 119", [50, 50, 20])


def test_long_list_of_names_is_shortened() -> None:
    with pytest.raises(InvalidRequest, match=r"query-19 and more$"):
        find("none", *((f"query-{number:02}", "SELECT 1") for number in range(30)))
