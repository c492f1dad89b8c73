"""An execution of the query state machine with responses that a test scripts, interpreted from its definition.

Waits, and the longest pauses before repetitions, advance a clock. How errors are handled is described at
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.unit.query.asl import DEFINITION, STATES, Expression, expression
from tests.unit.state_machines.expressions import Expression as Checked
from tests.unit.state_machines.expressions import expression_of

EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:query:nightly"


@dataclass(frozen=True)
class Error(Exception):
    """The error of a call."""

    name: str
    cause: str = "no reason"


Response = Mapping[str, Any] | Error


@dataclass
class Execution:
    """An execution: the calls it makes with their arguments, its waits in seconds, and how it ends."""

    limit: int
    respond: Callable[[str], Response]
    input: Any
    calls: list[tuple[str, Any]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0
    output: Any = None
    error: str | None = None
    cause: Any = None
    _variables: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Execution:
        """Run it to its end."""
        name: str | None = str(json.loads(DEFINITION.read_text())["StartAt"])
        while name is not None:
            state = STATES[name]
            if state["Type"] == "Choice":
                name = self._choose(state)
            elif state["Type"] == "Wait":
                self.waits.append(self._value(state["Seconds"]))
                self.seconds += self.waits[-1]
                name = state["Next"]
            elif state["Type"] == "Task":
                name = self._call(name, state)
            else:
                self.error, self.cause = self._value(state["Error"]), json.loads(self._value(state["Cause"]))
                return self
        return self

    def called(self, state: str) -> list[Any]:
        """The arguments of the calls of a state."""
        return [arguments for name, arguments in self.calls if name == state]

    def _choose(self, state: Mapping[str, Any]) -> str:
        for choice in state["Choices"]:
            holds = self._value(choice["Condition"])
            assert isinstance(holds, bool), choice["Condition"]
            if holds:
                return self._follow(choice)
        return str(state["Default"])

    def _call(self, name: str, state: Mapping[str, Any]) -> str | None:
        tried: dict[int, int] = {}
        while True:
            count = sum(tried.values())
            self.calls.append((name, self._value(state["Arguments"], count)))
            response = self.respond(name)
            if not isinstance(response, Error):
                if state.get("End"):
                    self.output = response
                    return None
                return self._follow(state, count, result=response)
            number, rule = _matching(state["Retry"], response)
            if rule and tried.get(number, 0) < rule["MaxAttempts"]:
                pause = rule["IntervalSeconds"] * rule["BackoffRate"] ** tried.get(number, 0)
                self.seconds += min(pause, rule["MaxDelaySeconds"])
                tried[number] = tried.get(number, 0) + 1
                continue
            _, clause = _matching(state["Catch"], response)
            assert clause is not None, f"{name} does not catch {response}"
            return self._follow(clause, count, errorOutput={"Error": response.name, "Cause": response.cause})

    def _follow(self, transition: Mapping[str, Any], retries: int = 0, **at: Any) -> str:
        assigned = {
            name: self._value(template, retries, **at) for name, template in transition.get("Assign", {}).items()
        }
        self._variables |= assigned
        return str(transition["Next"])

    def _value(self, template: Any, retries: int = 0, **at: Any) -> Any:
        """A template with the values of its expressions."""
        if isinstance(template, dict):
            return {name: self._value(value, retries, **at) for name, value in template.items()}
        if not isinstance(template, str) or expression_of(template) is None:
            return template
        parsed, needed = _parsed(template, self.limit)
        # Step Functions fails where an expression reads a variable that was never assigned.
        assert needed <= self._variables.keys(), (template, needed - self._variables.keys())
        context = {"Execution": {"Id": EXECUTION}, "State": {"RetryCount": retries}}
        states = {"input": self.input, "context": context, **at}
        return parsed({**self._variables, "states": states}, self.seconds * 1000)


def _matching(rules: list[dict[str, Any]], error: Error) -> tuple[int, dict[str, Any] | None]:
    for number, rule in enumerate(rules):
        if error.name in rule["ErrorEquals"] or rule["ErrorEquals"] == ["States.ALL"]:
            return number, rule
    return -1, None


@cache
def _parsed(text: str, limit: int) -> tuple[Expression, set[str]]:
    text = text.replace("$random()", "0.5")
    return expression(text, limit), Checked(text).variables
