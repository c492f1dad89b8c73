"""Saved queries, as lists and forms show them."""

from __future__ import annotations

from quilt_athena.client import QuiltAthena
from quilt_athena.query.stack_queries import stack_queries
from tests.unit.client.deployed import OUTPUTS
from tests.unit.client.fake_aws import FakeAws

ID = "11111111-2222-4333-8444-555555555555"


def named(name: str, sql: str, query_id: str = ID, **fields: str) -> dict[str, str]:
    """A saved query as BatchGetNamedQuery returns it."""
    return {"NamedQueryId": query_id, "Name": name, "Database": "quilt_query", "QueryString": sql, **fields}


def test_queries_of_the_stack_come_first_with_their_parameters() -> None:
    aws = FakeAws().on("athena:ListNamedQueries", {"NamedQueryIds": []})
    found = QuiltAthena(session=aws.session(), outputs=OUTPUTS).saved_queries.list()
    assert [query.name for query in found] == sorted(stack_queries())
    largest = next(query for query in found if query.name == "largest-files")
    assert largest.parameters == stack_queries()["largest-files"].parameters
    assert largest.run_as == "largest-files"


def test_queries_that_people_saved_follow_and_are_run_by_id() -> None:
    aws = FakeAws().on("athena:ListNamedQueries", {"NamedQueryIds": [ID] * 51})
    aws.on(
        "athena:BatchGetNamedQuery",
        {"NamedQueries": [named("zebras", "SELECT ?, '?'", Description="Animals")]},
        {"NamedQueries": [named("ants", "SELECT 1"), named("largest-files", "SELECT 2")]},
    )
    found = QuiltAthena(session=aws.session(), outputs=OUTPUTS).saved_queries.list()[len(stack_queries()) :]
    assert [(query.name, query.description, query.parameters, query.run_as) for query in found] == [
        ("ants", "", (), ID),
        ("zebras", "Animals", ("parameter 1",), ID),
    ]
    assert [len(call["NamedQueryIds"]) for call in aws.called("athena:BatchGetNamedQuery")] == [50, 1]
