"""A query and its result in one call: StartSyncExecution of the Express state machine."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError

from quilt_athena.aws.backoff import retry_delay
from quilt_athena.aws.calls import calling
from quilt_athena.client.clock import Clock
from quilt_athena.client.connections import Connections
from quilt_athena.client.failures import query_error
from quilt_athena.errors import ServiceUnavailableError

_ATTEMPTS = 3
_THROTTLED = frozenset({"ThrottlingException", "TooManyRequestsException", "ServiceUnavailable", "InternalFailure"})


def run_express(connections: Connections, machine_arn: str, request: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Run a query of at most four minutes and return the state machine's output.

    A call whose response is lost is repeated with the same IdempotencyKey, so the second execution uses the query of
    the first. An Express execution can't be stopped: one that nobody waits for ends, with its query, at its
    ``TimeoutSeconds``.

    Raises:
        InvalidRequest, QueryFailed, QueryCancelled, QueryTimedOut, QueryServiceError: it ended without a result.
        ServiceUnavailableError, ServiceRejectedError: Step Functions didn't start it, or its responses were lost.
    """
    keyed = {"IdempotencyKey": uuid.uuid4().hex, **request}
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with calling("states:StartSyncExecution", machine_arn):
                execution = connections.sync_executions.start_sync_execution(
                    stateMachineArn=machine_arn, input=json.dumps(keyed)
                )
            break
        except ServiceUnavailableError as error:
            if attempt == _ATTEMPTS or not _is_temporary(error):
                raise
            clock.sleep(retry_delay(attempt, first=1.5))
    if execution["status"] != "SUCCEEDED":
        raise query_error(
            execution["status"], execution.get("error"), execution.get("cause"), execution["executionArn"]
        )
    output: dict[str, Any] = json.loads(execution["output"])
    return output


def _is_temporary(error: ServiceUnavailableError) -> bool:
    cause = error.__cause__
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or cause.response.get("Error", {}).get("Code") in _THROTTLED
    # An endpoint that can't be reached at all (a wrong URL, no server) is reported at once.
    return isinstance(cause, HTTPClientError) and not isinstance(cause, (EndpointConnectionError, ConnectTimeoutError))
