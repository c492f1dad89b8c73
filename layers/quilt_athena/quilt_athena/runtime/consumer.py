"""A queue's consumer: each message is processed, redelivered, or sent to the dead-letter queue with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quilt_athena.errors import PermanentError, QuiltAthenaError
from quilt_athena.runtime.dead_letters import DeadLetterQueue
from quilt_athena.runtime.observability import logger


@dataclass(frozen=True)
class Consumer:
    """What a function does with the messages of its queue.

    ``process`` takes the body of a message. If it raises a PermanentError, the message is sent to the dead-letter queue
    at once; after any other error the message is redelivered, and sent to the dead-letter queue when it has been
    received ``max_receive_count`` times. ``log_keys`` are the keys that ``process`` appends to the logger, which the
    log lines of the next message must not have.
    """

    process: Callable[[str], None]
    dead_letters: DeadLetterQueue
    max_receive_count: int
    log_keys: tuple[str, ...] = ()

    def consume(self, event: dict[str, Any]) -> dict[str, Any]:
        """Process an SQS batch; return the ids of the messages to redeliver.

        Format of both: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html. (Powertools' batch
        utility does the same, but would add a fifth to a function's import time.)
        """
        failed = [record["messageId"] for record in event["Records"] if not self._is_done(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _is_done(self, record: dict[str, Any]) -> bool:
        # A key that is None is not logged; all keys that are named here are removed after the message.
        with logger.append_context_keys(message_id=record["messageId"], **dict.fromkeys(self.log_keys)):
            try:
                self.process(record["body"])
            except Exception as error:
                receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
                redeliver = not isinstance(error, PermanentError) and receives < self.max_receive_count
                _report(error, redeliver=redeliver)
                return not redeliver and self._is_dead_letter(record["body"], error)
        return True

    def _is_dead_letter(self, body: str, error: Exception) -> bool:
        """Whether the dead-letter queue accepted the message; if not, it is redelivered, so that nothing is lost."""
        try:
            self.dead_letters.put(body, error)
        except QuiltAthenaError as failure:
            _report(failure, redeliver=True)
            return False
        return True


def _report(error: Exception, *, redeliver: bool) -> None:
    """Log the error, with a stack trace if quilt-athena did not raise it on purpose."""
    log = logger.error if isinstance(error, QuiltAthenaError) else logger.exception
    message = "redelivering message" if redeliver else "sending message to the dead-letter queue"
    log(message, error=type(error).__name__, reason=str(error))
