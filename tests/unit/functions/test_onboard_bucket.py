"""onboard_bucket on SQS batches: events are processed, redelivered, or sent to the dead-letter queue."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.onboard_bucket import app
from quilt_athena.errors import MissingSettingError
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.runtime.observability import logger
from tests.desired import ALL_BUCKETS_LOCATION, DATABASE
from tests.unit.aws_calls import AwsCalls, Fault, Killed, refusal
from tests.unit.moto_stack import EVENT_BUS, INDEX_STATE_MACHINE, INDEX_TABLE, REGISTRY_TABLE, Clients, MotoStack

MAX_RECEIVES = 5
ENVIRONMENT = {
    "ALL_BUCKETS_LOCATION": ALL_BUCKETS_LOCATION,
    "LEGACY_VIEWS": "none",
    "DATABASE_NAME": DATABASE,
    "REGISTRY_TABLE_NAME": REGISTRY_TABLE,
    "EVENT_BUS_NAME": EVENT_BUS,
    "INDEX_TABLE_NAME": INDEX_TABLE,
    "INDEX_STATE_MACHINE_ARN": INDEX_STATE_MACHINE,
    "EVENT_SOURCES": "com.quiltdata, quilt-athena",
    "MAX_RECEIVE_COUNT": str(MAX_RECEIVES),
}
Lines = Callable[[], list[dict[str, Any]]]


class Context:
    """The context that Lambda passes to a handler, as far as Powertools reads it."""

    function_name = "quilt-athena-onboard-bucket"
    function_version = "1"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:quilt-athena-onboard-bucket"
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        """As if it had just started."""
        return 60_000


CONTEXT = cast(LambdaContext, Context())


@pytest.fixture
def function(stack: MotoStack, clients: Clients, monkeypatch: pytest.MonkeyPatch) -> MotoStack:
    """The stack in moto, with the function's environment."""
    for name, value in {**ENVIRONMENT, "DEAD_LETTER_QUEUE_URL": stack.dead_letters_url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "client", lambda service, **_: getattr(clients, service))
    return stack.all_buckets()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """The log lines so far."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def event(bucket: str, kind: str = "added", **detail: Any) -> str:
    """The body of a message with a registration event."""
    return json.dumps(
        {
            "id": f"{bucket}-{kind}",
            "source": "com.quiltdata",
            "detail-type": "bucket-registration",
            "time": "2025-11-20T12:00:00Z",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {"version": "0.1", "type": kind, "bucket": bucket, **detail},
        }
    )


def batch(*bodies: str, receives: int = 1) -> dict[str, Any]:
    """An SQS batch whose messages are ``message-0``, ``message-1``, ..."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "receipt",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies)
        ]
    }


def invoke(event: dict[str, Any]) -> list[str]:
    """Invoke the function; return the ids of the messages to redeliver."""
    response = app.handler(event, CONTEXT)
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def attributes(message: dict[str, Any]) -> dict[str, str]:
    """The attributes of a dead letter."""
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_sample_batch_is_processed(function: MotoStack, samples: Path, log: Lines) -> None:
    """A registration, a malformed event and a pushed package: the event for `sam local invoke`."""
    function.make_bucket("my-bucket")
    sample = json.loads((samples / "onboard-bucket-sqs.json").read_text())
    assert invoke(sample) == []
    function.assert_in_sync("my-bucket")
    (letter,) = function.dead_letters()
    assert letter["Body"] == sample["Records"][1]["body"]
    assert attributes(letter) == {
        "Error": "InvalidEventError",
        "Reason": "detail.type: Input should be 'added', 'updated' or 'removed', got 'renamed'",
    }
    registered, rejected, pushed = log()
    assert (registered["level"], registered["bucket"], registered["kind"]) == ("INFO", "my-bucket", "added")
    assert len(registered["changes"]) == 6  # two of them partitions
    assert (rejected["level"], rejected["error"]) == ("ERROR", "InvalidEventError")
    assert rejected["message_id"] == sample["Records"][1]["messageId"]
    assert "detail.type" in rejected["reason"]
    assert "bucket" not in rejected
    assert pushed["changes"] == []


