"""GetQueryResults, and the files that a query leaves in its results bucket."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.local.queries import SLOW, Queries

MIXED = """
SELECT * FROM (VALUES (1, 'a "quoted", word', true), (NULL, NULL, NULL), (3, '', false)) AS t(number, text, flag)
ORDER BY number NULLS LAST
"""


def refusal(queries: Queries, query_id: str, **request: Any) -> str:
    """The message with which GetQueryResults rejects a request."""
    with pytest.raises(ClientError) as refused:
        queries.values(query_id, **request)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    return str(refused.value.response["Error"]["Message"])


def test_null_is_a_datum_without_a_value(queries: Queries) -> None:
    query_id = queries.succeeded(MIXED)
    page = queries.athena.get_query_results(QueryExecutionId=query_id)
    assert [row["Data"] for row in page["ResultSet"]["Rows"]] == [
        [{"VarCharValue": "number"}, {"VarCharValue": "text"}, {"VarCharValue": "flag"}],
        [{"VarCharValue": "1"}, {"VarCharValue": 'a "quoted", word'}, {"VarCharValue": "true"}],
        [{"VarCharValue": "3"}, {"VarCharValue": ""}, {"VarCharValue": "false"}],
        [{}, {}, {}],
    ]
    assert page["UpdateCount"] == 0


def test_column_info_has_athenas_types(queries: Queries) -> None:
    query_id = queries.succeeded(
        "SELECT 1 AS i, BIGINT '2' AS b, 1.5e0 AS d, DECIMAL '1.25' AS n, CAST('x' AS varchar) AS s, true AS f, "
        "DATE '2026-01-02' AS day, ARRAY[1] AS list, 5"
    )
    page = queries.athena.get_query_results(QueryExecutionId=query_id)
    columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(c["Name"], c["Type"], c["Precision"], c["Scale"], c["CaseSensitive"]) for c in columns] == [
        ("i", "integer", 10, 0, False),
        ("b", "bigint", 19, 0, False),
        ("d", "double", 17, 0, False),
        ("n", "decimal", 3, 2, False),
        ("s", "varchar", 2147483647, 0, True),
        ("f", "boolean", 0, 0, False),
        ("day", "date", 0, 0, False),
        ("list", "array", 0, 0, False),
        ("_col8", "integer", 10, 0, False),
    ]
    assert all((c["Label"], c["CatalogName"], c["Nullable"]) == (c["Name"], "hive", "UNKNOWN") for c in columns)


def test_first_page_counts_the_column_names_as_a_row(queries: Queries) -> None:
    query_id = queries.some_rows(10)
    first, token = queries.values(query_id, MaxResults=4)
    assert first == [["x"], ["0"], ["1"], ["2"]]
    second, token = queries.values(query_id, MaxResults=4, NextToken=token)
    assert second == [["3"], ["4"], ["5"], ["6"]]
    third, token = queries.values(query_id, MaxResults=4, NextToken=token)
    assert (third, token) == ([["7"], ["8"], ["9"]], None)
    assert queries.values(query_id, MaxResults=11)[1] is None
    assert queries.values(query_id, MaxResults=1) == ([["x"]], queries.values(query_id, MaxResults=1)[1])


def test_page_has_at_most_a_thousand_rows(queries: Queries) -> None:
    query_id = queries.some_rows(2500)
    pages = queries.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [1000, 1000, 501]
    assert refusal(queries, query_id, MaxResults=1001) == "MaxResults is more than maximum allowed length 1000."


def test_next_token_of_another_query_is_rejected(queries: Queries) -> None:
    sql = "SELECT x FROM (VALUES 1, 2, 3) AS t(x)"
    one, other = queries.succeeded(sql), queries.succeeded(f"{sql} -- another")
    _, token = queries.values(one, MaxResults=2)
    for wrong in (token, "2", "AAAA", "not base64!"):
        assert refusal(queries, other, NextToken=wrong).startswith("Invalid NextToken")
    # It can't be changed.
    assert token is not None
    assert refusal(queries, one, NextToken=token[:-4] + "MTA=").startswith("Invalid NextToken")


def test_empty_result_has_only_column_names(queries: Queries) -> None:
    query_id = queries.succeeded("SELECT x FROM (VALUES 1) AS t(x) WHERE x > 1")
    assert queries.values(query_id) == ([["x"]], None)


def test_results_require_a_query_that_succeeded(queries: Queries) -> None:
    running = queries.start(SLOW)
    try:
        state = queries.state(running)
        assert refusal(queries, running) in {
            f"Query has not yet finished. Current state: {state}",
            "Query has not yet finished. Current state: RUNNING",
        }
    finally:
        queries.athena.stop_query_execution(QueryExecutionId=running)
    queries.ended(running)
    assert refusal(queries, running) == "Query did not finish successfully. Final query state: CANCELLED"
    failed = queries.run("SELECT nothing FROM nowhere")["QueryExecutionId"]
    assert refusal(queries, failed) == "Query did not finish successfully. Final query state: FAILED"
    assert refusal(queries, "no-such-query") == "QueryExecution no-such-query was not found"


def test_csv_distinguishes_null_from_an_empty_string(queries: Queries, aws: Callable[[str], Any]) -> None:
    execution = queries.run(MIXED)
    query_id = execution["QueryExecutionId"]
    assert execution["ResultConfiguration"]["OutputLocation"] == f"{queries.location}{query_id}.csv"
    body = aws("s3").get_object(Bucket="query-results", Key=f"here/{query_id}.csv")["Body"].read().decode()
    assert body == '"number","text","flag"\n"1","a ""quoted"", word","true"\n"3","","false"\n,,\n'
    metadata = aws("s3").get_object(Bucket="query-results", Key=f"here/{query_id}.csv.metadata")["Body"].read()
    assert [column["Type"] for column in json.loads(metadata)["ColumnInfo"]] == ["integer", "varchar", "boolean"]
