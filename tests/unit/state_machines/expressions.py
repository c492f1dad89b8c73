"""The JSONata in a definition: it parses, and refers only to variables and functions that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jsonata import Jsonata
from jsonata.jexception import JException

#: Functions that Step Functions adds to JSONata, and those that it leaves out.
#: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-from-aws
ADDED = frozenset({"partition", "range", "hash", "random", "uuid", "parse"})
LEFT_OUT = frozenset({"eval"})
FUNCTIONS = (frozenset(Jsonata.static_frame.bindings) | ADDED) - LEFT_OUT
STATES = "states"
#: The fields of $states, and where they can be read.
STATES_FIELDS = {
    "input": "everywhere",
    "context": "everywhere",
    "result": "in Assign and Output of a Task, Map or Parallel that succeeded",
    "errorOutput": "in Assign and Output of a Catch",
}

_EXPRESSION = re.compile(r"\s*\{%(.*)%\}\s*", re.DOTALL)
# Placeholders have no values here; a number is valid JSONata, inside strings too.
_PLACEHOLDER = re.compile(r"\$\{[A-Za-z0-9:]+\}")


class ExpressionError(Exception):
    """A string in a definition is not JSONata that Step Functions accepts."""


def expression_of(text: str) -> str | None:
    """The JSONata inside ``{% %}``, or None for a plain string.

    Raises:
        ExpressionError: the expression is only a part of the string, which makes all of it plain text.
    """
    match = _EXPRESSION.fullmatch(text)
    if match:
        return match[1]
    if "{%" in text or "%}" in text:
        raise ExpressionError(f"{text!r} is only partly an expression, which makes all of it plain text")
    return None


def expressions(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of each string below a node that is, or looks like, an expression."""
    if isinstance(node, str):
        if "{%" in node or "%}" in node:
            yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from expressions(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from expressions(value, f"{path}[{number}]")


class Expression:
    """A parsed expression: the variables and the fields of $states that it reads."""

    def __init__(self, text: str) -> None:
        """Raises ExpressionError for text that is not JSONata."""
        inside = expression_of(text)
        try:
            tree = Jsonata(_PLACEHOLDER.sub("0", inside or "")).ast
        except JException as error:
            raise ExpressionError(f"{text!r} is not JSONata: {error}") from error
        nodes = list(_nodes(tree))
        bound = {name for node in nodes for name in _bound(node)}
        named = {node.value for node in nodes if node.type == "variable" and node.value}
        self.variables: set[str] = named - bound - FUNCTIONS - {STATES}
        self.states_fields: set[str] = {
            node.steps[1].value
            for node in nodes
            if node.type == "path" and len(node.steps) > 1 and _is_states(node.steps[0])
        }


def _is_states(node: Any) -> bool:
    return bool(node.type == "variable" and node.value == STATES)


def _bound(node: Any) -> Iterator[str]:
    if node.type == "bind":
        yield node.lhs.value
    elif node.type == "lambda":
        for argument in node.arguments or []:
            yield argument.value


def _nodes(tree: Any) -> Iterator[Any]:
    """All nodes of a syntax tree, which the parser cannot walk itself."""
    seen: set[int] = set()
    ahead = [tree]
    while ahead:
        node = ahead.pop()
        if isinstance(node, list | tuple):
            ahead += node
        elif hasattr(node, "position") and id(node) not in seen:
            seen.add(id(node))
            yield node
            ahead += [value for key, value in vars(node).items() if key != "_outer_instance"]
