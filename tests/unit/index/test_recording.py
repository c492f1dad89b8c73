"""Events of a queue are recorded together, and the writer is woken once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.index.pending import PendingObjects
from quilt_athena.index.recording import ChangeConsumer, ChangeRecorder, IndexWaker
from quilt_athena.index.writer import WriterItem
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from tests.unit.aws_calls import AwsCalls, refusal
from tests.unit.index.test_events import MANIFEST, POINTER, notification, revision, through_eventbridge
from tests.unit.moto_stack import INDEX_STATE_MACHINE, INDEX_TABLE, MotoStack, bucket_event


@pytest.fixture
def pending(stack: MotoStack) -> PendingObjects:
    """What is to be indexed."""
    return PendingObjects(stack.clients.dynamodb, INDEX_TABLE)


@pytest.fixture
def consumer(stack: MotoStack, pending: PendingObjects) -> ChangeConsumer:
    """The consumer of a stack in which ``my-bucket`` is indexed, and ``other-bucket`` is registered only."""
    for bucket, indexed in (("my-bucket", True), ("other-bucket", None)):
        event = replace(bucket_event(bucket, EventKind.ADDED), indexed=indexed)
        stack.registrar.registry.record(event, None)
    machine = stack.clients.stepfunctions
    waker = IndexWaker(WriterItem(stack.clients.dynamodb, machine, INDEX_TABLE), machine, INDEX_STATE_MACHINE)
    recorder = ChangeRecorder(stack.registrar.registry, pending, waker)
    dead_letters = DeadLetterQueue(stack.clients.sqs, stack.dead_letters_url)
    return ChangeConsumer(recorder, {"com.quiltdata"}, dead_letters, 5)


def batch(*bodies: Any) -> dict[str, Any]:
    """An SQS batch of these events."""
    records = [
        {
            "messageId": f"message-{number}",
            "body": json.dumps(body),
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def executions(stack: MotoStack) -> int:
    """How many executions of the writer were started."""
    machine = stack.clients.stepfunctions
    return len(machine.list_executions(stateMachineArn=INDEX_STATE_MACHINE)["executions"])


def keys(pending: PendingObjects) -> list[tuple[str, str]]:
    """The pending objects."""
    return [(one.bucket, one.key) for one in pending.read(100)]


def test_events_of_a_batch_are_recorded_once_and_start_one_execution(
    stack: MotoStack, consumer: ChangeConsumer, pending: PendingObjects
) -> None:
    events = (revision(), through_eventbridge(MANIFEST), notification(POINTER, POINTER))
    assert consumer.consume(batch(*events)) == {"batchItemFailures": []}
    package = ".quilt/named_packages/imaging/cells/"
    assert sorted(keys(pending)) == sorted(("my-bucket", key) for key in (MANIFEST, POINTER, package))
    assert executions(stack) == 1


@pytest.mark.parametrize("bucket", ["other-bucket", "unknown-bucket"])
def test_events_of_buckets_that_are_not_indexed_start_nothing(
    stack: MotoStack, consumer: ChangeConsumer, pending: PendingObjects, bucket: str
) -> None:
    assert consumer.consume(batch(revision(bucket=bucket))) == {"batchItemFailures": []}
    assert (keys(pending), executions(stack)) == ([], 0)


def test_invalid_event_becomes_a_dead_letter_and_the_others_are_recorded(
    stack: MotoStack, consumer: ChangeConsumer, pending: PendingObjects
) -> None:
    assert consumer.consume(batch({"detail": {}}, through_eventbridge(MANIFEST))) == {"batchItemFailures": []}
    assert keys(pending) == [("my-bucket", MANIFEST)]
    (letter,) = stack.dead_letters()
    assert letter["MessageAttributes"]["Error"]["StringValue"] == "InvalidEventError"


def test_batch_is_redelivered_when_the_writer_cannot_be_woken(
    consumer: ChangeConsumer, pending: PendingObjects, calls: AwsCalls
) -> None:
    with (
        calls.answering("stepfunctions:StartExecution", lambda: refusal("ThrottlingException")),
        pytest.raises(ServiceUnavailableError),
    ):
        consumer.consume(batch(revision()))
    # Recording them again does no harm.
    assert consumer.consume(batch(revision())) == {"batchItemFailures": []}
    assert len(keys(pending)) == 2
