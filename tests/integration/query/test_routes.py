"""Every path through the query state machine; none leaves a query running."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.stack.waiting import until
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Change, Finished, Machine, States, altered, deployed
from tests.local_aws import LocalAws
from tests.unit.state_machines.expressions import expression_of

PREPARED = ["PrepareQuery", "CheckRequest"]
STARTED = [*PREPARED, "StartQuery"]
WATCHED = [*STARTED, "WaitForQuery", "GetQuery"]
DECIDED = [*WATCHED, "DecideNext"]
STOPPED = ["StopQuery", "WaitForStop", "ConfirmStop", "CheckStop"]
MISSING = "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.quilt_query.nowhere' does not exist"


def another_query(state: str) -> Change:
    """Let a call name a query that does not exist, so that Athena rejects it."""

    def change(states: States) -> None:
        states[state]["Arguments"] = {"QueryExecutionId": "no-such-query"}

    return change


def keeping(state: str, fields: str) -> Change:
    """Add fields (a JSONata object) to what a state keeps of a query, whatever Athena returns."""

    def change(states: States) -> None:
        kept = expression_of(states[state]["Assign"]["Query"])
        states[state]["Assign"]["Query"] = f"{{% $merge([{kept}, {fields}]) %}}"

    return change


# The local AWS has one error name for all exceptions of functions; AWS uses the class name.
RAISED = "Runtime.HandlerError"
START = {"QueryString": "SELECT 1", "WorkGroup": "quilt-athena-standard"}
TRANSIENT = "'AthenaError': {'Retryable': true}"


def never_stopped(states: States) -> None:
    """Let a stopped query appear to go on."""
    keeping("ConfirmStop", "{'State': 'RUNNING'}")(states)
    [condition] = [choice for choice in states["CheckStop"]["Choices"] if "< 20" in choice["Condition"]]
    condition["Condition"] = condition["Condition"].replace("< 20", "< 2")


def never_confirmed(states: States) -> None:
    """Let the stopped query not be found."""
    another_query("ConfirmStop")(states)
    [condition] = [choice for choice in states["CheckStop"]["Choices"] if "< 20" in choice["Condition"]]
    condition["Condition"] = condition["Condition"].replace("< 20", "< 2")


def stopped_at_the_second_try(states: States) -> None:
    """Let Athena reject the first call that stops the query."""
    states["StopQuery"]["Arguments"] = {
        "QueryExecutionId": "{% $StopChecks = 0 ? 'no-such-query' : $QueryExecutionId %}"
    }


def without_capacity(states: States) -> None:
    """Let Athena reject each start."""
    states["StartQuery"]["Arguments"] = {**START, "ClientRequestToken": "short"}
    [catch_full] = [catch for catch in states["StartQuery"]["Catch"] if catch["Next"] == "WaitForCapacity"]
    catch_full["ErrorEquals"] = ["Athena.InvalidRequestException"]
    states["StartQuery"]["Catch"] = [catch_full]


def broken_preparation(states: States) -> None:
    """Let prepare_query fail."""
    states["PrepareQuery"]["Arguments"]["Payload"]["MaxTimeoutSeconds"] = "soon"


def broken_fetching(states: States) -> None:
    """Let fetch_results fail."""
    states["FetchResults"]["Arguments"]["MaxRows"] = "many"


def without_response(states: States) -> None:
    """Let the response to the start leave open whether the query runs."""
    states["StartQuery"]["Arguments"] = {**START, "ClientRequestToken": "short"}
    [catch_unknown] = [catch for catch in states["StartQuery"]["Catch"] if catch["Next"] == "FindQuery"]
    catch_unknown["ErrorEquals"] = ["Athena.InvalidRequestException"]
    states["StartQuery"]["Catch"] = [catch_unknown]


@dataclass(frozen=True)
class Route:
    """A request, the fault of the machine, and the expected states, error and queries."""

    request: Any
    states: list[str]
    error: str | None = None
    message: str | None = None
    change: Change | None = None
    queries: tuple[str, ...] = field(default=())


ROUTES = {
    "succeeds": Route({"QueryString": "SELECT 1 AS x"}, [*DECIDED, "FetchResults"], queries=("SUCCEEDED",)),
    "a request that breaks its contract": Route(
        {"QueryString": "SELECT 1", "MaxRows": -1},
        [*PREPARED, "RejectRequest"],
        "InvalidRequest",
        "MaxRows: Input should be greater than or equal to 0",
    ),
    "a request that is not an object": Route(
        ["SELECT 1"],
        [*PREPARED, "RejectRequest"],
        "InvalidRequest",
        "request: expected a JSON object with QueryString, got list",
    ),
    "rejected by Athena at the start": Route(
        {"QueryString": "SELEC 1"},
        [*STARTED, "FailQuery"],
        "QueryFailed",
        "line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER', 'CREATE', 'SELECT', <query>, ...",
    ),
    "fails": Route(
        {"QueryString": "SELECT * FROM nowhere"},
        [*DECIDED, "FailQuery"],
        "QueryFailed",
        MISSING,
        queries=("FAILED",),
    ),
    "times out": Route(
        {"QueryString": SLOW, "TimeoutSeconds": 2},
        [*DECIDED, *STOPPED, "TimeOutQuery"],
        "QueryTimedOut",
        "The query was stopped after TimeoutSeconds: 2",
        queries=("CANCELLED",),
    ),
    "fails three times for a transient reason": Route(
        {"QueryString": "SELECT * FROM nowhere"},
        [*DECIDED, "WaitBeforeRestart", "FailQuery"],
        "QueryFailed",
        MISSING,
        keeping("GetQuery", f"{{{TRANSIENT}}}"),
        ("FAILED",) * 3,
    ),
    "succeeds at the second attempt": Route(
        {"QueryString": "SELECT 1 AS x"},
        [*DECIDED, "WaitBeforeRestart", "FetchResults"],
        change=keeping(
            "GetQuery",
            f"$Attempt = 0 ? {{'State': 'FAILED', 'StateChangeReason': 'Try again', {TRANSIENT}}} : {{}}",
        ),
        queries=("SUCCEEDED", "SUCCEEDED"),
    ),
    "preparation fails": Route(
        {"QueryString": "SELECT 1"},
        ["PrepareQuery", "FailUnexpectedly"],
        RAISED,
        change=broken_preparation,
    ),
    "start without response": Route(
        {"QueryString": SLOW},
        [*STARTED, "FindQuery", *STOPPED, "FailUnexpectedly"],
        "Athena.InvalidRequestException",
        change=without_response,
        queries=("CANCELLED",),
    ),
    "polling fails": Route(
        {"QueryString": SLOW},
        [*WATCHED, "CheckWatch", *STOPPED, "FailUnexpectedly"],
        "Athena.AccessDeniedException",
        None,
        another_query("GetQuery"),
        ("CANCELLED",),
    ),
    "fetching fails": Route(
        {"QueryString": "SELECT 1"},
        [*DECIDED, "FetchResults", "FailUnexpectedly"],
        RAISED,
        change=broken_fetching,
        queries=("SUCCEEDED",),
    ),
    "stop cannot be confirmed": Route(
        {"QueryString": SLOW, "TimeoutSeconds": 1},
        [*DECIDED, *STOPPED, "FailUnexpectedly"],
        "QueryNotStopped",
        None,
        never_confirmed,
        ("CANCELLED",),
    ),
    "stop fails at first": Route(
        {"QueryString": SLOW, "TimeoutSeconds": 1},
        [*DECIDED, *STOPPED, "TimeOutQuery"],
        "QueryTimedOut",
        "The query was stopped after TimeoutSeconds: 1",
        stopped_at_the_second_try,
        ("CANCELLED",),
    ),
    "Athena has no capacity": Route(
        {"QueryString": "SELECT 1", "TimeoutSeconds": 2},
        [*STARTED, "WaitForCapacity", "DecideStart", "FailToStart"],
        "QueryNotStarted",
        None,
        without_capacity,
    ),
    "stop has no effect": Route(
        {"QueryString": SLOW, "TimeoutSeconds": 1},
        [*DECIDED, *STOPPED, "FailUnexpectedly"],
        "QueryNotStopped",
        "Athena was asked to stop the query, and did not confirm its end",
        never_stopped,
        ("CANCELLED",),
    ),
}
CANCELLED_ROUTE = [*DECIDED, "CancelQuery"]


def run_route(local_aws: LocalAws, route: Route) -> Finished:
    """Run the execution of a route."""
    if route.change is None:
        return deployed(local_aws).run(route.request)
    with altered(local_aws, route.change) as machine:
        return machine.run(route.request)


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_route_has_the_expected_states_error_and_queries(local_aws: LocalAws, route: Route) -> None:
    finished = run_route(local_aws, route)
    assert finished.route == route.states
    assert finished.ended.error == route.error
    assert [local_aws.execution(query_id)["Status"]["State"] for query_id in finished.queries] == list(route.queries)
    if route.error is None:
        assert finished.ended.output["Attempts"] == len(route.queries)
        assert finished.ended.output["QueryExecutionId"] == finished.queries[-1]
    else:
        assert finished.cause.get("QueryExecutionId") == (finished.queries[-1] if finished.queries else None)
        assert finished.cause["Message"]
        assert route.message in (None, finished.cause["Message"])


def test_every_state_is_on_a_route(local_aws: LocalAws) -> None:
    arn = local_aws.outputs["QueryStateMachineArn"]
    definition = local_aws.stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"]
    on_routes = {state for route in ROUTES.values() for state in route.states} | set(CANCELLED_ROUTE)
    assert on_routes == set(json.loads(definition)["States"])


def test_query_stopped_by_somebody_is_cancelled(local_aws: LocalAws, machine: Machine) -> None:
    execution = machine.start({"QueryString": SLOW})
    [query_id] = until(lambda: machine.queries(execution))
    local_aws.athena.stop_query_execution(QueryExecutionId=query_id)
    finished = machine.finished(execution)
    assert finished.route == CANCELLED_ROUTE
    assert finished.ended.error == "QueryCancelled"
    reason = "Query cancelled by user"
    assert finished.cause == {"Message": reason, "QueryExecutionId": query_id, "StateChangeReason": reason}
