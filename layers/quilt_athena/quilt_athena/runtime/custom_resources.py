"""Answers to CloudFormation, which waits an hour for one.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

_MAX_REASON_LENGTH = 1000
_TIMEOUT_SECONDS = 20


def answer(request: Mapping[str, Any], *, physical_id: str, failure: str | None = None) -> None:
    """Tell CloudFormation how a request to a custom resource ended.

    Raises:
        OSError: it could not be told; Lambda invokes the function again then.
    """
    body = {
        "Status": "SUCCESS" if failure is None else "FAILED",
        "Reason": (failure or "")[:_MAX_REASON_LENGTH],
        "PhysicalResourceId": physical_id,
        "StackId": request["StackId"],
        "RequestId": request["RequestId"],
        "LogicalResourceId": request["LogicalResourceId"],
    }
    # A presigned URL of S3's, signed without a content type.
    told = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's, who alone invokes with such an event
        request["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(told, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - as above
        response.read()
