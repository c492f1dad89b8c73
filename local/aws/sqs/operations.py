"""StartMessageMoveTask, which moves dead letters back and which MiniStack lacks.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html. Here all
messages have been moved when the response arrives. As on AWS, the source must be another queue's dead-letter queue.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from ministack.services import sqs


def start_message_move_task(request: dict[str, Any], _url: str) -> dict[str, Any]:
    """StartMessageMoveTask."""
    source = _queue(request["SourceArn"])
    if not any(_dead_letters_of(queue) == request["SourceArn"] for queue in sqs._queues.values()):
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    target = _queue(request["DestinationArn"])
    now = time.time()
    for message in source["messages"]:
        target["messages"].append({**message, "visible_at": now, "receive_count": 0, "receipt_handle": None})
    source["messages"] = []
    return {"TaskHandle": str(uuid.uuid4())}


def _queue(arn: str) -> dict[str, Any]:
    queue: dict[str, Any] | None = sqs._queue_by_arn(arn)
    if queue is None:
        raise sqs._Err("ResourceNotFoundException", f"The resource that you specified for {arn} doesn't exist.")
    return queue


def _dead_letters_of(queue: dict[str, Any]) -> str | None:
    policy = queue["attributes"].get("RedrivePolicy")
    parsed = json.loads(policy) if isinstance(policy, str) and policy else policy or {}
    arn: str | None = parsed.get("deadLetterTargetArn")
    return arn
