"""The mutants of a state machine definition, whose faults no tool for Python finds.

| in the definition | faults |
| --- | --- |
| a transition | leads to the state after its target in the file |
| a rule of Retry, Catch or Choices | is missing; comes after the next one (not Retry, where order means little) |
| an error of ErrorEquals, a variable of Assign, an argument | is missing |
| a count | one more, one less |
| a time or a rate | twice as much, half as much |
| another constant (JitterStrategy, Error, assigned values) | another one |
| an expression | see ``jsonata_code`` |

Comments are left alone, and so are types, resources and ARNs: the checks of all definitions cover those.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.mutation.jsonata_code import mutants_of_jsonata
from tools.mutation.mutants import Mutant

Place = tuple[str | int, ...]
#: (place, before, after, change of the node's parent)
Fault = tuple[Place, str, str, Callable[[Any], None]]

_TRANSITIONS = ("Next", "Default", "StartAt")
_TIMES = ("TimeoutSeconds", "IntervalSeconds", "MaxDelaySeconds", "BackoffRate")
_LEFT_ALONE = ("Comment", "QueryLanguage", "Type", "Resource", "FunctionName", "End")
_WITHOUT_MEMBERS = ("Assign", "Arguments")


def mutants_of_definition(path: Path, source: str) -> Iterator[Mutant]:
    """The mutants of a definition with this text."""
    definition = json.loads(source)
    for place, before, after, change in _faults(definition, definition, ()):
        mutated = copy.deepcopy(definition)
        node = mutated
        for key in place[:-1]:
            node = node[key]
        change(node)
        yield Mutant(path, _name(place), before, after, json.dumps(mutated, indent=2, ensure_ascii=False))


def _faults(definition: Any, node: Any, place: Place) -> Iterator[Fault]:
    """The faults below a node."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if key not in _LEFT_ALONE:
            yield from _faults_at(definition, node, (*place, key), value)
            yield from _faults(definition, value, (*place, key))


def _faults_at(definition: Any, parent: Any, place: Place, value: Any) -> Iterator[Fault]:
    """The faults of one member of an object or a list."""
    key, holder = place[-1], place[-2] if len(place) > 1 else None
    if holder in ("Retry", "Catch", "Choices", "ErrorEquals") or holder in _WITHOUT_MEMBERS:
        yield place, _shown(key, value), "(missing)", lambda node: node.__delitem__(key)
    if holder in ("Catch", "Choices") and isinstance(key, int) and key + 1 < len(parent):
        yield place, _shown(key, value), f"(after {_shown(key, parent[key + 1])})", _swap(key)
    for replacement, before, after in _replacements(definition, key, value, holder):
        yield place, before, after, _set(key, replacement)


def _replacements(definition: Any, key: str | int, value: Any, holder: Any) -> Iterator[tuple[Any, str, str]]:
    """(value, before, after) of what may stand at a place instead."""
    if isinstance(value, str) and "{%" in value:
        for before, after, text in mutants_of_jsonata(value):
            yield text, before, after
        return
    others: list[Any] = []
    if key in _TRANSITIONS:
        names = list(definition["States"])
        others = [names[(names.index(value) + 1) % len(names)]]
    elif isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [value * 2, value // 2 or value / 2] if key in _TIMES else [value + 1, value - 1]
    elif value is None or (value == {} and holder == "Assign"):
        others = ["something"]
    elif isinstance(value, str) and key in ("JitterStrategy", "Error"):
        others = ["NONE" if key == "JitterStrategy" else f"{value}2"]
    for other in others:
        yield other, json.dumps(value), json.dumps(other)


def _set(key: str | int, value: Any) -> Callable[[Any], None]:
    return lambda node: node.__setitem__(key, value)


def _swap(key: int) -> Callable[[Any], None]:
    def swap(node: list[Any]) -> None:
        node[key], node[key + 1] = node[key + 1], node[key]

    return swap


def _shown(key: str | int, value: Any) -> str:
    """A member in a few words: the errors or the target of a rule, or the name of a member."""
    if isinstance(value, dict) and isinstance(key, int):
        return f"{'/'.join(value.get('ErrorEquals', ['rule']))} -> {value.get('Next', 'again')}"
    return str(value if isinstance(key, int) else key)


def _name(place: Place) -> str:
    return ".".join(str(key) for key in (place[1:] if place[0] == "States" else place))
