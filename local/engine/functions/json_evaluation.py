"""Evaluates paths of SQL/JSON. Items are those of ``json_stream``, with numbers as int, float or Decimal.

In lax mode arrays are unwrapped, single items are taken for arrays, and what doesn't exist is left out. In strict mode
these are errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from operator import add, mul, sub
from typing import Any

from local.engine.functions.json_path import Node, Path
from local.engine.functions.json_stream import Members

Items = list[Any]
Number = int | float | Decimal


class PathError(ValueError):
    """A path that has no result for a document."""


def evaluate(path: Path, document: Any, variables: Mapping[str, Any]) -> Items:
    """The items that a path finds.

    Raises:
        PathError: the document doesn't have the structure or the types that the path requires.
    """
    return _Evaluation(path.strict, document, variables).items(path.root, ())


class _Evaluation:
    """One evaluation. ``context`` has the items that ``@`` means, and ends with the last index of the array around."""

    def __init__(self, strict: bool, document: Any, variables: Mapping[str, Any]) -> None:
        self._strict = strict
        self._document = document
        self._variables = variables
        self._last: list[int] = []

    def items(self, node: Node, current: tuple[Any, ...]) -> Items:
        match node.kind:
            case "$":
                return [self._document]
            case "@":
                return [current[-1]]
            case "literal":
                return [node.value]
            case "variable":
                if node.value not in self._variables:
                    raise PathError(f"no value passed for parameter {node.value}")
                return [self._variables[node.value]]
            case "last":
                return [self._last[-1]]
            case "arithmetic":
                left, right = (self._single_number(one, current) for one in node.inner)
                return [_computed(node.value, left, right)]
            case "sign":
                found = [_number(item) for item in self._unwrapped(self.items(node.inner[0], current))]
                return [-item if node.value == "-" else item for item in found]
            case "filter":
                found = self._unwrapped(self.items(node.inner[0], current))
                return [item for item in found if self._holds(node.inner[1], (*current, item))]
            case "subscripts":
                return list(self._subscripts(node, current))
            case "elements":
                return [one for item in self.items(node.inner[0], current) for one in self._array(item)]
        found = self.items(node.inner[0], current)
        if node.kind == "method" and node.value in ("type", "size"):
            return [_type(item) if node.value == "type" else len(self._array(item)) for item in found]
        unwrapped = self._unwrapped(found)
        if node.kind == "method":
            return [_METHODS[node.value](item) for item in unwrapped]
        return [one for item in unwrapped for one in self._members(item, node)]

    def _members(self, item: Any, node: Node) -> Iterator[Any]:
        if not isinstance(item, Members):
            if self._strict:
                raise PathError(f"invalid item type. Expected: OBJECT, actual: {_type(item).upper()}")
            return
        found = [value for name, value in item if node.kind == "members" or name == node.value]
        if not found and self._strict and node.kind == "member":
            raise PathError(f"structural error: missing member '{node.value}' in JSON object")
        yield from found

    def _subscripts(self, node: Node, current: tuple[Any, ...]) -> Iterator[Any]:
        for item in self.items(node.inner[0], current):
            array = self._array(item)
            self._last.append(len(array) - 1)
            for first, last in node.value:
                start = self._index(first, current)
                end = start if last is None else self._index(last, current)
                if self._strict and not 0 <= start <= end < len(array):
                    raise PathError("structural error: invalid array subscript")
                yield from array[max(start, 0) : end + 1] if end >= 0 else ()
            self._last.pop()

    def _index(self, node: Node, current: tuple[Any, ...]) -> int:
        return math.trunc(self._single_number(node, current))

    def _single_number(self, node: Node, current: tuple[Any, ...]) -> Number:
        found = self._unwrapped(self.items(node, current))
        if len(found) != 1:
            raise PathError("arithmetic operand must be a single number")
        return _number(found[0])

    def _array(self, item: Any) -> Items:
        if isinstance(item, list):
            return item
        if self._strict:
            raise PathError(f"invalid item type. Expected: ARRAY, actual: {_type(item).upper()}")
        return [item]

    def _unwrapped(self, found: Items) -> Items:
        if self._strict:
            return found
        return [one for item in found for one in (item if isinstance(item, list) else [item])]

    def _holds(self, node: Node, current: tuple[Any, ...]) -> bool | None:
        """Whether a predicate is true, false, or unknown (None)."""
        match node.kind:
            case "and" | "or":
                results = [self._holds(one, current) for one in node.inner]
                decisive = node.kind == "or"
                return decisive if decisive in results else None if None in results else not decisive
            case "not":
                result = self._holds(node.inner[0], current)
                return None if result is None else not result
            case "is unknown":
                return self._holds(node.inner[0], current) is None
        try:
            operands = [self.items(one, current) for one in node.inner]
            if node.kind == "exists":
                return bool(operands[0])
            left, right = map(self._unwrapped, operands)
            test = _starts_with if node.kind == "starts with" else _COMPARISONS[node.value]
            results = [test(one, other) for one in left for other in right]
        except PathError:
            return None
        if self._strict and None in results:
            return None
        return True if True in results else None if None in results else False


def _type(item: Any) -> str:
    if item is None:
        return "null"
    if isinstance(item, bool):
        return "boolean"
    if isinstance(item, Members):
        return "object"
    return "array" if isinstance(item, list) else "string" if isinstance(item, str) else "number"


def _number(item: Any) -> Number:
    if isinstance(item, bool) or not isinstance(item, int | float | Decimal):
        raise PathError(f"invalid item type. Expected: NUMBER, actual: {_type(item).upper()}")
    return item


def _double(item: Any) -> float:
    try:
        return float(item if isinstance(item, str) else _number(item))
    except ValueError:
        raise PathError(f"cannot convert {item!r} to double") from None


def _rounded(function: Callable[[Number], int]) -> Callable[[Any], Number]:
    def apply(item: Any) -> Number:
        value = _number(item)
        return float(function(value)) if isinstance(value, float) else type(value)(function(value))

    return apply


_METHODS: Mapping[str, Callable[[Any], Any]] = {
    "double": _double,
    "ceiling": _rounded(math.ceil),
    "floor": _rounded(math.floor),
    "abs": lambda item: abs(_number(item)),
}


_SIMPLE: Mapping[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul}


def _computed(operator: str, left: Any, right: Any) -> Number:
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
    if operator in _SIMPLE:
        found: Number = _SIMPLE[operator](left, right)
        return found
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        raise PathError("the engine can't divide decimals in a path")
    if right == 0:
        raise PathError("division by zero")
    if isinstance(left, float):
        return left / right if operator == "/" else math.fmod(left, right)
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    whole: int = quotient if operator == "/" else left - quotient * right
    return whole


def _comparable(one: Any, other: Any) -> bool:
    kinds = {_type(one), _type(other)}
    return len(kinds) == 1 and not kinds & {"array", "object", "null"}


def _equal(one: Any, other: Any) -> bool | None:
    if one is None or other is None:
        return one is other if not isinstance(one or other, list | Members) else None
    return bool(one == other) if _comparable(one, other) else None


def _unequal(one: Any, other: Any) -> bool | None:
    found = _equal(one, other)
    return None if found is None else not found


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    def compare(one: Any, other: Any) -> bool | None:
        if one is None or other is None:
            return False if not isinstance(one or other, list | Members) else None
        return test(one, other) if _comparable(one, other) else None

    return compare


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool | None]] = {
    "==": _equal,
    "!=": _unequal,
    "<>": _unequal,
    "<": _ordered(lambda one, other: bool(one < other)),
    "<=": _ordered(lambda one, other: bool(one <= other)),
    ">": _ordered(lambda one, other: bool(one > other)),
    ">=": _ordered(lambda one, other: bool(one >= other)),
}


def _starts_with(one: Any, other: Any) -> bool | None:
    if not isinstance(one, str) or not isinstance(other, str):
        return None
    return one.startswith(other)
