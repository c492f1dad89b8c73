"""A result file is identified by its ETag: recorded after the query, compared when it is read later."""

from __future__ import annotations

from typing import Any

import pytest

from quilt_athena.client.connections import Connections
from quilt_athena.errors import ResultUnreadableError, ServiceUnavailableError
from quilt_athena.query.result_files import bucket_and_key, check_unchanged, current_etag
from quilt_athena.query.rows import all_rows
from tests.unit.client.fake_aws import FakeAws, FakeObject, Refused

HEAD, GET, PAGES = "s3:HeadObject", "s3:GetObject", "athena:GetQueryResults"
LOCATION = "s3://results/results/query-1.csv"
COLUMNS = [{"Name": "n", "Type": "bigint"}]


@pytest.fixture
def connections(aws: FakeAws) -> Connections:
    """Connections to the fake."""
    return Connections(aws.session())


def query_result(**fields: Any) -> dict[str, Any]:
    """A query result of the contract."""
    result = {"QueryExecutionId": "query-1", "StatementType": "DML", "Columns": COLUMNS, "OutputLocation": LOCATION}
    return {**result, "OutputETag": '"one"', **fields}


def test_location_has_a_bucket_and_a_key() -> None:
    assert bucket_and_key("s3://results/a folder/#1?.csv") == ("results", "a folder/#1?.csv")


def test_etag_of_a_file_is_recorded(aws: FakeAws, connections: Connections) -> None:
    aws.on(HEAD, {"ETag": '"one"'})
    assert current_etag(connections.s3, LOCATION) == '"one"'
    assert aws.called(HEAD) == [{"Bucket": "results", "Key": "results/query-1.csv"}]


@pytest.mark.parametrize("code", ["404", "NoSuchBucket"])
def test_statement_without_a_file_has_no_etag(aws: FakeAws, connections: Connections, code: str) -> None:
    aws.on(HEAD, Refused(code, 404))
    assert current_etag(connections.s3, LOCATION) is None


def test_etag_that_cannot_be_read_is_an_error(aws: FakeAws, connections: Connections) -> None:
    aws.on(HEAD, Refused("403", 403))
    with pytest.raises(ServiceUnavailableError, match=r"s3:HeadObject on s3://results/results/query-1.csv failed: 403"):
        current_etag(connections.s3, LOCATION)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("412", "is not the file that Athena wrote for this query"), ("404", "cannot be read completely: 404")],
)
def test_file_that_was_replaced_or_deleted_is_unreadable(
    aws: FakeAws, connections: Connections, code: str, reason: str
) -> None:
    aws.on(HEAD, Refused(code, int(code)))
    with pytest.raises(ResultUnreadableError, match=reason):
        check_unchanged(connections.s3, LOCATION, '"one"')


def test_rows_come_from_the_recorded_file_only(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, FakeObject(b'"n"\n"1"\n'))
    assert list(all_rows(connections, query_result())) == [{"n": 1}]
    aws.on(GET, FakeObject(b'"n"\n"666"\n', etag='"of somebody"'))
    with pytest.raises(ResultUnreadableError, match="it was overwritten"):
        list(all_rows(connections, query_result()))


def test_rows_read_through_athena_are_of_the_recorded_file_too(aws: FakeAws, connections: Connections) -> None:
    page = {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": COLUMNS}, "Rows": [{"Data": [{"VarCharValue": "1"}]}]}}
    aws.on(HEAD, {"ETag": '"one"'}).on(PAGES, page)
    text = query_result(StatementType="UTILITY", OutputLocation=LOCATION.replace(".csv", ".txt"))
    assert list(all_rows(connections, text)) == [{"n": 1}]
    assert aws.called(HEAD)[0]["IfMatch"] == '"one"'
    aws.on(HEAD, Refused("412", 412))
    with pytest.raises(ResultUnreadableError, match="it was overwritten"):
        list(all_rows(connections, text))


def test_rows_read_through_athena_come_in_the_largest_pages_and_have_no_header(
    aws: FakeAws, connections: Connections
) -> None:
    columns = [{"Name": "n", "Type": "varchar"}]
    page = {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": columns}, "Rows": [{"Data": [{"VarCharValue": "n"}]}]}}
    aws.on(PAGES, page)
    managed = query_result(StatementType="UTILITY", OutputLocation=None, OutputETag=None)
    assert list(all_rows(connections, managed)) == [{"n": "n"}]
    assert aws.called(PAGES) == [{"QueryExecutionId": "query-1", "MaxResults": 1000}]


def test_managed_result_of_a_select_is_read_through_athena(aws: FakeAws, connections: Connections) -> None:
    rows = [{"Data": [{"VarCharValue": "n"}]}, {"Data": [{"VarCharValue": "1"}]}]
    aws.on(PAGES, {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": COLUMNS}, "Rows": rows}})
    assert list(all_rows(connections, query_result(OutputLocation=None, OutputETag=None))) == [{"n": 1}]
    assert aws.called(GET) == []


def test_statement_without_a_recorded_file_is_read_without_comparing_it(aws: FakeAws, connections: Connections) -> None:
    page = {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": COLUMNS}, "Rows": [{"Data": [{"VarCharValue": "1"}]}]}}
    aws.on(PAGES, page)
    text = query_result(StatementType="DDL", OutputLocation=LOCATION.replace(".csv", ".txt"), OutputETag=None)
    assert list(all_rows(connections, text)) == [{"n": 1}]
    assert aws.called(HEAD) == []


def test_result_without_a_statement_type_is_that_of_a_select(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, FakeObject(b'"n"\n"1"\n'))
    assert list(all_rows(connections, query_result(StatementType=None))) == [{"n": 1}]


@pytest.mark.parametrize(("text", "number"), [('"n"\n"1","2"\n', 1), ('"n"\n"1"\n"2","3"\n', 2)])
def test_row_with_too_many_values_is_reported_with_its_number(
    aws: FakeAws, connections: Connections, text: str, number: int
) -> None:
    aws.on(GET, FakeObject(text.encode()))
    with pytest.raises(ResultUnreadableError, match=f"row {number}: expected 1 values, one per column, found 2"):
        list(all_rows(connections, query_result()))


def test_result_of_release_0_1_is_read_without_an_etag(aws: FakeAws, connections: Connections) -> None:
    earlier = {name: value for name, value in query_result().items() if name != "OutputETag"}
    aws.on(GET, FakeObject(b'"n"\n"1"\n'))
    assert list(all_rows(connections, earlier)) == [{"n": 1}]
    assert "IfMatch" not in aws.called(GET)[0]
