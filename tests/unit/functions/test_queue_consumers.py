"""The functions behind the queues of ended executions and of questions, and the one that tells the outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
from tests.unit.aws_calls import Answer, refusal, success
from tests.unit.functions.test_onboard_bucket import CONTEXT
from tests.unit.query.test_histories import ABORTED, PREPARED, started

ACCOUNT = "arn:aws:states:us-east-1:123456789012"
ENVIRONMENT = {
    "WORKGROUP_NAME": "quilt-query",
    "QUERY_STATE_MACHINE_ARN": f"{ACCOUNT}:stateMachine:quilt-athena-query",
    "QUERY_STATE_MACHINE_ARNS": f"{ACCOUNT}:stateMachine:quilt-athena-query,{ACCOUNT}:stateMachine:of-views",
    "REQUESTED_QUERY_STATE_MACHINE_ARN": f"{ACCOUNT}:stateMachine:requested",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead",
    "MAX_RECEIVE_COUNT": "5",
    "EVENT_BUS_NAME": "default",
}
CACHED = ("_consumer", "_stopper", "_stepfunctions", "_events")


class Services:
    """The clients of a function: what they are asked, and what they answer. An unexpected call is a KeyError."""

    def __init__(self) -> None:
        """Nothing is answered yet."""
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def listen(self, client: BaseClient) -> None:
        """Take the calls of a client."""
        client.meta.events.register("provide-client-params", self._asked)
        client.meta.events.register("before-call", self._answer)  # type: ignore[arg-type]  # it may answer

    def names(self) -> list[str]:
        """The operations that were called."""
        return [name for name, _ in self.asked]

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.asked.append((model.name, params))

    def _answer(self, model: Any, **_: Any) -> Answer:
        return self.answers[model.name]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The functions' environment."""
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
    _forget()
    yield made
    _forget()


def _forget() -> None:
    for module in (stop_orphaned_query, start_requested_query, publish_query_outcome):
        for name in CACHED:
            if hasattr(module, name):
                getattr(module, name).cache_clear()


def batch(*bodies: str, receives: int = 1) -> dict[str, Any]:
    """What SQS hands to a function."""
    attributes = {"ApproximateReceiveCount": str(receives)}
    records = [
        {"messageId": f"message-{number}", "body": body, "attributes": attributes} for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def failures(answer: dict[str, Any]) -> list[str]:
    """The messages that come again."""
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def reasons(services: Services) -> list[dict[str, str]]:
    """The attributes of the dead letters."""
    sent = [params["MessageAttributes"] for name, params in services.asked if name == "SendMessage"]
    return [{name: attribute["StringValue"] for name, attribute in attributes.items()} for attributes in sent]


def test_an_aborted_executions_query_is_stopped(services: Services, samples: Path) -> None:
    running = {"QueryExecutionId": "one", "WorkGroup": "quilt-query", "Status": {"State": "RUNNING"}}
    services.answers = {
        "GetExecutionHistory": success(events=[*reversed([*PREPARED, *started("one"), ABORTED])]),
        "GetQueryExecution": success(QueryExecution=running),
        "StopQueryExecution": success(),
    }
    body = (samples / "execution-status-change-aborted.json").read_text()
    assert failures(stop_orphaned_query.handler(batch(body), CONTEXT)) == []
    assert services.asked[-1] == ("StopQueryExecution", {"QueryExecutionId": "one"})


def test_a_question_is_started_and_its_bad_sibling_kept(services: Services, samples: Path) -> None:
    services.answers = {
        "StartExecution": success(executionArn="arn", startDate=0),
        "SendMessage": success(MessageId="1", MD5OfMessageBody=""),
    }
    body = (samples / "query-requested.json").read_text()
    assert failures(start_requested_query.handler(batch("{}", body), CONTEXT)) == []
    [letter] = reasons(services)
    assert letter["Error"] == "InvalidEventError"
    assert "detail: Field required" in letter["Reason"]
    [(_, start)] = [asked for asked in services.asked if asked[0] == "StartExecution"]
    assert start["stateMachineArn"] == ENVIRONMENT["REQUESTED_QUERY_STATE_MACHINE_ARN"]
    assert json.loads(start["input"])["Request"] == json.loads(body)["detail"]["request"]


SAMPLES = [
    (stop_orphaned_query, "execution-status-change-aborted.json", "GetExecutionHistory"),
    (start_requested_query, "query-requested.json", "StartExecution"),
]


@pytest.mark.parametrize(("app", "sample", "call"), SAMPLES)
@pytest.mark.parametrize("receives", [1, 4, 5])
def test_what_may_succeed_later_comes_again_and_is_kept_at_last(
    services: Services, samples: Path, app: ModuleType, sample: str, call: str, receives: int
) -> None:
    services.answers = {call: refusal("AccessDeniedException"), "SendMessage": success(MessageId="1")}
    answer = app.handler(batch((samples / sample).read_text(), receives=receives), CONTEXT)
    if receives < 5:
        assert (failures(answer), reasons(services)) == (["message-0"], [])
    else:
        assert failures(answer) == []
        [letter] = reasons(services)
        assert letter["Error"] == "ServiceUnavailableError"
        assert "AccessDeniedException" in letter["Reason"]


@pytest.mark.parametrize("app", [app for app, _, _ in SAMPLES])
def test_what_cannot_be_kept_comes_again(services: Services, app: ModuleType) -> None:
    services.answers = {"SendMessage": refusal("AccessDenied")}
    assert failures(app.handler(batch("no JSON"), CONTEXT)) == ["message-0"]


@pytest.mark.usefixtures("services")
def test_a_fault_of_our_own_comes_again(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(start_requested_query, "parse_query_requested", broken)
    body = (samples / "query-requested.json").read_text()
    assert failures(start_requested_query.handler(batch(body), CONTEXT)) == ["message-0"]


def test_the_outcome_is_put_on_the_bus(services: Services) -> None:
    result = {"QueryExecutionId": "one", "Rows": [{"x": 9007199254740993}]}
    services.answers = {
        "DescribeExecution": success(status="SUCCEEDED", output=json.dumps(result)),
        "PutEvents": success(FailedEntryCount=0, Entries=[{"EventId": "1"}]),
    }
    event = {"CorrelationId": "mine", "ExecutionName": "event-1", "Failure": {}}
    assert publish_query_outcome.handler(event, CONTEXT) == {"DetailType": "query-succeeded"}
    (_, described), (_, put) = services.asked
    assert described["executionArn"] == f"{ACCOUNT}:execution:quilt-athena-query:event-1"
    [entry] = put["Entries"]
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "default",
        "quilt-athena",
        "query-succeeded",
    )
    assert json.loads(entry["Detail"])["result"] == result
