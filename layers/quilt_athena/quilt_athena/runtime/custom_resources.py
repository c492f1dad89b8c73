"""Custom resources of CloudFormation, which waits an hour for a response.

Format of requests and responses:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from quilt_athena.runtime.observability import logger

_MAX_REASON_LENGTH = 1000
_TIMEOUT_SECONDS = 20


def is_custom_resource_request(event: Mapping[str, Any]) -> bool:
    """Whether CloudFormation sent the event."""
    return "RequestType" in event


def handle_request(
    request: Mapping[str, Any], work: Callable[[Mapping[str, Any]], dict[str, Any]], *, physical_id: str, purpose: str
) -> dict[str, Any]:
    """Do ``work`` with a request and send its result, success or failure, to CloudFormation.

    Returns what ``work`` returns, or nothing after a failure: CloudFormation has it then, with ``purpose`` as the
    subject (such as "Attaching the policy") of the reason.

    Raises:
        OSError: the response could not be sent; Lambda then invokes the function again.
    """
    try:
        result = work(request)
    except Exception as error:
        logger.exception("custom resource failed", request_type=request["RequestType"])
        _respond(request, physical_id, failure=f"{purpose} failed: {error}")
        return {}
    _respond(request, physical_id)
    return result


def _respond(request: Mapping[str, Any], physical_id: str, failure: str | None = None) -> None:
    body = {
        "Status": "SUCCESS" if failure is None else "FAILED",
        "Reason": (failure or "")[:_MAX_REASON_LENGTH],
        "PhysicalResourceId": physical_id,
        "StackId": request["StackId"],
        "RequestId": request["RequestId"],
        "LogicalResourceId": request["LogicalResourceId"],
    }
    # A presigned S3 URL, which is signed without a content type.
    message = urllib.request.Request(  # noqa: S310 - CloudFormation's URL: nobody else invokes with such an event
        request["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(message, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - as above
        response.read()
