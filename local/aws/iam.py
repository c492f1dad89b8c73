"""What IAM goes by, where MiniStack can't know it or a laptop differs from AWS. Counts when IAM is enforced."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import athena


def with_workgroups_of_queries(extract_resource_arn: Callable[..., str]) -> Callable[..., str]:
    """Wrap the finding of a request's resource: of Athena's operations on a query it is the query's workgroup.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html
    """

    @functools.wraps(extract_resource_arn)
    def extract(service: str, method: str, path: str, headers: Any, body: bytes, *more: Any) -> str:
        execution = athena._executions.get(_query_id(body)) if service == "athena" else None
        if execution is not None:
            return str(athena._arn_workgroup(execution.request.workgroup))
        return extract_resource_arn(service, method, path, headers, body, *more)

    return extract


def over_tls(pin_request_origin: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    """Wrap the noting of where a request came from: over loopback it is as safe as over TLS.

    Policies that demand `aws:SecureTransport`, as every bucket's and queue's should, would else refuse everything.
    """

    @functools.wraps(pin_request_origin)
    def pin(source_ip: str, _secure_transport: bool) -> None:
        pin_request_origin(source_ip, True)

    return pin


def _query_id(body: bytes) -> str | None:
    try:
        request = json.loads(body)
    except ValueError:
        return None
    if not isinstance(request, Mapping):
        return None
    # Of a batch AWS asks for each query's workgroup; here the first stands for all.
    values = request.get("QueryExecutionIds")
    value = values[0] if isinstance(values, list) and values else request.get("QueryExecutionId")
    return value if isinstance(value, str) else None
