"""Messages that cannot be processed, kept unchanged with the reason as message attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_MAX_REASON_LENGTH = 2000
# Characters that SQS rejects in a message:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class DeadLetterQueue:
    """The queue where such messages wait until somebody reads the reason and redrives them."""

    sqs: SQSClient
    url: str

    def put(self, body: str, error: Exception) -> None:
        """Keep the body of a message, with the message attributes `Error` (the error's class name) and `Reason`.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: SQS did not accept the message.
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
