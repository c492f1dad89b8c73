"""Express queries: one call, repeated only with the same key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from quilt_athena.client import InvalidRequest, QueryTimedOut, QuiltAthena, ServiceUnavailableError
from quilt_athena.client.connections import SYNC_READ_TIMEOUT_SECONDS, Connections
from tests.unit.client.deployed import EXPRESS_MACHINE, QUERY_ID, failed, succeeded
from tests.unit.client.fake_aws import FakeAws, FakeTime, Refused

SYNC = "stepfunctions:StartSyncExecution"


def keys(aws: FakeAws) -> list[str]:
    """The IdempotencyKey of each call."""
    return [json.loads(call["input"])["IdempotencyKey"] for call in aws.called(SYNC)]


def test_express_returns_the_result_in_one_call(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(SYNC, succeeded())
    assert athena.run_query("SELECT 1", express=True).query_execution_id == QUERY_ID
    assert aws.names == [SYNC]
    assert aws.called(SYNC)[0]["stateMachineArn"] == EXPRESS_MACHINE
    assert len(keys(aws)[0]) == 32


@pytest.mark.parametrize(
    "fault", [ReadTimeoutError(endpoint_url="x"), Refused("ThrottlingException"), Refused("InternalFailure", 500)]
)
def test_lost_response_is_requested_again_with_the_same_key(
    aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime, fault: Any
) -> None:
    aws.on(SYNC, fault, fault, succeeded())
    athena.run_query("SELECT 1", express=True)
    assert len(keys(aws)) == 3
    assert len(set(keys(aws))) == 1
    assert fake_time.pauses[1] > 1, "the second pause is longer"


def test_callers_key_is_kept(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(SYNC, succeeded())
    athena.run_query("SELECT 1", express=True, idempotency_key="mine")
    assert keys(aws) == ["mine"]


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        (Refused("AccessDeniedException"), 1),
        (EndpointConnectionError(endpoint_url="x"), 1),
        (ReadTimeoutError(endpoint_url="x"), 3),
    ],
)
def test_permanent_failures_are_raised_at_once(aws: FakeAws, athena: QuiltAthena, fault: Any, calls: int) -> None:
    aws.on(SYNC, fault)
    with pytest.raises(ServiceUnavailableError, match="states:StartSyncExecution"):
        athena.run_query("SELECT 1", express=True)
    assert len(keys(aws)) == calls


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (failed("InvalidRequest", '{"Message": "MaxRows: expected ..."}'), InvalidRequest),
        (failed(None, None, "TIMED_OUT"), QueryTimedOut),
    ],
)
def test_express_errors_are_those_of_the_contract(
    aws: FakeAws, athena: QuiltAthena, answer: dict[str, Any], expected: type[Exception]
) -> None:
    aws.on(SYNC, answer)
    with pytest.raises(expected):
        athena.run_query("SELECT 1", express=True)


def test_read_timeout_exceeds_an_express_execution() -> None:
    config: Any = Connections().sync_executions.meta.config  # the stubs know few of its fields
    assert config.read_timeout == SYNC_READ_TIMEOUT_SECONDS > 300
    assert config.retries["total_max_attempts"] == 1
    assert config.inject_host_prefix


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566"])
def test_local_endpoints_get_no_host_prefix(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Connections(endpoint_url=url).sync_executions.meta.config.inject_host_prefix
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    assert not Connections().sync_executions.meta.config.inject_host_prefix
