"""The expressions of the query state machine, evaluated at any time a test chooses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonata import Jsonata
from jsonata.utils import Utils

from tests.unit.state_machines.expressions import expression_of

DEFINITION = Path(__file__).parents[3] / "statemachines" / "query.asl.json"


@cache
def _states() -> dict[str, dict[str, Any]]:
    states: dict[str, dict[str, Any]] = json.loads(DEFINITION.read_text())["States"]
    return states


class _States(Mapping[str, dict[str, Any]]):
    """The states of the definition, which is read when a test needs it."""

    def __getitem__(self, name: str) -> dict[str, Any]:
        return _states()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_states())

    def __len__(self) -> int:
        return len(_states())


STATES = _States()

#: MaxTimeoutSeconds of both state machines in template.yaml.
STANDARD, EXPRESS = 14_400, 240
#: MaxAttempts of all of them but the index's.
ATTEMPTS = 3
_BEGAN = "$toMillis($states.context.Execution.StartTime)"


class Expression:
    """One expression of the definition, parsed once and evaluated often."""

    def __init__(self, text: str, max_timeout: int = STANDARD, began: int = 0) -> None:
        """Parse ``text``, which must have `{% %}`. The execution started at ``began`` milliseconds."""
        text = text.replace("${MaxTimeoutSeconds}", str(max_timeout)).replace("${MaxAttempts}", str(ATTEMPTS))
        text = text.replace(_BEGAN, str(began))
        inside = expression_of(text)
        assert inside is not None, text
        self._millis = 0.0
        self._parsed = Jsonata(inside)
        self._parsed.register_lambda("millis", lambda: self._millis)
        self._parsed.register_lambda("parse", json.loads)

    def __call__(self, variables: Mapping[str, Any], millis: float = 0.0) -> Any:
        """The value with these variables at ``millis`` milliseconds."""
        self._millis = millis
        # To this evaluator None is an undefined variable, which differs from one that is null.
        known = {name: Utils.NULL_VALUE if value is None else value for name, value in variables.items()}
        return self._parsed.evaluate(None, known)


@cache
def expression(text: str, max_timeout: int = STANDARD, began: int = 0) -> Expression:
    """An expression, which tests parse once."""
    return Expression(text, max_timeout, began)


def decide(
    state: str, variables: Mapping[str, Any], millis: float = 0.0, max_timeout: int = STANDARD, began: int = 0
) -> str:
    """The state to which a Choice leads. Its conditions must be booleans, as Step Functions requires."""
    for choice in STATES[state]["Choices"]:
        holds = expression(choice["Condition"], max_timeout, began)(variables, millis)
        assert isinstance(holds, bool), (choice["Condition"], holds)
        if holds:
            return str(choice["Next"])
    return str(STATES[state]["Default"])


def cause(state: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The Cause of a Fail state, which must be a JSON object as text."""
    parsed: dict[str, Any] = json.loads(expression(STATES[state]["Cause"])(variables))
    return parsed
