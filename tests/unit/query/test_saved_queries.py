"""Saved queries: the template has the SQL of the files, and a request that names a query gets its SQL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from quilt_athena.errors import InvalidRequest
from quilt_athena.query.requests import prepare
from quilt_athena.query.saved_queries import CACHE_SECONDS, NamedQuery, SavedQueries
from quilt_athena.query.stack_queries import FOLDER, StackQuery, stack_queries
from tests.unit.template import stacks
from tools.saved_queries import TEMPLATE, with_section

QUERY_ID = "0e9b3a55-7c5f-4f0e-9d0a-3f1f6a6f3c11"


class Athena:
    """The named queries of a workgroup, in pages of two; `only` is the one that has QUERY_ID."""

    def __init__(self, *queries: tuple[str, str]) -> None:
        self.queries = [{"Name": name, "QueryString": sql, "Database": "quilt_query"} for name, sql in queries]
        self.only: dict[str, str] | ClientError | None = None
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
        if NamedQueryIds == [QUERY_ID]:
            if isinstance(self.only, ClientError):
                raise self.only
            return {"NamedQueries": [self.only] if self.only else []}
        return {"NamedQueries": [self.queries[int(one)] for one in NamedQueryIds]}


def find(name: str, *queries: tuple[str, str]) -> NamedQuery:
    return saved_in(Athena(*queries)).find(name)


def saved_in(athena: Athena) -> SavedQueries:
    return SavedQueries(lambda: athena, "quilt-query", "quilt_query")  # type: ignore[arg-type, return-value]  # the methods that are used


def test_template_has_the_queries_of_the_files() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    assert with_section(text) == text, "run `make saved-queries`"
    deployed = stacks.stack("defaults").of_type("AWS::Athena::NamedQuery").values()
    assert {(one["Name"], one["QueryString"]) for one in deployed} == {
        (one.name, one.sql) for one in stack_queries().values()
    }
    assert all(len(one["Description"]) <= 1024 and one["Description"].endswith(".") for one in deployed)


def test_shipped_queries_are_the_documented_ones() -> None:
    assert sorted(stack_queries()) == [
        "changes-between-revisions",
        "duplicates-by-hash",
        "files-at-time",
        "files-by-metadata",
        "largest-files",
        "latest-packages",
        "package-history",
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_first_parameter_of_each_query_is_a_bucket(path: Path) -> None:
    query = StackQuery.read(path)
    assert query.parameters[0] == "bucket"
    assert query.sql.partition("?")[0].endswith("bucket = CAST(")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_parameters_of_each_query_accept_any_scalar(path: Path) -> None:
    query = StackQuery.read(path)
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
    with pytest.raises(ValueError, match=f"wrong.sql: {message}"):
        StackQuery.read(path)


@pytest.mark.parametrize("name", stack_queries())
def test_query_of_the_stack_needs_no_call_whatever_the_workgroup_has(name: str) -> None:
    def no_client() -> Any:
        raise AssertionError("a client was created")

    found = SavedQueries(no_client, "quilt-query", "quilt_query").find(name)
    assert found == NamedQuery(name, stack_queries()[name].sql, "quilt_query")
    assert find(name, (name, "SELECT 'of an older release'"), (name, "SELECT 'of somebody'")) == found


def test_query_that_people_saved_is_found_by_id() -> None:
    athena = Athena(("same", "SELECT 1"), ("same", "SELECT 2"))
    athena.only = {"Name": "same", "QueryString": "SELECT 3", "Database": "theirs", "WorkGroup": "quilt-query"}
    assert saved_in(athena).find(QUERY_ID) == NamedQuery("same", "SELECT 3", "theirs")


@pytest.mark.parametrize(
    "only",
    [
        None,
        {"Name": "x", "QueryString": "SELECT 1", "Database": "y", "WorkGroup": "primary"},
        *(
            ClientError({"Error": {"Code": code, "Message": "no"}}, "BatchGetNamedQuery")
            for code in ("InvalidRequestException", "AccessDeniedException")
        ),
    ],
)
def test_id_of_no_query_of_the_workgroup_is_rejected(only: Any) -> None:
    athena = Athena()
    athena.only = only
    with pytest.raises(InvalidRequest, match="NamedQuery: workgroup quilt-query has no saved query with this id"):
        saved_in(athena).find(QUERY_ID)


def test_queries_that_people_saved_are_cached_for_a_minute() -> None:
    athena, now = Athena(("mine", "SELECT 1")), [0.0]
    queries = SavedQueries(lambda: athena, "quilt-query", "quilt_query", lambda: now[0])  # type: ignore[arg-type, return-value]  # the methods that are used
    assert queries.find("mine").sql == "SELECT 1"
    athena.queries[0]["QueryString"] = "SELECT 2"
    now[0] = CACHE_SECONDS - 1
    assert (queries.find("mine").sql, athena.batches) == ("SELECT 1", [1])
    now[0] = CACHE_SECONDS
    assert (queries.find("mine").sql, athena.batches) == ("SELECT 2", [1, 1])


def test_cache_is_bounded() -> None:
    athena = Athena(*((f"query-{number}", f"SELECT {number}") for number in range(101)))
    queries = saved_in(athena)
    for number in range(101):
        assert queries.find(f"query-{number}").sql == f"SELECT {number}"
    listed = len(athena.batches)
    assert queries.find("query-0").sql == "SELECT 0"
    assert len(athena.batches) > listed, "it was forgotten"


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
            "NamedQuery: neither the stack nor workgroup quilt-query has a saved query of this name; there are a, b, ",
        ),
        (
            {"NamedQuery": "two"},
            "NamedQuery: workgroup quilt-query has 2 different saved queries of this name: give the id",
        ),
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
    with pytest.raises(InvalidRequest, match=r"query-12 and more$"):
        find("none", *((f"query-{number:02}", "SELECT 1") for number in range(30)))
