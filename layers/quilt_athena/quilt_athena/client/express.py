"""The answer in one call: StartSyncExecution of the Express query machine."""

from __future__ import annotations

import json
import uuid
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError

from quilt_athena.aws.backoff import retry_delay
from quilt_athena.aws.calls import calling
from quilt_athena.client.connections import Connections
from quilt_athena.client.executions import Clock
from quilt_athena.client.failures import query_error
from quilt_athena.errors import ServiceUnavailableError

_ATTEMPTS = 3
_THROTTLED = frozenset({"ThrottlingException", "TooManyRequestsException", "ServiceUnavailable", "InternalFailure"})


def run_express(
    connections: Connections, machine_arn: str, request: dict[str, Any], clock: Clock | None = None
) -> dict[str, Any]:
    """The query result as the contract has it, within four minutes.

    A call whose answer is lost is made again with the same IdempotencyKey, so that the second execution takes up the
    query of the first. An Express execution can't be stopped: one that nobody waits for any more ends, and its query
    with it, at its ``TimeoutSeconds``.

    Raises:
        InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut, QueryServiceError: it gave no result.
        ServiceUnavailableError, ServiceRejectedError: Step Functions doesn't start it, or its answers are lost.
    """
    clock = clock or Clock()
    keyed = {"IdempotencyKey": uuid.uuid4().hex} | request
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with calling("states:StartSyncExecution", machine_arn):
                answer = connections.sync_executions.start_sync_execution(
                    stateMachineArn=machine_arn, input=json.dumps(keyed)
                )
            break
        except ServiceUnavailableError as error:
            if attempt == _ATTEMPTS or not _may_pass(error):
                raise
            clock.sleep(retry_delay(attempt, first=1.5))
    if answer["status"] != "SUCCEEDED":
        raise query_error(answer["status"], answer.get("error"), answer.get("cause"), answer["executionArn"])
    output: dict[str, Any] = json.loads(answer["output"])
    return output


def _may_pass(error: ServiceUnavailableError) -> bool:
    cause = error.__cause__
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or cause.response.get("Error", {}).get("Code") in _THROTTLED
    # An endpoint that can't be reached at all (a wrong URL, no server) is told at once.
    return isinstance(cause, HTTPClientError) and not isinstance(cause, (EndpointConnectionError, ConnectTimeoutError))
