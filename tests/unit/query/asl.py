"""The query state machine's expressions, evaluated from its definition at a time of the test's choosing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonata import Jsonata
from jsonata.utils import Utils

from tests.unit.machines.expressions import expression_of

DEFINITION = Path(__file__).parents[3] / "statemachines" / "query.asl.json"
STATES: dict[str, dict[str, Any]] = json.loads(DEFINITION.read_text())["States"]


#: MaxTimeoutSeconds of the two machines, in template.yaml.
STANDARD, EXPRESS = 14_400, 240
_BEGAN = "$toMillis($states.context.Execution.StartTime)"


class Expression:
    """One expression of the definition; parsed once, evaluated often."""

    def __init__(self, text: str, max_timeout: int = STANDARD) -> None:
        """Parse it; a string without `{% %}` is no expression. The execution began when the clock showed 0."""
        text = text.replace("${MaxTimeoutSeconds}", str(max_timeout)).replace(_BEGAN, "0")
        inside = expression_of(text)
        assert inside is not None, text
        self._millis = 0.0
        self._parsed = Jsonata(inside)
        self._parsed.register_lambda("millis", lambda: self._millis)
        self._parsed.register_lambda("parse", json.loads)

    def __call__(self, variables: Mapping[str, Any], millis: float = 0.0) -> Any:
        """Its value with these variables, when the clock shows so many milliseconds."""
        self._millis = millis
        for name, value in variables.items():
            # To this evaluator None is nothing at all; a variable that holds null holds something.
            self._parsed.assign(name, Utils.NULL_VALUE if value is None else value)
        return self._parsed.evaluate(None)


def decide(state: str, variables: Mapping[str, Any], millis: float = 0.0, max_timeout: int = STANDARD) -> str:
    """The state that a Choice leads to. Its conditions must be true or false, as Step Functions wants them."""
    for choice in STATES[state]["Choices"]:
        holds = Expression(choice["Condition"], max_timeout)(variables, millis)
        assert isinstance(holds, bool), (choice["Condition"], holds)
        if holds:
            return str(choice["Next"])
    return str(STATES[state]["Default"])


def cause(state: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What the Cause of a Fail state says, which must be a JSON object as text."""
    parsed: dict[str, Any] = json.loads(Expression(STATES[state]["Cause"])(variables))
    return parsed
