"""The two functions around a query, called as the state machine calls them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.fetch_results import app as fetch_results
from functions.prepare_query import app as prepare_query
from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import MissingSettingError, ServiceUnavailableError
from quilt_athena.runtime.observability import logger
from tests.unit.aws_calls import AwsCalls, refusal, success

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
    """What Lambda tells a function of its call."""

    function_name: str = "query"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:query"
    aws_request_id: str = "5b9d2a4e-0000-4000-8000-000000000000"


CONTEXT = cast(LambdaContext, Context())


def prepare(request: object) -> dict[str, Any]:
    """What prepare_query answers for a request."""
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
    """Athena as fetch_results calls it; a test gives its answers."""
    fetch_results._athena.cache_clear()
    with AwsCalls([fetch_results._athena()]) as calls:
        yield calls
    fetch_results._athena.cache_clear()


def page(*rows: str, token: str | None = None) -> Callable[[], Any]:
    """An answer of GetQueryResults with one column `n`."""
    result = {
        "Rows": [{"Data": [{"VarCharValue": row}]} for row in rows],
        "ResultSetMetadata": {"ColumnInfo": [{"Name": "n", "Type": "bigint"}]},
    }
    return lambda: success(ResultSet=result, **({"NextToken": token} if token else {}))


def test_a_sample_request_is_prepared(samples: Path) -> None:
    answer = prepare(json.loads((samples / "query-request.json").read_text()))
    assert answer["Valid"] is True
    assert answer["Start"]["WorkGroup"] == "quilt-query"
    assert len(answer["Tokens"]) == 3
    json.dumps(answer, allow_nan=False)


def test_a_wrong_request_is_an_answer_and_no_error() -> None:
    answer = prepare({"QueryString": "SELECT 1", "MaxRows": "many"})
    assert answer == {"Valid": False, "Cause": {"Message": "MaxRows: Input should be a valid integer"}}


def test_logs_hold_neither_query_nor_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    sql = f"SELECT '{SECRET}', ?"
    prepare({"QueryString": sql, "Parameters": [SECRET]})
    prepare({"QueryString": sql, "Parameters": [[SECRET]]})
    prepare({"QueryString": sql, "Database": [SECRET]})
    assert "Parameters[0]" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_setting_that_is_missing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKGROUP_NAME")
    with pytest.raises(MissingSettingError, match="WORKGROUP_NAME"):
        prepare({"QueryString": "SELECT 1"})


def test_rows_are_fetched(athena: AwsCalls) -> None:
    query = FETCH["Query"] | {"Statistics": {"DataScannedInBytes": 12, "QueryQueueTimeInMillis": 3}}  # type: ignore[operator]  # a dict
    with athena.answering("athena:GetQueryResults", page("n", "1", "2")):
        answer = fetch_results.handler(FETCH | {"Query": query}, CONTEXT)
    assert (answer["Rows"], answer["RowCount"], answer["Attempts"]) == ([{"n": 1}, {"n": 2}], 2, 2)
    assert athena.names == ["athena:GetQueryResults"]


def test_a_service_that_fails_is_to_be_tried_again(athena: AwsCalls) -> None:
    with (
        athena.answering("athena:GetQueryResults", lambda: refusal("InternalServerException", 500)),
        pytest.raises(ServiceUnavailableError, match=r"athena:GetQueryResults on query-1 failed: InternalServer"),
    ):
        fetch_results.handler(FETCH, CONTEXT)


def test_the_client_tries_again_by_itself_first() -> None:
    made = vars(fetch_results._athena().meta.config)
    assert made["retries"] == vars(CLIENT_CONFIG)["retries"]
    assert made["retries"]["mode"] == "standard"
