"""Dead letters: messages that could not be processed, why, and moving or deleting them.

SQS can't list messages: they are received, which hides them for a moment, and then made visible again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, MutableSequence, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidRequest

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

#: The event queues by their names on the command line, with the prefix of their outputs.
QUEUES = {
    "bucket-events": "BucketEvents",
    "ended-executions": "EndedExecutions",
    "query-requests": "QueryRequests",
    "index-events": "IndexEvents",
}
#: Its messages are no events that a queue could process again: a schedule could not start its target.
SCHEDULES = "schedules"

#: Maximum of SQS, for receiving and for the batch calls.
_BATCH = 10
#: How long received messages are hidden, if this process ends before it makes them visible again.
_HIDDEN_SECONDS = 30
#: How many messages are read of a queue.
MAX_READ = 200
#: The dead letters are already being moved: SQS's code in its own protocol, and in the older one.
_MOVING = ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation")
#: The attributes that have the reason: this stack's, then those of EventBridge and its Scheduler.
_ERRORS = ("Error", "ERROR_CODE")
_REASONS = ("Reason", "ERROR_MESSAGE")
_NO_REASON = "every attempt to process it failed: see the function's log"


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be processed.

    ``error`` is the name of the error and ``reason`` its message: those of the function that gave up, or of
    EventBridge. They are None if SQS moved the message because a function kept failing or timing out; then the
    function's log has more. ``sent`` is in UTC.
    """

    queue: str
    message_id: str
    sent: datetime
    error: str | None
    reason: str | None
    body: str

    @property
    def subject(self) -> str:
        """The bucket or execution that its event is about; empty if it names none."""
        return _subject(self.body)

    @property
    def problem(self) -> str:
        """Error and reason, or where to look for them."""
        return ": ".join(filter(None, (self.error, self.reason))) or _NO_REASON


