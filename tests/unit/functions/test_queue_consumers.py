"""The functions that consume status changes and requested queries, and the one that publishes outcomes."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from functions.publish_query_outcome import app as publish_query_outcome
from functions.start_requested_query import app as start_requested_query
from functions.stop_orphaned_query import app as stop_orphaned_query
from quilt_athena.aws.clients import CLIENT_CONFIG
from tests.unit.aws_calls import Response, refusal, success
from tests.unit.functions.test_onboard_bucket import CONTEXT
from tests.unit.query.test_histories import ABORTED, PREPARED, started

ACCOUNT = "arn:aws:states:us-east-1:123456789012"
ENVIRONMENT = {
    "WORKGROUP_NAMES": "quilt-athena-standard,quilt-query",
    "QUERY_STATE_MACHINE_ARN": f"{ACCOUNT}:stateMachine:quilt-athena-query",
    "QUERY_STATE_MACHINE_ARNS": f"{ACCOUNT}:stateMachine:quilt-athena-query,{ACCOUNT}:stateMachine:of-views",
    "REQUESTED_QUERY_STATE_MACHINE_ARN": f"{ACCOUNT}:stateMachine:requested",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead",
    "MAX_RECEIVE_COUNT": "5",
    "EVENT_BUS_NAME": "default",
    "QUERY_REQUEST_SOURCES": "quilt-athena,com.example.lims",
}


class Services:
    """The clients of a function: their calls, and their responses. An unexpected call is a KeyError."""

    def __init__(self) -> None:
        """Start without responses."""
        self.responses: dict[str, Response] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def listen(self, client: BaseClient) -> None:
        """Respond to the calls of a client."""
        client.meta.events.register("provide-client-params", self._record)
        client.meta.events.register("before-call", self._respond)  # type: ignore[arg-type]  # it may return a response

    def names(self) -> list[str]:
        """The operations that were called."""
        return [name for name, _ in self.calls]

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, params))

    def _respond(self, model: Any, **_: Any) -> Response:
        return self.responses[model.name]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    """The functions' environment and AWS services."""
    made = Services()
    make = boto3.client

    def client(name: str, **options: Any) -> Any:
        assert options["config"] is CLIENT_CONFIG
        created = make(name, **options)  # type: ignore[call-overload]  # any service
        made.listen(created)
        return created

    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "client", client)
    return made


def batch(*bodies: str, receives: int = 1) -> dict[str, Any]:
    """An SQS batch of these bodies."""
    attributes = {"ApproximateReceiveCount": str(receives)}
    records = [
        {"messageId": f"message-{number}", "body": body, "attributes": attributes} for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def failures(response: dict[str, Any]) -> list[str]:
    """The ids of the messages to redeliver."""
    return [item["itemIdentifier"] for item in response["batchItemFailures"]]


def reasons(services: Services) -> list[dict[str, str]]:
    """The attributes of the dead letters."""
    sent = [params["MessageAttributes"] for name, params in services.calls if name == "SendMessage"]
    return [{name: attribute["StringValue"] for name, attribute in attributes.items()} for attributes in sent]


def test_stop_orphaned_query_stops_the_query_of_an_aborted_execution(services: Services, samples: Path) -> None:
    running = {"QueryExecutionId": "one", "WorkGroup": "quilt-query", "Status": {"State": "RUNNING"}}
    services.responses = {
        "GetExecutionHistory": success(events=[*reversed([*PREPARED, *started("one"), ABORTED])]),
        "GetQueryExecution": success(QueryExecution=running),
        "StopQueryExecution": success(),
    }
    body = (samples / "execution-status-change-aborted.json").read_text()
    assert failures(stop_orphaned_query.handler(batch(body), CONTEXT)) == []
    assert services.calls[-1] == ("StopQueryExecution", {"QueryExecutionId": "one"})


def test_start_requested_query_starts_a_query_and_keeps_an_invalid_event(services: Services, samples: Path) -> None:
    services.responses = {
        "StartExecution": success(executionArn="arn", startDate=0),
        "SendMessage": success(MessageId="1", MD5OfMessageBody=""),
    }
    body = (samples / "query-requested.json").read_text()
    assert failures(start_requested_query.handler(batch("{}", body), CONTEXT)) == []
    [letter] = reasons(services)
    assert letter["Error"] == "InvalidEventError"
    assert "detail: Field required" in letter["Reason"]
    [(_, start)] = [call for call in services.calls if call[0] == "StartExecution"]
    assert start["stateMachineArn"] == ENVIRONMENT["REQUESTED_QUERY_STATE_MACHINE_ARN"]
    assert json.loads(start["input"])["Request"] == json.loads(body)["detail"]["request"]


def test_start_requested_query_accepts_no_source_if_none_is_configured(
    services: Services, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUERY_REQUEST_SOURCES", "")
    services.responses = {"SendMessage": success(MessageId="1", MD5OfMessageBody="")}
    body = (samples / "query-requested.json").read_text()
    assert failures(start_requested_query.handler(batch(body), CONTEXT)) == []
    assert reasons(services)[0]["Reason"].startswith("source: expected none")
    assert services.names() == ["SendMessage"]


SAMPLES = [
    (stop_orphaned_query, "execution-status-change-aborted.json", "GetExecutionHistory"),
    (start_requested_query, "query-requested.json", "StartExecution"),
]


@pytest.mark.parametrize(("app", "sample", "call"), SAMPLES)
@pytest.mark.parametrize("receives", [1, 4, 5])
def test_retryable_message_is_redelivered_and_finally_becomes_a_dead_letter(
    services: Services, samples: Path, app: ModuleType, sample: str, call: str, receives: int
) -> None:
    services.responses = {call: refusal("AccessDeniedException"), "SendMessage": success(MessageId="1")}
    response = app.handler(batch((samples / sample).read_text(), receives=receives), CONTEXT)
    if receives < 5:
        assert (failures(response), reasons(services)) == (["message-0"], [])
    else:
        assert failures(response) == []
        [letter] = reasons(services)
        assert letter["Error"] == "ServiceUnavailableError"
        assert "AccessDeniedException" in letter["Reason"]


@pytest.mark.parametrize("app", [app for app, _, _ in SAMPLES])
def test_message_is_redelivered_when_the_dead_letter_queue_rejects_it(services: Services, app: ModuleType) -> None:
    services.responses = {"SendMessage": refusal("AccessDenied")}
    assert failures(app.handler(batch("no JSON"), CONTEXT)) == ["message-0"]


def test_unexpected_exception_is_redelivered(services: Services, samples: Path) -> None:
    assert not services.responses, "the call raises KeyError"
    body = (samples / "query-requested.json").read_text()
    assert failures(start_requested_query.handler(batch(body), CONTEXT)) == ["message-0"]


def test_publish_query_outcome_puts_the_outcome_on_the_bus(services: Services) -> None:
    result = {"QueryExecutionId": "one", "Rows": [{"x": 9007199254740993}]}
    services.responses = {
        "DescribeExecution": success(status="SUCCEEDED", output=json.dumps(result)),
        "PutEvents": success(FailedEntryCount=0, Entries=[{"EventId": "1"}]),
    }
    event = {"CorrelationId": "mine", "ExecutionName": "event-1", "Failure": {}}
    assert publish_query_outcome.handler(event, CONTEXT) == {"DetailType": "query-succeeded"}
    (_, described), (_, put) = services.calls
    assert described["executionArn"] == f"{ACCOUNT}:execution:quilt-athena-query:event-1"
    [entry] = put["Entries"]
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "default",
        "quilt-athena",
        "query-succeeded",
    )
    assert json.loads(entry["Detail"])["result"] == result
