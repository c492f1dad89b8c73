"""Results: the returned rows, and those beyond them."""

from __future__ import annotations

from typing import Any

import pytest

from quilt_athena.client import QuiltAthena, ResultColumn, ResultUnreadableError, run_query
from quilt_athena.client.results import QueryResult
from tests.unit.client.deployed import LOCATION, OUTPUTS, QUERY_ID, answer, started, succeeded
from tests.unit.client.fake_aws import FakeAws, FakeObject

GET = "s3:GetObject"
PAGES = "athena:GetQueryResults"
FIRST: list[dict[str, Any]] = [{"n": 1, "t": "one"}, {"n": 2, "t": None}]
FILE = b'"n","t"\n"1","one"\n"2",\n"3",""\n"4","a,""b""\nc"\n'
ALL = [*FIRST, {"n": 3, "t": ""}, {"n": 4, "t": 'a,"b"\nc'}]


@pytest.fixture
def result_of(aws: FakeAws, athena: QuiltAthena) -> Any:
    """Returns the result for an output of the state machine."""

    def ask(fields: dict[str, Any], **options: Any) -> QueryResult:
        aws.on("stepfunctions:StartExecution", started).on("stepfunctions:DescribeExecution", succeeded(fields))
        return athena.run_query("SELECT", **options)

    return ask


def test_complete_result_needs_no_other_call(aws: FakeAws, result_of: Any) -> None:
    result = result_of(answer(FIRST))
    assert result.columns == (ResultColumn("n", "bigint"), ResultColumn("t", "varchar"))
    assert list(result) == FIRST
    assert (result.row_count, result.truncated, result.attempts) == (2, False, 1)
    assert (result.query_execution_id, result.output_location) == (QUERY_ID, LOCATION)
    assert result.statement_type == "DML"
    assert {name.split(":")[0] for name in aws.names} == {"stepfunctions"}


def test_truncated_result_continues_from_the_file(aws: FakeAws, result_of: Any) -> None:
    result = result_of(answer(FIRST, Truncated=True))
    aws.on(GET, FakeObject(FILE))
    assert (result.truncated, result.row_count) == (True, None)
    rows = iter(result)
    assert [next(rows), next(rows)] == FIRST
    assert GET not in aws.names, "the returned rows need no file"
    assert [*FIRST, *rows] == ALL
    assert list(result) == ALL, "as often as one iterates"


@pytest.mark.parametrize(
    ("most", "requested", "read"), [(1, 1, False), (2, 2, False), (3, 3, True), (5000, 1000, True)]
)
def test_max_rows_limits_rows_and_request(aws: FakeAws, result_of: Any, most: int, requested: int, read: bool) -> None:
    aws.on(GET, FakeObject(FILE))
    result = result_of(answer(FIRST, Truncated=True), max_rows=most)
    assert list(result) == ALL[:most]
    assert f'"MaxRows": {requested}}}' in aws.called("stepfunctions:StartExecution")[0]["input"]
    assert (GET in aws.names) is read
    assert result.row_count == (None if read else most)


def test_repeated_column_names_are_unique(aws: FakeAws, result_of: Any) -> None:
    columns = [{"Name": "n", "Type": "integer"}, {"Name": "n_2", "Type": "double"}]
    result = result_of(answer([], Truncated=True, Columns=columns))
    aws.on(GET, FakeObject(b'"n","n"\n"1","NaN"\n'))
    assert list(result.json_rows()) == [{"n": 1, "n_2": "NaN"}]


def test_row_with_another_width_is_rejected(aws: FakeAws, result_of: Any) -> None:
    result = result_of(answer([], Truncated=True))
    aws.on(GET, FakeObject(b'"n","t"\n"1"\n'))
    with pytest.raises(ResultUnreadableError, match="row 1: expected 2 values"):
        list(result)


@pytest.mark.parametrize(
    "fields",
    [
        {"OutputLocation": None},
        {"OutputLocation": LOCATION.replace(".csv", ".txt"), "StatementType": "UTILITY"},
    ],
    ids=["managed by Athena", "a text file"],
)
def test_results_without_a_csv_file_are_read_in_pages(aws: FakeAws, result_of: Any, fields: dict[str, Any]) -> None:
    result = result_of(answer(FIRST, Truncated=True, **fields))
    metadata = {"ColumnInfo": [{"Name": "n", "Type": "bigint"}, {"Name": "t", "Type": "varchar"}]}
    header = [{"Data": [{"VarCharValue": "n"}, {"VarCharValue": "t"}]}] if fields["OutputLocation"] is None else []
    rows = [
        {"Data": [{"VarCharValue": str(row["n"])}, {} if row["t"] is None else {"VarCharValue": row["t"]}]}
        for row in ALL
    ]
    aws.on(
        PAGES,
        {"ResultSet": {"ResultSetMetadata": metadata, "Rows": [*header, *rows[:3]]}, "NextToken": "more"},
        {"ResultSet": {"ResultSetMetadata": metadata, "Rows": rows[3:]}},
    )
    assert list(result) == ALL
    assert GET not in aws.names


def test_file_without_a_header_is_read_through_the_api(aws: FakeAws, result_of: Any) -> None:
    result = result_of(answer([], Truncated=True, Columns=[{"Name": "Query Plan", "Type": "varchar"}]))
    aws.on(GET, FakeObject(b'"Fragment 0"\n'))
    metadata = {"ColumnInfo": [{"Name": "Query Plan", "Type": "varchar"}]}
    page = {"ResultSet": {"ResultSetMetadata": metadata, "Rows": [{"Data": [{"VarCharValue": "Fragment 0"}]}]}}
    aws.on(PAGES, page)
    assert list(result) == [{"Query Plan": "Fragment 0"}]


def test_statement_without_a_result_has_no_rows() -> None:
    result = QueryResult({"QueryExecutionId": QUERY_ID, "StatementType": "DDL"})
    assert (result.columns, list(result), result.row_count, result.output_location) == ((), [], 0, None)
    assert result.estimated_price == 0


def test_price_per_tb_is_the_clients(aws: FakeAws) -> None:
    scanned = answer(Statistics={"DataScannedInBytes": 1024**4})
    aws.on("stepfunctions:StartExecution", started).on("stepfunctions:DescribeExecution", succeeded(scanned))
    athena = QuiltAthena(session=aws.session(), outputs=OUTPUTS, price_per_tb=6.75)
    assert athena.run_query("SELECT 1").estimated_price == 6.75


def test_run_query_needs_no_client(aws: FakeAws) -> None:
    aws.on("ssm:GetParameters", {"Parameters": [{"Name": "/mine/QueryStateMachineArn", "Value": "arn:aws:states:x"}]})
    aws.on("stepfunctions:StartExecution", started).on("stepfunctions:DescribeExecution", succeeded())
    assert run_query("SELECT 1", stack="mine", session=aws.session()).to_list() == FIRST
    assert aws.called("stepfunctions:StartExecution")[0]["stateMachineArn"] == "arn:aws:states:x"
