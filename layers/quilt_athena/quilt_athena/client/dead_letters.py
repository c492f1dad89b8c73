"""Reading dead letters with the reasons why they could not be processed, without removing them from their queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

#: Maximum of ReceiveMessage.
_BATCH = 10
#: How long a message that was read is hidden from other readers at most, in seconds.
_HIDDEN_SECONDS = 30


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be processed.

    ``error`` is the name of the error and ``reason`` its message: those of the function that gave up, or of
    EventBridge. They are None if SQS moved the message because a function kept failing or timing out; then the
    function's log has more.
    """

    queue: str
    message_id: str
    sent: datetime
    error: str | None
    reason: str | None
    body: str


def read_dead_letters(sqs: SQSClient, queue: str, url: str, limit: int) -> list[DeadLetter]:
    """The first ``limit`` messages of a dead-letter queue, which stay there. SQS doesn't say in which order.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: this caller can't read the queue, or not now.
    """
    received: dict[str, str] = {}
    try:
        return list(islice(_receive(sqs, queue, url, received), limit))
    finally:
        _release(sqs, url, received)


def _receive(sqs: SQSClient, queue: str, url: str, received: dict[str, str]) -> Iterator[DeadLetter]:
    while True:
        with calling("sqs:ReceiveMessage", url):
            found = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_BATCH,
                # Hidden, so that the next call returns others.
                VisibilityTimeout=_HIDDEN_SECONDS,
                # Asks all of SQS's servers; otherwise a short queue may seem empty.
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            ).get("Messages", [])
        known = len(received)
        for message in found:
            if message["MessageId"] not in received:
                yield _dead_letter(queue, message)
            received[message["MessageId"]] = message["ReceiptHandle"]
        if len(received) == known:
            return


def _release(sqs: SQSClient, url: str, received: Mapping[str, str]) -> None:
    """Let others read the messages at once."""
    handles = list(received.values())
    for start in range(0, len(handles), _BATCH):
        with calling("sqs:ChangeMessageVisibility", url):
            sqs.change_message_visibility_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                    for number, handle in enumerate(handles[start : start + _BATCH])
                ],
            )


def _dead_letter(queue: str, message: Mapping[str, Any]) -> DeadLetter:
    attributes = {
        name: str(attribute.get("StringValue", "")) for name, attribute in message.get("MessageAttributes", {}).items()
    }
    sent = int(message.get("Attributes", {}).get("SentTimestamp", 0)) / 1000
    return DeadLetter(
        queue,
        message["MessageId"],
        datetime.fromtimestamp(sent, UTC),
        # A function writes the former, EventBridge and its scheduler the latter:
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        attributes.get("Error") or attributes.get("ERROR_CODE"),
        attributes.get("Reason") or attributes.get("ERROR_MESSAGE"),
        message.get("Body", ""),
    )
