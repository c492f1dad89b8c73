"""The function on SQS batches: what can't succeed goes to the dead letters, what may comes again, the rest is done."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.onboard_bucket import app
from quilt_athena.errors import MissingSettingError
from quilt_athena.runtime.observability import logger
from quilt_athena.runtime.settings import setting
from tests.desired import ALL_BUCKETS_LOCATION, DATABASE
from tests.unit.aws_calls import AwsCalls, Fault, Killed, refusal
from tests.unit.moto_stack import EVENT_BUS, REGISTRY_TABLE, Clients, MotoStack

MAX_RECEIVES = 5
ENVIRONMENT = {
    "JOINED_TABLES_LOCATION": ALL_BUCKETS_LOCATION,
    "LEGACY_VIEWS": "none",
    "DATABASE_NAME": DATABASE,
    "REGISTRY_TABLE_NAME": REGISTRY_TABLE,
    "EVENT_BUS_NAME": EVENT_BUS,
    "EVENT_SOURCES": "com.quiltdata, quilt-athena",
    "MAX_RECEIVE_COUNT": str(MAX_RECEIVES),
}
# Powertools warns of an invocation that ends without a metric: here it ends without anything.
NO_METRICS = pytest.mark.filterwarnings("ignore:No application metrics to publish")
Lines = Callable[[], list[dict[str, Any]]]


class Context:
    """What Lambda passes to a handler, as far as Powertools reads it."""

    function_name = "quilt-athena-onboard-bucket"
    function_version = "1"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:quilt-athena-onboard-bucket"
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        """As if it had just begun."""
        return 60_000


CONTEXT = cast(LambdaContext, Context())


def forget() -> None:
    """Let the next event find a new execution environment."""
    for made_once in (app._settings, app._consumer, app._registrar):
        made_once.cache_clear()


@pytest.fixture
def function(stack: MotoStack, clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoStack]:
    """The function's environment, on the stack in moto."""
    for name, value in {**ENVIRONMENT, "DEAD_LETTER_QUEUE_URL": stack.dead_letters_url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "client", lambda service, **_: getattr(clients, service))
    forget()
    yield stack.all_buckets()
    forget()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """What was logged."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def metric_totals(output: str) -> dict[str, float]:
    """The metrics in the embedded format that were written to standard output, added up."""
    totals: dict[str, float] = {}
    for line in output.splitlines():
        record = json.loads(line)
        for directive in record["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == "QuiltAthena"
            assert directive["Dimensions"] == [["service"]]
            for metric in directive["Metrics"]:
                totals[metric["Name"]] = totals.get(metric["Name"], 0) + sum(record[metric["Name"]])
    return totals


def event(bucket: str, kind: str = "added") -> str:
    """A registration as the body of a message."""
    return json.dumps(
        {
            "id": f"{bucket}-{kind}",
            "source": "com.quiltdata",
            "detail-type": "bucket-registration",
            "time": "2025-11-20T12:00:00Z",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {"version": "0.1", "type": kind, "bucket": bucket},
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
    """The ids of the messages that should come again."""
    answer = cast(dict[str, Any], app.handler(event, CONTEXT))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def attributes(message: dict[str, Any]) -> dict[str, str]:
    """A dead letter's attributes."""
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_the_sample_batch(function: MotoStack, samples: Path, log: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    """An event that adds, a malformed one, a pushed package: what `sam local invoke` is given."""
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
    done, rejected, seen = log()
    assert (done["level"], done["bucket"], done["kind"]) == ("INFO", "my-bucket", "added")
    assert len(done["changes"]) == 6  # two of them partitions
    assert (rejected["level"], rejected["error"]) == ("ERROR", "InvalidEventError")
    assert rejected["message_id"] == sample["Records"][1]["messageId"]
    assert "detail.type" in rejected["reason"]
    assert "bucket" not in rejected
    assert seen["changes"] == []
    assert metric_totals(capsys.readouterr().out) == {"EventsProcessed": 2, "CatalogChanges": 6, "EventsRejected": 1}


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
    ],
)
def test_a_bad_event_is_set_aside_and_its_siblings_are_processed(
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


def test_a_foreign_table_is_said_in_the_dead_letter(function: MotoStack) -> None:
    function.make_bucket("my-bucket")
    function.clients.glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "my_bucket_quilt_packages"})
    assert invoke(batch(event("my-bucket"))) == []
    (letter,) = function.dead_letters()
    assert attributes(letter)["Error"] == "UnmanagedTableError"
    assert "quilt_query.my_bucket_quilt_packages already exists" in attributes(letter)["Reason"]


