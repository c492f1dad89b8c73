"""prepare_query and fetch_results, invoked as the state machine invokes them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.client import BaseClient

from functions.fetch_results import app as fetch_results
from functions.prepare_query import app as prepare_query
from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import MissingSettingError, ServiceUnavailableError
from quilt_athena.runtime.observability import logger
from tests.unit.aws_calls import AwsCalls, on_parameters, refusal, success

SECRET = "s3cr3t"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:query:one"
FETCH = {
    "Query": {"QueryExecutionId": "query-1", "State": "SUCCEEDED", "StatementType": "DML", "Statistics": {}},
    "MaxRows": 10,
    "RequestBytes": 100,
    "Attempts": 2,
}


@dataclass(frozen=True)
class Context:
    """The context that Lambda passes to a handler."""

    function_name: str = "query"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:query"
    aws_request_id: str = "5b9d2a4e-0000-4000-8000-000000000000"


CONTEXT = cast(LambdaContext, Context())


def prepare(request: object) -> dict[str, Any]:
    """Invoke prepare_query with a request."""
    event = {"Request": request, "ExecutionId": EXECUTION, "MaxTimeoutSeconds": 14400}
    return prepare_query.handler(event, CONTEXT)


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions' environment, as template.yaml sets it."""
    monkeypatch.setenv("DATABASE_NAME", "quilt_query")
    monkeypatch.setenv("WORKGROUP_NAME", "quilt-query")
    monkeypatch.setenv("PRICE_PER_TERABYTE_SCANNED", "6.75")


@pytest.fixture
def athena() -> Iterator[AwsCalls]:
    """The calls of fetch_results to Athena and S3."""
    fetcher = fetch_results.compose()
    with AwsCalls([cast(BaseClient, fetcher.athena), cast(BaseClient, fetcher.s3)]) as calls:
        yield calls


def page(*rows: str, token: str | None = None) -> Callable[[], Any]:
    """A response of GetQueryResults with one column `n`."""
    result = {
        "Rows": [{"Data": [{"VarCharValue": row}]} for row in rows],
        "ResultSetMetadata": {"ColumnInfo": [{"Name": "n", "Type": "bigint"}]},
    }
    return lambda: success(ResultSet=result, **({"NextToken": token} if token else {}))


def test_prepare_query_accepts_the_sample_request(samples: Path) -> None:
    prepared = prepare(json.loads((samples / "query-request.json").read_text()))
    assert prepared["Valid"] is True
    assert prepared["Start"]["WorkGroup"] == "quilt-query"
    assert len(prepared["Tokens"]) == 3
    json.dumps(prepared, allow_nan=False)


def test_prepare_query_uses_the_workgroup_of_the_state_machine() -> None:
    event = {"Request": {"QueryString": "SELECT 1"}, "ExecutionId": EXECUTION, "MaxTimeoutSeconds": 240}
    prepared = prepare_query.handler(event | {"WorkGroup": "quilt-athena-express"}, CONTEXT)
    assert prepared["Start"]["WorkGroup"] == "quilt-athena-express"
    # Executions that release 0.1 started name none.
    assert prepare_query.handler(event, CONTEXT)["Start"]["WorkGroup"] == "quilt-query"


def test_prepare_query_returns_the_cause_of_an_invalid_request() -> None:
    prepared = prepare({"QueryString": "SELECT 1", "MaxRows": "many"})
    assert prepared == {"Valid": False, "Cause": {"Message": "MaxRows: Input should be a valid integer"}}


def test_prepare_query_logs_neither_query_nor_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    sql = f"SELECT '{SECRET}', ?"
    prepare({"QueryString": sql, "Parameters": [SECRET]})
    prepare({"QueryString": sql, "Parameters": [[SECRET]]})
    prepare({"QueryString": sql, "Database": [SECRET]})
    assert "Parameters[0]" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_prepare_query_fails_without_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKGROUP_NAME")
    with pytest.raises(MissingSettingError, match="WORKGROUP_NAME"):
        prepare({"QueryString": "SELECT 1"})


def test_fetch_results_returns_rows_and_statistics(athena: AwsCalls) -> None:
    query = FETCH["Query"] | {"Statistics": {"DataScannedInBytes": 12, "QueryQueueTimeInMillis": 3}}  # type: ignore[operator]  # a dict
    with athena.answering("athena:GetQueryResults", page("n", "1", "2")):
        result = fetch_results.handler(FETCH | {"Query": query}, CONTEXT)
    assert (result["Rows"], result["RowCount"], result["Attempts"]) == ([{"n": 1}, {"n": 2}], 2, 2)
    assert (result["Statistics"]["DataScannedInBytes"], result["Statistics"]["QueryQueueTimeInMillis"]) == (12, 3)
    assert athena.names == ["athena:GetQueryResults"]


@pytest.mark.parametrize(("max_rows", "page_rows"), [(10, 12), (0, 2), (5000, 1000)])
def test_fetch_results_requests_the_header_and_one_row_more(athena: AwsCalls, max_rows: int, page_rows: int) -> None:
    requested: list[Any] = []
    with (
        on_parameters(cast(Any, fetch_results.compose().athena), "GetQueryResults", requested.append),
        athena.answering("athena:GetQueryResults", page("n", "1")),
    ):
        fetch_results.handler(FETCH | {"MaxRows": max_rows}, CONTEXT)
    assert [one["MaxResults"] for one in requested] == [page_rows]


def test_fetch_results_records_the_etag_of_the_file_before_it_reads_the_rows(
    athena: AwsCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = FETCH["Query"] | {"OutputLocation": "s3://results/query-1.csv"}  # type: ignore[operator]  # a dict
    responses = {"s3:HeadObject": lambda: success(ETag='"one"'), "athena:GetQueryResults": page("n", "1")}
    monkeypatch.setattr(athena, "_before", lambda name: responses[name]())
    result = fetch_results.handler(FETCH | {"Query": query}, CONTEXT)
    assert (result["OutputETag"], result["Rows"]) == ('"one"', [{"n": 1}])
    assert athena.names == ["s3:HeadObject", "athena:GetQueryResults"]


def test_fetch_results_fails_with_a_retryable_error(athena: AwsCalls) -> None:
    with (
        athena.answering("athena:GetQueryResults", lambda: refusal("InternalServerException", 500)),
        pytest.raises(ServiceUnavailableError, match=r"athena:GetQueryResults on query-1 failed: InternalServer"),
    ):
        fetch_results.handler(FETCH, CONTEXT)


def test_fetch_results_uses_a_client_that_retries() -> None:
    made = vars(fetch_results.compose().athena.meta.config)
    assert made["retries"] == vars(CLIENT_CONFIG)["retries"]
    assert made["retries"]["mode"] == "standard"