@pytest.mark.parametrize(
    ("body", "error", "reason"),
    [
        ("not JSON", "InvalidEventError", "event: Invalid JSON"),
        (
            event("Not A Bucket"),
            "InvalidEventError",
            "detail.bucket: 'Not A Bucket' is not a legal",
        ),
        (event("no-such-bucket"), "BucketNotFoundError", "bucket no-such-bucket doesn't exist (404)"),
        (event("ours").replace("com.quiltdata", "com.example"), "InvalidEventError", "source: expected one of"),
        (
            event("deep").replace('"version"', '"more": ' + "[" * 10_000 + "]" * 10_000 + ', "version"'),
            "InvalidEventError",
            "detail.more: expected at most 100 levels of nested lists and objects",
        ),
    ],
)
def test_invalid_event_becomes_a_dead_letter_alone(
    function: MotoStack, log: Lines, body: str, error: str, reason: str
) -> None:
    for bucket in ("first", "last"):
        function.make_bucket(bucket)
    assert invoke(batch(event("first"), body, event("last"))) == []
    function.assert_in_sync("first")
    function.assert_in_sync("last")
    (letter,) = function.dead_letters()
    assert letter["Body"] == body
    assert attributes(letter)["Error"] == error
    assert attributes(letter)["Reason"].startswith(reason)
    assert [line["error"] for line in log() if line["level"] == "ERROR"] == [error]


def test_unmanaged_table_is_named_in_the_dead_letter(function: MotoStack) -> None:
    function.make_bucket("my-bucket")
    function.clients.glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "my_bucket_quilt_packages"})
    assert invoke(batch(event("my-bucket"))) == []
    (letter,) = function.dead_letters()
    assert attributes(letter)["Error"] == "UnmanagedTableError"
    assert "quilt_query.my_bucket_quilt_packages already exists and is" in attributes(letter)["Reason"]


def test_retryable_event_is_redelivered_alone(function: MotoStack, calls: AwsCalls, log: Lines) -> None:
    for bucket in ("first", "second", "third"):
        function.make_bucket(bucket)
    function.clients.s3.delete_bucket(Bucket="third")
    answers = iter([None, refusal("ThrottlingException")])
    with calls.answering("glue:GetTables", lambda: next(answers)):
        assert invoke(batch(event("first"), event("second"), event("third"))) == ["message-1"]
    function.assert_in_sync("first")
    assert [attributes(letter)["Error"] for letter in function.dead_letters()] == ["BucketNotFoundError"]
    retried = next(line for line in log() if line["message"] == "redelivering message")
    assert (retried["error"], retried["bucket"]) == ("ServiceUnavailableError", "second")
    assert "glue:GetTables on quilt_query failed: ThrottlingException" in retried["reason"]
    assert invoke(batch(event("second"), receives=2)) == []
    function.assert_in_sync("second")


def test_event_received_too_often_becomes_a_dead_letter(function: MotoStack, calls: AwsCalls, log: Lines) -> None:
    function.make_bucket("my-bucket")
    with calls.answering("glue:GetTables", lambda: refusal("ThrottlingException")):
        assert invoke(batch(event("my-bucket"), receives=MAX_RECEIVES - 1)) == ["message-0"]
        assert function.dead_letters() == []
        assert invoke(batch(event("my-bucket"), receives=MAX_RECEIVES)) == []
    (letter,) = function.dead_letters()
    assert attributes(letter)["Error"] == "ServiceUnavailableError"
    assert "ThrottlingException" in attributes(letter)["Reason"]
    assert log()[-1]["message"] == "sending message to the dead-letter queue"


@pytest.mark.parametrize("receives", [1, MAX_RECEIVES])
def test_event_is_redelivered_when_the_dead_letter_queue_rejects_it(
    function: MotoStack, calls: AwsCalls, log: Lines, receives: int
) -> None:
    function.make_bucket("my-bucket")
    with calls.answering("sqs:SendMessage", lambda: refusal("ServiceUnavailable", 503)):
        assert invoke(batch("{}", event("my-bucket"), receives=receives)) == ["message-0"]
    function.assert_in_sync("my-bucket")
    assert "sqs:SendMessage" in next(line for line in log() if line["message"] == "redelivering message")["reason"]


def test_unexpected_exception_is_redelivered_and_logged_with_its_trace(
    function: MotoStack, calls: AwsCalls, log: Lines
) -> None:
    function.make_bucket("my-bucket")

    def broken() -> None:
        raise ZeroDivisionError("a bug")

    with calls.answering("glue:GetTables", broken):
        assert invoke(batch(event("my-bucket"))) == ["message-0"]
    assert log()[-1]["exception_name"] == "ZeroDivisionError"
    assert "test_onboard_bucket.py" in log()[-1]["exception"]


def test_killed_function_is_completed_by_the_redelivery(function: MotoStack, calls: AwsCalls) -> None:
    function.make_bucket("my-bucket")
    with calls.fault(Fault.KILLED_AFTER, 6), pytest.raises(Killed):
        invoke(batch(event("my-bucket")))
    assert invoke(batch(event("my-bucket"), receives=2)) == []
    function.assert_in_sync("my-bucket")


