"""Events that can't be processed: kept as they came, with the reason beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_MAX_REASON_LENGTH = 2000
# What SQS refuses in a message:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class DeadLetterQueue:
    """Where such events wait for somebody to look, and to redrive them."""

    sqs: SQSClient
    url: str

    def put(self, body: str, error: Exception) -> None:
        """Keep the body of a message with the message attributes `Error` (its class) and `Reason`.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: SQS didn't take it.
        """
        reason = _ILLEGAL.sub("\ufffd", str(error))[:_MAX_REASON_LENGTH] or "no reason was given"
        with calling("sqs:SendMessage", self.url):
            self.sqs.send_message(
                QueueUrl=self.url,
                MessageBody=body,
                MessageAttributes={
                    "Error": {"DataType": "String", "StringValue": type(error).__name__},
                    "Reason": {"DataType": "String", "StringValue": reason},
                },
            )
