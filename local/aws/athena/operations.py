"""Athena's query operations, from the request's data to the response's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from ministack.services import athena

from local.aws.athena import events, files, requests, results
from local.aws.athena.access import CallersAccess, reading_results
from local.aws.athena.errors import RequestError, check_range, operation
from local.aws.athena.execution import Execution
from local.aws.athena.history import History
from local.aws.athena.quotas import MAX_ACTIVE_DML_QUERIES
from local.aws.athena.runner import Runner
from local.aws.iam.callers import AccessDenied, Caller
from local.aws.s3.objects import S3Objects
from local.aws.scope import Scope

_history = History()
_runner = Runner(_history)
_MOST_IDS = 50
_QUEUE_IS_FULL = (
    "You have exceeded the limit for the number of queries you can run concurrently. Please reduce the number of "
    "concurrent queries submitted by this account. Contact customer support to request a concurrent query limit "
    "increase."
)


def warm_up() -> None:
    """Prepare for the first query."""
    _runner.warm_up()


@operation
def start_query_execution(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """StartQueryExecution."""
    token = requests.check_token(data)
    fingerprint = requests.fingerprint(data)
    scope = Scope.of_request()
    access = CallersAccess(Caller.current(), scope)
    request = requests.parse(data, athena._workgroups)
    bucket = files.parse_location(request.output_prefix)[0] if request.output_prefix else None
    try:
        access.starting(bucket)
    except AccessDenied as denied:
        raise RequestError(str(denied), code="AccessDeniedException") from denied
    started = _history.started_with(token, fingerprint)
    if started is not None:
        return {"QueryExecutionId": started.id}
    if bucket is not None and not S3Objects(scope).has_bucket(bucket):
        raise RequestError(f"Unable to verify/create output bucket {bucket}", reason="INVALID_INPUT")
    if request.statement_type == "DML" and _history.active_dml_queries() >= MAX_ACTIVE_DML_QUERIES:
        raise RequestError(_QUEUE_IS_FULL, code="TooManyRequestsException")
    execution = Execution(id=str(uuid.uuid4()), request=request, on_change=events.send)
    _history.add(execution, token, fingerprint)
    _runner.start(execution, access)
    return {"QueryExecutionId": execution.id}


@operation
def get_query_execution(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """GetQueryExecution."""
    return {"QueryExecution": _history.get(data["QueryExecutionId"]).as_api()}


@operation
def batch_get_query_execution(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """BatchGetQueryExecution."""
    ids = data.get("QueryExecutionIds") or []
    check_range("queryExecutionIds", len(ids), least=1, most=_MOST_IDS)
    found: list[Mapping[str, Any]] = []
    missing: list[Mapping[str, str]] = []
    for execution_id in ids:
        try:
            found.append(_history.get(execution_id).as_api())
        except RequestError as error:
            missing.append({"QueryExecutionId": execution_id, "ErrorCode": error.code, "ErrorMessage": str(error)})
    return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}


@operation
def list_query_executions(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """ListQueryExecutions, newest first."""
    workgroup = data.get("WorkGroup") or "primary"
    if workgroup not in athena._workgroups:
        raise RequestError(f"WorkGroup {workgroup} is not found.")
    size = data.get("MaxResults") or _MOST_IDS
    check_range("maxResults", size, least=1, most=_MOST_IDS)
    ids = [execution.id for execution in _history.newest_first(workgroup)]
    token = data.get("NextToken")
    # A token is the last ID of the previous page, so queries that start meanwhile don't shift the next one.
    if token is not None and token not in ids:
        raise RequestError("Invalid NextToken: this list did not return it")
    start = 0 if token is None else ids.index(token) + 1
    page = ids[start : start + size]
    more = {"NextToken": page[-1]} if start + size < len(ids) else {}
    return {"QueryExecutionIds": page, **more}


@operation
def stop_query_execution(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """StopQueryExecution. Stopping a query that has ended is not an error."""
    _runner.stop(_history.get(data["QueryExecutionId"]))
    return {}


@operation
def get_query_results(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """GetQueryResults."""
    execution = _history.get(data["QueryExecutionId"])
    try:
        if execution.request.output_prefix:
            reading_results(execution.output_location)
    except AccessDenied as denied:
        raise RequestError(str(denied), code="AccessDeniedException") from denied
    return results.page(execution, data.get("MaxResults"), data.get("NextToken"))
