"""A state machine definition as a graph: its scopes, states and transitions.

Format: https://states-language.net and its JSONata form,
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

State = dict[str, Any]
TERMINAL = ("Succeed", "Fail")


@dataclass(frozen=True)
class Edge:
    """A transition between two states, and the variables that it assigns."""

    target: str
    assigned: frozenset[str]


@dataclass(frozen=True)
class Scope:
    """The states of a machine, of a branch or of a Map's processor, with transitions only among themselves.

    ``inherited`` are the variables of outer scopes that are set when this one is entered.
    """

    path: str
    start: str | None
    states: dict[str, State]
    inherited: frozenset[str] = frozenset()

    def edges(self, name: str) -> list[Edge]:
        """All transitions of a state, including those to states that do not exist."""
        state = self.states[name]
        own = frozenset(state.get("Assign", {}))
        edges = [Edge(state[key], own) for key in ("Next", "Default") if key in state]
        edges += [
            Edge(transition["Next"], frozenset(transition.get("Assign", {})))
            for transition in state.get("Choices", [])
            if "Next" in transition
        ]
        edges += [
            Edge(transition["Next"], frozenset(transition.get("Assign", {})))
            for transition in state.get("Catch", [])
            if "Next" in transition
        ]
        return edges

    def reachable(self) -> set[str]:
        """The states that can be entered from the start."""
        found: set[str] = set()
        ahead = [self.start] if self.start in self.states else []
        while ahead:
            name = ahead.pop()
            if name is not None and name not in found and name in self.states:
                found.add(name)
                ahead += [edge.target for edge in self.edges(name)]
        return found

    def variables(self) -> dict[str, frozenset[str]]:
        """For each reachable state the variables that are set on every path to it."""
        known: dict[str, frozenset[str]] = {}
        ahead = [(self.start, self.inherited)] if self.start in self.states else []
        while ahead:
            name, arriving = ahead.pop()
            if name is None or name not in self.states:
                continue
            merged = known[name] & arriving if name in known else arriving
            if known.get(name) != merged:
                known[name] = merged
                ahead += [(edge.target, merged | edge.assigned) for edge in self.edges(name)]
        return known


def scopes(definition: dict[str, Any], path: str = "", inherited: frozenset[str] = frozenset()) -> Iterator[Scope]:
    """The scope of the machine, then those inside its Map and Parallel states."""
    scope = Scope(path, definition.get("StartAt"), definition.get("States", {}), inherited)
    yield scope
    variables = scope.variables()
    for name, state in scope.states.items():
        inside = [state["ItemProcessor"]] if "ItemProcessor" in state else state.get("Branches", [])
        for number, nested in enumerate(inside):
            suffix = f"[{number}]" if "Branches" in state else ""
            yield from scopes(nested, f"{path}{name}{suffix}/", variables.get(name, frozenset()))
