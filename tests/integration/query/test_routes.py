"""Every way through the query state machine, as its executions take it; none leaves a query running."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.waiting import until
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Change, Machine, States, Told, altered, deployed
from tests.laptop import Laptop
from tests.unit.state_machines.expressions import expression_of

PREPARED = ["PrepareQuery", "CheckRequest"]
STARTED = [*PREPARED, "StartQuery"]
WATCHED = [*STARTED, "WaitForQuery", "GetQuery"]
DECIDED = [*WATCHED, "DecideNext"]
STOPPED = ["StopQuery", "WaitForStop", "ConfirmStop", "CheckStop"]
MISSING = "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.quilt_query.nowhere' does not exist"


def another_query(state: str) -> Change:
    """A call goes to a query that doesn't exist, so Athena refuses it."""

    def change(states: States) -> None:
        states[state]["Arguments"] = {"QueryExecutionId": "no-such-query"}

    return change


def keeping(state: str, fields: str) -> Change:
    """What a state keeps of a query has these fields, a JSONata object, whatever Athena says."""

    def change(states: States) -> None:
        kept = expression_of(states[state]["Assign"]["Query"])
        states[state]["Assign"]["Query"] = f"{{% $merge([{kept}, {fields}]) %}}"

    return change


# The local AWS has one name for whatever a function raises; AWS gives the name of its class.
RAISED = "Runtime.HandlerError"
PASSING = "'AthenaError': {'Retryable': true}"


def never_stopped(states: States) -> None:
    """A query that is asked to stop goes on, as far as one can see."""
    keeping("ConfirmStop", "{'State': 'RUNNING'}")(states)
    [condition] = [choice for choice in states["CheckStop"]["Choices"] if "< 20" in choice["Condition"]]
    condition["Condition"] = condition["Condition"].replace("< 20", "< 2")


def broken_preparation(states: States) -> None:
    """prepare_query gets what it can't work with."""
    states["PrepareQuery"]["Arguments"]["Payload"]["MaxTimeoutSeconds"] = "soon"


def broken_fetching(states: States) -> None:
    """fetch_results gets what it can't work with."""
    states["FetchResults"]["Arguments"]["MaxRows"] = "many"


def unanswered(states: States) -> None:
    """Athena's answer to the start leaves open whether the query runs."""
    states["StartQuery"]["Arguments"] = {
        "QueryString": "SELECT 1",
        "WorkGroup": "quilt-query",
        "ClientRequestToken": "short",
    }
    [doubtful] = [catch for catch in states["StartQuery"]["Catch"] if catch["Next"] == "FindQuery"]
    doubtful["ErrorEquals"] = ["Athena.InvalidRequestException"]
    states["StartQuery"]["Catch"] = [doubtful]


@dataclass(frozen=True)
class Route:
    """A request, what is wrong with the machine, and the states, the end and the queries that follow."""

    request: Any
    states: list[str]
    error: str | None = None
    message: str | None = None
    change: Change | None = None
    queries: tuple[str, ...] = field(default=())


