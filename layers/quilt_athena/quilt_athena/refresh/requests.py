"""The request of a refresh."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from quilt_athena.contracts.limits import MAX_BUCKETS
from quilt_athena.contracts.models import BucketName, Contract, parse_as


class RefreshRequest(Contract):
    """The input of the refresh state machine; a schedule passes an empty one."""

    buckets: Annotated[
        list[BucketName] | None,
        Field(
            alias="Buckets",
            min_length=1,
            max_length=MAX_BUCKETS,
            description="Refresh only these buckets; all registered buckets if it is omitted",
        ),
    ] = None


def parse_refresh_request(request: object) -> RefreshRequest:
    """Validate a request.

    Raises:
        InvalidRequest: it breaks its contract; the message begins with the path of the field.
    """
    return parse_as(RefreshRequest, request)