def test_what_may_succeed_later_comes_again_alone(
    function: MotoStack, calls: AwsCalls, log: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    for bucket in ("first", "second", "third"):
        function.make_bucket(bucket)
    function.clients.s3.delete_bucket(Bucket="third")
    answers = iter([None, refusal("ThrottlingException")])
    with calls.answering("glue:GetTables", lambda: next(answers)):
        assert invoke(batch(event("first"), event("second"), event("third"))) == ["message-1"]
    function.assert_in_sync("first")
    assert [attributes(letter)["Error"] for letter in function.dead_letters()] == ["BucketNotFoundError"]
    retried = next(line for line in log() if line["message"] == "will come again")
    assert (retried["error"], retried["bucket"]) == ("ServiceUnavailableError", "second")
    assert "glue:GetTables on quilt_query failed: ThrottlingException" in retried["reason"]
    assert metric_totals(capsys.readouterr().out)["EventsRetried"] == 1
    assert invoke(batch(event("second"), receives=2)) == []
    function.assert_in_sync("second")


def test_what_fails_for_the_last_time_is_set_aside_with_its_reason(
    function: MotoStack, calls: AwsCalls, log: Lines
) -> None:
    function.make_bucket("my-bucket")
    with calls.answering("glue:GetTables", lambda: refusal("ThrottlingException")):
        assert invoke(batch(event("my-bucket"), receives=MAX_RECEIVES - 1)) == ["message-0"]
        assert function.dead_letters() == []
        assert invoke(batch(event("my-bucket"), receives=MAX_RECEIVES)) == []
    (letter,) = function.dead_letters()
    assert attributes(letter)["Error"] == "ServiceUnavailableError"
    assert "ThrottlingException" in attributes(letter)["Reason"]
    assert log()[-1]["message"] == "to the dead-letter queue"


@pytest.mark.parametrize("receives", [1, MAX_RECEIVES])
def test_when_the_dead_letter_queue_takes_nothing_the_event_comes_again(
    function: MotoStack, calls: AwsCalls, log: Lines, receives: int
) -> None:
    function.make_bucket("my-bucket")
    with calls.answering("sqs:SendMessage", lambda: refusal("ServiceUnavailable", 503)):
        assert invoke(batch("{}", event("my-bucket"), receives=receives)) == ["message-0"]
    function.assert_in_sync("my-bucket")
    assert "sqs:SendMessage" in next(line for line in log() if line["message"] == "will come again")["reason"]


@pytest.mark.usefixtures("function")
def test_a_fault_of_our_own_comes_again_and_is_logged_with_its_trace(
    log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(app, "parse_event", broken)
    assert invoke(batch("{}")) == ["message-0"]
    assert log()[-1]["exception_name"] == "ZeroDivisionError"
    assert "test_onboard_bucket.py" in log()[-1]["exception"]


@NO_METRICS
def test_a_killed_function_answers_nothing(function: MotoStack, calls: AwsCalls) -> None:
    function.make_bucket("my-bucket")
    with calls.fault(Fault.KILLED_AFTER, 6), pytest.raises(Killed):
        invoke(batch(event("my-bucket")))
    assert invoke(batch(event("my-bucket"), receives=2)) == []
    function.assert_in_sync("my-bucket")


def test_one_records_keys_are_not_the_next_ones(function: MotoStack, log: Lines) -> None:
    function.make_bucket("my-bucket")
    invoke(batch(event("my-bucket"), "{}"))
    assert "bucket" in log()[0]
    assert not {"bucket", "event_id", "kind"} & set(log()[1])
    assert log()[1]["function_request_id"] == Context.aws_request_id


def test_a_reason_is_as_sqs_takes_it(function: MotoStack) -> None:
    assert invoke(batch(json.dumps({"detail-type": "\x00\x1f\ufffe" + "x" * 10}))) == []
    (letter,) = function.dead_letters()
    assert not set("\x00\x1f\ufffe") & set(attributes(letter)["Reason"])


#: What SQS lets into a message.
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
# The stack stays as it is, whatever the example.
@given(st.one_of(sqs_text, json_values.map(json.dumps), wrong_events, wrong_details))
@example("null")
@example('{"time": 1e400}')
@example("[" * 5000)
def test_any_message_is_set_aside_and_never_reaches_glue(function: MotoStack, calls: AwsCalls, body: str) -> None:
    calls.clear()
    assert invoke(batch(body)) == []
    assert calls.names == ["sqs:SendMessage"]
    (letter,) = function.dead_letters()
    assert letter["Body"] == body
    assert attributes(letter)["Error"] == "InvalidEventError"


@NO_METRICS
@pytest.mark.parametrize("missing", [*ENVIRONMENT, "DEAD_LETTER_QUEUE_URL"])
@pytest.mark.usefixtures("function")
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(MissingSettingError, match=f"environment variable {missing} is missing: template"):
        invoke(batch(event("my-bucket")))


def test_an_empty_setting_is_a_missing_one() -> None:
    assert setting("A", {"A": "1"}) == "1"
    with pytest.raises(MissingSettingError, match="environment variable A is missing"):
        setting("A", {"A": ""})


def test_the_function_makes_its_own_clients(stack: MotoStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """All else here runs on clients that are shared; these are as in Lambda."""
    for name, value in {**ENVIRONMENT, "DEAD_LETTER_QUEUE_URL": stack.dead_letters_url}.items():
        monkeypatch.setenv(name, value)
    forget()
    stack.make_bucket("my-bucket")
    try:
        assert invoke(batch(event("my-bucket"))) == []
        # An endpoint that doesn't answer can't use up the function's time.
        assert app._registrar().s3.meta.config.connect_timeout == 5  # type: ignore[attr-defined]  # stubs lack it
    finally:
        forget()
    stack.all_buckets().assert_in_sync("my-bucket")