ROUTES = {
    "answered": Route({"QueryString": "SELECT 1 AS x"}, [*DECIDED, "FetchResults"], queries=("SUCCEEDED",)),
    "a request that breaks its contract": Route(
        {"QueryString": "SELECT 1", "MaxRows": -1},
        [*PREPARED, "RejectRequest"],
        "InvalidRequest",
        "MaxRows: Input should be greater than or equal to 0",
    ),
    "a request that is no object": Route(
        ["SELECT 1"],
        [*PREPARED, "RejectRequest"],
        "InvalidRequest",
        "request: expected a JSON object with QueryString, got list",
    ),
    "refused by Athena at once": Route(
        {"QueryString": "SELEC 1"},
        [*STARTED, "FailQuery"],
        "QueryFailed",
        "line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER', 'CREATE', 'SELECT', <query>, ...",
    ),
    "failed": Route(
        {"QueryString": "SELECT * FROM nowhere"},
        [*DECIDED, "FailQuery"],
        "QueryFailed",
        MISSING,
        queries=("FAILED",),
    ),
    "out of time": Route(
        {"QueryString": SLOW, "TimeoutSeconds": 2},
        [*DECIDED, *STOPPED, "TimeOutQuery"],
        "QueryTimedOut",
        "The query was stopped after TimeoutSeconds: 2",
        queries=("CANCELLED",),
    ),
    "failed for a passing reason, three times": Route(
        {"QueryString": "SELECT * FROM nowhere"},
        [*DECIDED, "WaitBeforeRestart", "FailQuery"],
        "QueryFailed",
        MISSING,
        keeping("GetQuery", f"{{{PASSING}}}"),
        ("FAILED",) * 3,
    ),
    "answered at the second attempt": Route(
        {"QueryString": "SELECT 1 AS x"},
        [*DECIDED, "WaitBeforeRestart", "FetchResults"],
        change=keeping(
            "GetQuery",
            f"$Attempt = 0 ? {{'State': 'FAILED', 'StateChangeReason': 'It will pass', {PASSING}}} : {{}}",
        ),
        queries=("SUCCEEDED", "SUCCEEDED"),
    ),
    "not prepared": Route(
        {"QueryString": "SELECT 1"},
        ["PrepareQuery", "FailUnexpectedly"],
        RAISED,
        change=broken_preparation,
    ),
    "started without an answer": Route(
        {"QueryString": SLOW},
        [*STARTED, "FindQuery", *STOPPED, "FailUnexpectedly"],
        "Athena.InvalidRequestException",
        change=unanswered,
        queries=("CANCELLED",),
    ),
    "out of sight": Route(
        {"QueryString": SLOW},
        [*WATCHED, "CheckWatch", *STOPPED, "FailUnexpectedly"],
        "Athena.AccessDeniedException",
        None,
        another_query("GetQuery"),
        ("CANCELLED",),
    ),
    "not fetched": Route(
        {"QueryString": "SELECT 1"},
        [*DECIDED, "FetchResults", "FailUnexpectedly"],
        RAISED,
        change=broken_fetching,
        queries=("SUCCEEDED",),
    ),
    "stopped, but it can't be seen": Route(
        {"QueryString": SLOW, "TimeoutSeconds": 1},
        [*DECIDED, "StopQuery", "WaitForStop", "ConfirmStop", "FailUnexpectedly"],
        "Athena.AccessDeniedException",
        None,
        another_query("ConfirmStop"),
        ("CANCELLED",),
    ),
    "stopped, but it seems to go on": Route(
        {"QueryString": SLOW, "TimeoutSeconds": 1},
        [*DECIDED, *STOPPED, "FailUnexpectedly"],
        "QueryNotStopped",
        "Athena was asked to stop the query and didn't",
        never_stopped,
        ("CANCELLED",),
    ),
}
CANCELLED_ROUTE = [*DECIDED, "CancelQuery"]


def taken(laptop: Laptop, route: Route) -> Told:
    """The execution of a route."""
    if route.change is None:
        return deployed(laptop).run(route.request)
    with altered(laptop, route.change) as machine:
        return machine.run(route.request)


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_a_route(laptop: Laptop, route: Route) -> None:
    told = taken(laptop, route)
    assert told.route == route.states
    assert told.ended.error == route.error
    assert [laptop.execution(query_id)["Status"]["State"] for query_id in told.queries] == list(route.queries)
    if route.error is None:
        assert told.ended.output["Attempts"] == len(route.queries)
        assert told.ended.output["QueryExecutionId"] == told.queries[-1]
    else:
        assert told.cause.get("QueryExecutionId") == (told.queries[-1] if told.queries else None)
        assert told.cause["Message"]
        assert route.message in (None, told.cause["Message"])


def test_every_state_is_on_a_route(laptop: Laptop) -> None:
    arn = laptop.outputs["QueryStateMachineArn"]
    definition = laptop.stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"]
    on_routes = {state for route in ROUTES.values() for state in route.states} | set(CANCELLED_ROUTE)
    assert on_routes == set(json.loads(definition)["States"])


def test_a_query_that_somebody_stops_is_cancelled(laptop: Laptop, machine: Machine) -> None:
    execution = machine.start({"QueryString": SLOW})
    [query_id] = until(lambda: machine.queries(execution))
    laptop.athena.stop_query_execution(QueryExecutionId=query_id)
    told = machine.told(execution)
    assert told.route == CANCELLED_ROUTE
    assert told.ended.error == "QueryCancelled"
    reason = "Query cancelled by user"
    assert told.cause == {"Message": reason, "QueryExecutionId": query_id, "StateChangeReason": reason}
