"""Every path through the query state machine, with AWS as slow as the definition allows, evaluated from its definition.

Time passes in waits and tasks. The loops that poll and that wait for capacity are cut short: a Choice that compares the
time with a limit is entered just before that limit, which is as late as a loop can get there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from tests.unit.query.asl import EXPRESS, STATES, Expression, expression
from tests.unit.state_machines.expressions import Expression as Checked
from tests.unit.state_machines.expressions import expression_of

#: The Choices in loops without a counter.
_LOOPS = ("DecideStart", "DecideNext")
_MOMENT = 0.001
#: What Athena may report about a query. In the end it reports any other state than the first.
_REPORTS = (
    {"Status": {"State": "RUNNING"}},
    {"Status": {"State": "SUCCEEDED"}},
    {"Status": {"State": "CANCELLED"}},
    {"Status": {"State": "FAILED", "AthenaError": {"Retryable": True}}},
)
_THROTTLED = {"Error": "Athena.AthenaException", "Cause": "Rate exceeded"}


@dataclass(frozen=True)
class Path:
    """A path so far: its states, its end in seconds, the variables, and whether a query may be running."""

    states: tuple[str, ...]
    seconds: float = 0.0
    variables: Mapping[str, Any] = field(default_factory=dict)
    may_run: bool = False

    @property
    def state(self) -> str:
        """The state that it has entered last."""
        return self.states[-1]

    @property
    def error(self) -> str | None:
        """The error with which it ends, if it does with one."""
        error = STATES.get(self.state, {}).get("Error")
        return None if error is None else str(_value(error, self.variables, self.seconds, EXPRESS))


@dataclass(frozen=True)
class Walk:
    """All paths of a request with the longest timeout; ``max_timeout`` is the machine's, in seconds."""

    max_timeout: int

    def ends(self) -> Iterator[Path]:
        """A path for each way to end, all different in how they end or what they know."""
        seen: set[str] = set()
        ahead = [Path(("PrepareQuery",))]
        while ahead:
            path = ahead.pop()
            key = json.dumps([path.state, round(path.seconds, 3), path.variables, path.may_run], sort_keys=True)
            if key in seen:
                continue
            seen.add(key)
            if path.state == "End" or STATES[path.state]["Type"] == "Fail":
                yield path
            else:
                ahead += self._after(path)

    def _after(self, path: Path) -> Iterator[Path]:
        kind = STATES[path.state]["Type"]
        if kind == "Choice":
            yield from self._decided(path)
        elif kind == "Wait":
            seconds = self._evaluated(STATES[path.state]["Seconds"], path)
            yield self._next(path, STATES[path.state], seconds=seconds)
        elif kind == "Task":
            yield from self._called(path)

    def _decided(self, path: Path) -> Iterator[Path]:
        state = STATES[path.state]
        if path.state in _LOOPS:
            ahead = [limit for limit in self._limits(path) if limit > path.seconds]
            path = replace(path, seconds=min(ahead) - _MOMENT) if ahead else path
        for choice in state["Choices"]:
            if self._evaluated(choice["Condition"], path) is True:
                yield self._next(path, choice)
                return
        yield self._next(path, {"Next": state["Default"]})

    def _limits(self, path: Path) -> list[float]:
        started, timeout = path.variables["StartedAt"] / 1000, path.variables["Request"]["TimeoutSeconds"]
        return [started + timeout, *([self.max_timeout - 20] if self.max_timeout == EXPRESS else [])]

    def _called(self, path: Path) -> Iterator[Path]:
        """The results of a call at once and as late as possible, and each error that it can end with."""
        state, name = STATES[path.state], path.state
        for seconds in (0.0, longest(name)) if name in ("StartQuery", "GetQuery") else (longest(name),):
            for result, runs in self._results(name, path.may_run):
                if state.get("End"):
                    yield replace(path, states=(*path.states, "End"), seconds=path.seconds + seconds, may_run=runs)
                else:
                    yield self._next(path, state, seconds=seconds, may_run=runs, result=result)
        for clause in state["Catch"]:
            for error, retries, runs in self._errors(name, clause, path.may_run):
                yield self._next(path, clause, seconds=longest(name), may_run=runs, errorOutput=error, retries=retries)

    def _results(self, name: str, may_run: bool) -> Iterator[tuple[Any, bool]]:
        if name == "PrepareQuery":
            request = {"TimeoutSeconds": self.max_timeout, "Tokens": ["one", "two", "three"], "MaxRows": 1}
            yield {"Payload": {"Valid": True, **request}}, False
            yield {"Payload": {"Valid": False, "Cause": {"Message": "MaxRows: wrong"}}}, False
        elif name in ("StartQuery", "FindQuery"):
            yield {"QueryExecutionId": "query-1"}, True
        elif name in ("GetQuery", "ConfirmStop"):
            for query in _REPORTS:
                yield {"QueryExecution": query}, query["Status"]["State"] == "RUNNING"
        else:
            yield {}, may_run

    @staticmethod
    def _errors(name: str, clause: Mapping[str, Any], may_run: bool) -> Iterator[tuple[dict[str, str], int, bool]]:
        """(error output, earlier tries, whether a query may run afterwards) for each kind of error of a Catch."""
        names = clause["ErrorEquals"]
        error = {"Error": "States.Timeout" if names == ["States.ALL"] else names[0], "Cause": "no reason"}
        if name == "StartQuery":
            if names == ["Athena.InvalidRequestException"]:
                yield error, 0, False  # it rejects every call with these arguments
            elif names == ["States.ALL"]:
                yield error, 3, True  # without a response
            else:
                yield error, 0, may_run
                yield error, 1, True  # an earlier try was without a response
            return
        yield error, 0, may_run
        if clause["Next"] == "CheckWatch":
            yield _THROTTLED, 2, may_run

    def _next(
        self,
        path: Path,
        transition: Mapping[str, Any],
        *,
        seconds: float = 0.0,
        may_run: bool | None = None,
        retries: int = 0,
        **at: Any,
    ) -> Path:
        later = replace(path, seconds=path.seconds + seconds)
        states = {**at, "context": {"State": {"RetryCount": retries}}}
        assigned = {
            name: self._assigned(template, later, states) for name, template in transition.get("Assign", {}).items()
        }
        return replace(
            later,
            states=(*path.states, transition["Next"]),
            variables={**path.variables, **assigned},
            may_run=path.may_run if may_run is None else may_run,
        )

    def _assigned(self, template: Any, path: Path, states: Mapping[str, Any]) -> Any:
        if not isinstance(template, str) or expression_of(template) is None:
            return template
        return self._evaluated(template, replace(path, variables={**path.variables, "states": states}))

    def _evaluated(self, text: str, path: Path) -> Any:
        return _value(text, path.variables, path.seconds, self.max_timeout)