@dataclass(frozen=True)
class DeadLetters:
    """The dead letters of a stack, by the names of their queues: those of QUEUES, and ``schedules``."""

    stack: Stack

    @property
    def queues(self) -> Sequence[str]:
        """The queues of this stack: one deployed from an earlier release may lack some."""
        events = [queue for queue, output in QUEUES.items() if self.stack.has(f"{output}DeadLetterQueueUrl")]
        return (*events, SCHEDULES)

    def count(self, queue: str) -> int:
        """The approximate number of a queue's dead letters."""
        return int(self._attribute(self._url(queue), "ApproximateNumberOfMessages"))

    def list(self, queues: Collection[str] = ()) -> Sequence[DeadLetter]:
        """The dead letters of queues (by default, of all), at most MAX_READ of each, newest first.

        They stay in their queues. Reading takes a second per queue, and hides them from other readers meanwhile.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: they couldn't be read.
        """
        found: list[DeadLetter] = []
        for queue in queues or self.queues:
            with self._received(queue) as messages:
                found += [_dead_letter(queue, message) for message in messages]
        return sorted(found, key=lambda letter: letter.sent, reverse=True)

    def reasons(self, queue: str) -> Counter[str]:
        """How many of a queue's dead letters have each error and reason.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: they couldn't be read.
        """
        return Counter(letter.problem for letter in self.list([queue]))

    def redrive(self, queue: str) -> int:
        """Move the dead letters of a queue (a key of QUEUES) back to it; their approximate number.

        AWS moves them in the background. Those that fail again come back, with the reason.

        Raises:
            InvalidRequest: they are already being moved.
            ServiceUnavailableError, ServiceRejectedError: they couldn't be moved.
        """
        source, target = self._url(queue), self.stack.output(f"{QUEUES[queue]}QueueUrl")
        count = self.count(queue)
        if not count:
            return 0
        source_arn, target_arn = self._attribute(source, "QueueArn"), self._attribute(target, "QueueArn")
        with calling("sqs:StartMessageMoveTask", queue, expected=_MOVING) as call:
            # The destination is explicit: messages that a function sent here didn't come through a redrive policy.
            self.stack.connections.sqs.start_message_move_task(SourceArn=source_arn, DestinationArn=target_arn)
        if call.code:
            raise InvalidRequest(f"the dead letters of {queue} are already being moved: wait until that has finished")
        return count

    def discard(
        self, queues: Collection[str], is_selected: Callable[[DeadLetter], bool] = lambda _: True
    ) -> Sequence[DeadLetter]:
        """Delete dead letters of queues (none given: of all), and return them.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: they couldn't be read or deleted.
        """
        discarded: list[DeadLetter] = []
        for queue in queues or self.queues:
            with self._received(queue) as messages:
                for message in list(messages):
                    letter = _dead_letter(queue, message)
                    if not is_selected(letter):
                        continue
                    with calling("sqs:DeleteMessage", queue):
                        self.stack.connections.sqs.delete_message(
                            QueueUrl=self._url(queue), ReceiptHandle=message["ReceiptHandle"]
                        )
                    messages.remove(message)
                    discarded.append(letter)
        return discarded

    @contextmanager
    def _received(self, queue: str) -> Iterator[MutableSequence[MessageTypeDef]]:
        """The messages of a queue, each once; those still in the list after the block are visible again."""
        url = self._url(queue)
        found: dict[str, MessageTypeDef] = {}
        messages: list[MessageTypeDef] = []
        try:
            while self.count(queue) and len(found) < MAX_READ:
                with calling("sqs:ReceiveMessage", url):
                    received = self.stack.connections.sqs.receive_message(
                        QueueUrl=url,
                        MaxNumberOfMessages=_BATCH,
                        VisibilityTimeout=_HIDDEN_SECONDS,
                        WaitTimeSeconds=1,  # SQS looks at all of its servers only if it waits
                        MessageSystemAttributeNames=["All"],
                        MessageAttributeNames=["All"],
                    ).get("Messages", [])
                if not received:
                    break
                found |= {message["MessageId"]: message for message in received}
            messages += found.values()
            yield messages
        finally:
            self._show_again(url, messages)

    def _show_again(self, url: str, messages: Sequence[MessageTypeDef]) -> None:
        for start in range(0, len(messages), _BATCH):
            with calling("sqs:ChangeMessageVisibility", url):
                self.stack.connections.sqs.change_message_visibility_batch(
                    QueueUrl=url,
                    Entries=[
                        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                        for number, message in enumerate(messages[start : start + _BATCH])
                    ],
                )

    def _url(self, queue: str) -> str:
        """The URL of a queue's dead-letter queue."""
        if queue in QUEUES:
            return self.stack.output(f"{QUEUES[queue]}DeadLetterQueueUrl")
        name = self.stack.output("SchedulesDeadLetterQueueArn").rpartition(":")[2]
        with calling("sqs:GetQueueUrl", name):
            return self.stack.connections.sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def _attribute(self, queue_url: str, name: Any) -> str:
        with calling("sqs:GetQueueAttributes", queue_url):
            found = self.stack.connections.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
        return str(found["Attributes"][name])


def _dead_letter(queue: str, message: MessageTypeDef) -> DeadLetter:
    attributes = {
        name: str(attribute.get("StringValue", "")) for name, attribute in message.get("MessageAttributes", {}).items()
    }
    milliseconds = int(message.get("Attributes", {}).get("SentTimestamp", "0"))
    return DeadLetter(
        queue=queue,
        message_id=message["MessageId"],
        sent=datetime.fromtimestamp(milliseconds / 1000, UTC),
        error=_first(attributes, _ERRORS),
        reason=_first(attributes, _REASONS),
        body=message.get("Body", ""),
    )


def _first(attributes: Mapping[str, str], names: Sequence[str]) -> str | None:
    return next((attributes[name] for name in names if attributes.get(name)), None)


def _subject(body: str) -> str:
    """The bucket or execution of an event; empty if it names none."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    detail = event.get("detail") if isinstance(event, dict) else None
    if not isinstance(detail, dict):
        return ""
    found = detail.get("bucket") or detail.get("executionArn") or ""
    return found if isinstance(found, str) else ""
