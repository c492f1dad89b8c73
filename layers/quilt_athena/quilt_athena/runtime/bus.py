"""Publish the stack's own events on an EventBridge bus."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.contracts.limits import SOURCE
from quilt_athena.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


def publish(
    events: EventBridgeClient, bus: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str] = ()
) -> None:
    """Put one event on ``bus``; ``resources`` are the ARNs of what it is about.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: EventBridge did not accept the event.
    """
    with calling("events:PutEvents", bus):
        response = events.put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": SOURCE,
                    "DetailType": detail_type,
                    "Resources": list(resources),
                    "Detail": json.dumps(detail, separators=(",", ":"), ensure_ascii=False),
                }
            ]
        )
    if response["FailedEntryCount"]:
        entry = response["Entries"][0]
        raise ServiceUnavailableError(
            f"events:PutEvents on {bus} failed: {entry.get('ErrorCode')}: {entry.get('ErrorMessage')}"
        )
