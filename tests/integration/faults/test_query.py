"""Calls of the deployed query state machines that fail: the query succeeds, or ends with a documented error."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults import Fault, denied, failed, faults, late, lost, throttled
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import deployed
from tests.local_aws import LocalAws

START, GET, STOP = (f"athena:{name}QueryExecution" for name in ("Start", "Get", "Stop"))
INVOKE = "lambda:InvokeFunction"


@dataclass(frozen=True)
class Case:
    """Faults, the request that meets them, and its error: None if it succeeds."""

    faults: list[Fault]
    error: str | None = None
    sql: str = "SELECT 1 AS x"
    timeout: int = 60


def timing_out(*faults: Fault) -> Case:
    """Faults of a query that doesn't end."""
    return Case([*faults], "QueryTimedOut", SLOW, timeout=1)


CASES = {
    "start throttled": Case([throttled(START, 3)]),
    "start fails": Case([failed(START, 2)]),
    "response to the start is lost": Case([lost(START, 2)]),
    "response to the start is late": Case([late(START, 6)]),
    "start denied": Case([denied(START, 1)], "Athena.AccessDeniedException", SLOW),
    "start denied for good": Case([denied(START, 9)], "Athena.AccessDeniedException"),
    "status throttled": Case([throttled(GET, 5)]),
    "status fails": Case([failed(GET, 5)]),
    "response with the status is late": Case([late(GET, 6)]),
    "status denied": Case([denied(GET, 1)], "Athena.AccessDeniedException", SLOW),
    "status throttled until the query is stopped": timing_out(throttled(GET, 8)),
    "stop throttled": timing_out(throttled(STOP, 3)),
    "stop fails": timing_out(failed(STOP, 3)),
    "response to the stop is lost": timing_out(lost(STOP, 1)),
    "stop denied at first": timing_out(denied(STOP, 2)),
    "stop and status fail": timing_out(failed(STOP, 2), failed(GET, 4, Skip=1)),
    "functions throttled": Case(
        [{"Action": INVOKE, "Error": "TooManyRequestsException", "Contains": "PrepareQuery", "Times": 2}]
    ),
    "function times out": Case([{"Action": INVOKE, "Error": "Sandbox.Timedout", "Contains": "FetchResults"}]),
}


def run_standard(local_aws: LocalAws, sql: str, timeout: int) -> dict[str, Any]:
    """Run a query with the Standard machine; the fields that both machines' results have."""
    ended = deployed(local_aws).run({"QueryString": sql, "TimeoutSeconds": timeout}).ended
    return {"error": ended.error, "cause": ended.cause, "output": ended.output}


def run_express(local_aws: LocalAws, sql: str, timeout: int) -> dict[str, Any]:
    """Run it with the Express machine."""
    ended = local_aws.run_express(sql, TimeoutSeconds=timeout)
    output, cause = (json.loads(ended[name]) if ended.get(name) else None for name in ("output", "cause"))
    return {"error": ended.get("error"), "cause": cause, "output": output}


def queries_containing(local_aws: LocalAws, text: str) -> list[dict[str, Any]]:
    """The queries of all workgroups whose SQL contains a text."""
    found: list[dict[str, Any]] = []
    for group in local_aws.athena.list_work_groups()["WorkGroups"]:
        for page in local_aws.athena.get_paginator("list_query_executions").paginate(WorkGroup=group["Name"]):
            if ids := page["QueryExecutionIds"]:
                found += local_aws.athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
    return [query for query in found if text in query["Query"]]


@pytest.mark.parametrize("run", [run_standard, run_express])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_query_succeeds_or_has_a_documented_error(
    local_aws: LocalAws, case: Case, run: Callable[[LocalAws, str, int], dict[str, Any]]
) -> None:
    marker = f"-- {uuid.uuid4()}"
    role = "QueryExpressStateMachine" if run is run_express else "QueryStateMachine"
    # Only calls of this machine, unless the case names another role.
    with faults(local_aws.stack.endpoint, *({"Role": role, **fault} for fault in case.faults)):
        ended = run(local_aws, f"{case.sql} {marker}", case.timeout)
    assert ended["error"] == case.error, ended
    queries = queries_containing(local_aws, marker)
    assert len(queries) <= 1, "a repeated start must not start another query"
    states = {query["Status"]["State"] for query in queries}
    if case.error is None:
        assert ended["output"]["Rows"] == [{"x": 1}]
        assert ended["output"]["QueryExecutionId"] == queries[0]["QueryExecutionId"]
    else:
        assert ended["cause"]["Message"]
        assert states <= {"CANCELLED", "SUCCEEDED"}, "the query still runs"
        assert ended["cause"]["QueryExecutionId"] == (queries[0]["QueryExecutionId"] if queries else None)