def longest(state: str) -> float:
    """The maximum seconds until a task succeeds or fails for good."""
    task = STATES[state]
    (retry,) = task["Retry"]
    pauses = (retry["IntervalSeconds"] * retry["BackoffRate"] ** n for n in range(retry["MaxAttempts"]))
    return float(
        task["TimeoutSeconds"] * (retry["MaxAttempts"] + 1)
        + sum(min(pause, retry["MaxDelaySeconds"]) for pause in pauses)
    )


def _value(text: str, variables: Mapping[str, Any], seconds: float, max_timeout: int) -> Any:
    if expression_of(text) is None:
        return text
    _, reads = _parsed(text, max_timeout)
    known = {name: value for name, value in variables.items() if name in reads}
    return _evaluated(text, json.dumps(known, sort_keys=True), seconds if "$millis()" in text else 0.0, max_timeout)


@cache
def _evaluated(text: str, variables: str, seconds: float, max_timeout: int) -> Any:
    """The value of an expression, which many paths need with the same values of the variables that it reads."""
    parsed, _ = _parsed(text, max_timeout)
    return parsed(json.loads(variables), seconds * 1000)


@cache
def _parsed(text: str, max_timeout: int) -> tuple[Expression, frozenset[str]]:
    """An expression, and the variables that it reads."""
    return expression(text.replace("$random()", "0.999"), max_timeout), frozenset({*Checked(text).variables, "states"})
