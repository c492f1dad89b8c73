"""A queue's consumer: each message is done, comes again, or ends on the dead-letter queue with its reason."""

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

    ``work`` takes the body of one; what it raises decides: a PermanentError is kept as a dead letter at once, anything
    else comes again, and is kept when the message was received ``max_receive_count`` times. ``log_keys`` are those that
    it appends to the logger; they are gone with the message.
    """

    work: Callable[[str], None]
    dead_letters: DeadLetterQueue
    max_receive_count: int
    log_keys: tuple[str, ...] = ()

    def consume(self, event: dict[str, Any]) -> dict[str, Any]:
        """An SQS batch in, the ids of the messages that should come again out.

        Source of both: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html. (The batch utility
        of Powertools does the same, and would make up a fifth of a function's import time.)
        """
        failed = [record["messageId"] for record in event["Records"] if not self._done(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _done(self, record: dict[str, Any]) -> bool:
        # What is None isn't logged; what is named here is gone when the message is done.
        with logger.append_context_keys(message_id=record["messageId"], **dict.fromkeys(self.log_keys)):
            try:
                self.work(record["body"])
            except Exception as error:
                receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
                again = not isinstance(error, PermanentError) and receives < self.max_receive_count
                _report(error, again)
                return not again and self._kept(record["body"], error)
        return True

    def _kept(self, body: str, error: Exception) -> bool:
        """Whether the dead-letter queue took the message; if not it comes again, and nothing is lost."""
        try:
            self.dead_letters.put(body, error)
        except QuiltAthenaError as failure:
            _report(failure, again=True)
            return False
        return True


def _report(error: Exception, again: bool) -> None:
    """Say what was wrong: with a trace where it isn't one of our own errors."""
    log = logger.error if isinstance(error, QuiltAthenaError) else logger.exception
    log("will come again" if again else "to the dead-letter queue", error=type(error).__name__, reason=str(error))