def test_log_keys_do_not_leak_to_the_next_message(function: MotoStack, log: Lines) -> None:
    function.make_bucket("my-bucket")
    invoke(batch(event("my-bucket"), "{}"))
    assert "bucket" in log()[0]
    assert not {"bucket", "event_id", "kind"} & set(log()[1])
    assert log()[1]["function_request_id"] == Context.aws_request_id


def test_reason_has_only_characters_that_sqs_accepts(function: MotoStack) -> None:
    assert invoke(batch(json.dumps({"detail-type": "\x00\x1f\ufffe" + "x" * 10}))) == []
    (letter,) = function.dead_letters()
    assert not set("\x00\x1f\ufffe") & set(attributes(letter)["Reason"])


#: Text that SQS accepts in a message.
sqs_text = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | sqs_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(sqs_text, inner, max_size=3),
    max_leaves=8,
)
wrong_events = st.dictionaries(
    st.sampled_from(["id", "source", "time", "detail-type", "resources", "detail"]), json_values
).map(json.dumps)
wrong_details = st.dictionaries(st.sampled_from(["version", "type", "bucket"]), json_values).map(
    lambda detail: json.dumps({**json.loads(event("my-bucket")), "detail": detail})
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
# No example changes the stack.
@given(st.one_of(sqs_text, json_values.map(json.dumps), wrong_events, wrong_details))
@example("null")
@example('{"time": 1e400}')
@example("[" * 5000)
def test_any_invalid_message_becomes_a_dead_letter_without_a_call_to_glue(
    function: MotoStack, calls: AwsCalls, body: str
) -> None:
    calls.clear()
    assert invoke(batch(body)) == []
    assert calls.names == ["sqs:SendMessage"]
    (letter,) = function.dead_letters()
    assert letter["Body"] == body
    assert attributes(letter)["Error"] == "InvalidEventError"


@pytest.mark.parametrize("missing", [*ENVIRONMENT, "DEAD_LETTER_QUEUE_URL"])
@pytest.mark.usefixtures("function")
def test_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(
        MissingSettingError, match=f"environment variable {missing} of this function is missing: template"
    ):
        invoke(batch(event("my-bucket")))


def test_function_creates_its_own_clients(stack: MotoStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests share clients; here the function creates them, as in Lambda."""
    for name, value in {**ENVIRONMENT, "DEAD_LETTER_QUEUE_URL": stack.dead_letters_url}.items():
        monkeypatch.setenv(name, value)
    timeouts = []
    create = boto3.client

    def client(service: str, **options: Any) -> Any:
        created = create(service, **options)  # type: ignore[call-overload]  # any service
        timeouts.append(created.meta.config.connect_timeout)
        return created

    monkeypatch.setattr(boto3, "client", client)
    stack.make_bucket("my-bucket")
    assert invoke(batch(event("my-bucket"))) == []
    # An endpoint that does not respond cannot use up the function's time.
    assert timeouts == [5] * 6
    stack.all_buckets().assert_in_sync("my-bucket")


def started(function: MotoStack) -> int:
    """How many executions of the index's writer were started."""
    machine = function.clients.stepfunctions
    return len(machine.list_executions(stateMachineArn=INDEX_STATE_MACHINE)["executions"])


@pytest.mark.parametrize(
    ("body", "executions"),
    [
        (event("my-bucket"), 0),
        (event("my-bucket", indexed=True), 1),
        (event("my-bucket", "updated", indexed=False), 1),
        (event("my-bucket", "removed"), 0),
    ],
)
def test_index_is_woken_by_what_concerns_it(function: MotoStack, body: str, executions: int) -> None:
    function.make_bucket("my-bucket")
    assert invoke(batch(body)) == []
    assert started(function) == executions


def test_event_is_redelivered_when_the_index_cannot_be_woken(function: MotoStack, calls: AwsCalls) -> None:
    function.make_bucket("my-bucket")
    with calls.answering("stepfunctions:StartExecution", lambda: refusal("ThrottlingException")):
        assert invoke(batch(event("my-bucket", indexed=True))) == ["message-0"]
    known = function.registration("my-bucket")
    assert known
    assert known.indexed


def test_index_is_woken_by_the_removal_of_a_bucket_that_it_has(function: MotoStack) -> None:
    function.make_bucket("my-bucket")
    assert invoke(batch(event("my-bucket"))) == []
    known = function.registration("my-bucket")
    assert known
    function.registrar.registry.set_index(known, IndexProgress(IndexState.BACKFILLING))
    assert invoke(batch(event("my-bucket", "removed"))) == []
    assert started(function) == 1
