"""Signatures of functions in Trino's notation, and binding them to the types of arguments.

    split(varchar(x), varchar(y)) -> array(varchar(x))
    array_max(array(E)) -> E
    reduce(array(T), S, function(S, T, S), function(S, R)) -> R
    concat(varchar...) -> varchar
    count_if(boolean) -> bigint

A single upper-case letter (or one followed by digits) stands for a type, a lower-case name inside brackets for a
number: the length of a ``varchar`` or ``char``, or the precision and scale of a ``decimal`` or ``timestamp``. A number
in the result that no argument has is computed (``where``). ``...`` after the last argument means any number of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from local.engine.types.coerce import can_coerce, coerce_kind, common_type
from local.engine.types.model import MAX_VARCHAR, UNKNOWN, TrinoType, varchar
from local.engine.types.parse import parse

_SIGNATURE = re.compile(r"\s*([a-z_0-9$|+*/%<>=!-]+|\[\])\s*\((.*)\)\s*->\s*(.+?)\s*", re.DOTALL)
_VARIABLE = re.compile(r"[A-Z][0-9]*")
_WORD = re.compile(r"[a-z][a-z0-9_ ]*")
#: Kinds whose brackets hold numbers.
_NUMBERED = ("varchar", "char", "decimal", "time", "time with time zone", "timestamp", "timestamp with time zone")

Numbers = Mapping[str, int]


@dataclass(frozen=True)
class Pattern:
    """A type in a signature. ``kind`` is a variable's name, if ``is_variable``; ``numbers`` are names or numbers."""

    kind: str
    inner: tuple[Pattern, ...] = ()
    numbers: tuple[str, ...] = ()
    is_variable: bool = False
    exact: TrinoType | None = None

    @property
    def is_function(self) -> bool:
        """Whether it is the type of a lambda."""
        return self.kind == "function"


@dataclass(frozen=True)
class Signature:
    """One overload of a function.

    Attributes:
        name: its name in lower case.
        arguments: the types of its arguments.
        result: the type of its result.
        varargs: whether the last argument may be repeated, or be missing.
        where: computes the numbers of the result that no argument has.
        constraints: names of type variables, each with ``comparable`` or ``orderable``.
        text: the signature as it was written.
    """

    name: str
    arguments: tuple[Pattern, ...]
    result: Pattern
    varargs: bool = False
    where: Callable[[Numbers], Numbers] | None = None
    constraints: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def accepts(self, count: int) -> bool:
        """Whether it can be called with that many arguments."""
        return count >= len(self.arguments) - 1 if self.varargs else count == len(self.arguments)

    def expanded(self, count: int) -> tuple[Pattern, ...]:
        """The types of ``count`` arguments."""
        if not self.varargs:
            return self.arguments
        last = self.arguments[-1]
        return (*self.arguments[:-1], *(last for _ in range(count - len(self.arguments) + 1)))


@dataclass(frozen=True)
class Bound:
    """A signature with types in the place of its variables. ``result`` is None while a lambda's result decides it."""

    signature: Signature
    arguments: tuple[TrinoType | None, ...]
    result: TrinoType | None
    types: Mapping[str, TrinoType]
    numbers: Numbers


def read_signature(
    text: str,
    *,
    where: Callable[[Numbers], Numbers] | None = None,
    comparable: str = "",
    orderable: str = "",
) -> Signature:
    """The signature that ``text`` spells.

    Args:
        text: the signature.
        where: computes the numbers of the result that no argument has.
        comparable: the type variables, separated by blanks, whose types must be comparable.
        orderable: the same for types with an order.
    """
    match = _SIGNATURE.fullmatch(text)
    if not match:
        raise ValueError(f"not a signature: {text}")
    arguments = _split(match[2])
    varargs = bool(arguments) and arguments[-1].endswith("...")
    if varargs:
        arguments[-1] = arguments[-1].removesuffix("...").strip()
    constraints = dict.fromkeys(comparable.split(), "comparable") | dict.fromkeys(orderable.split(), "orderable")
    return Signature(
        match[1], tuple(map(read_pattern, arguments)), read_pattern(match[3]), varargs, where, constraints, text
    )


@lru_cache(maxsize=4096)
def read_pattern(text: str) -> Pattern:
    """A type that may hold variables."""
    text = text.strip()
    if _VARIABLE.fullmatch(text):
        return Pattern(text, is_variable=True)
    head, bracket, rest = text.partition("(")
    inside, _, tail = rest.rpartition(")")
    kind = f"{head.strip()} {tail.strip()}".strip()
    if not bracket:
        return Pattern(kind, exact=parse(kind)) if kind != "row" else Pattern(kind)
    if kind in _NUMBERED:
        numbers = tuple(part.strip() for part in inside.split(","))
        exact = parse(text) if all(number.isdigit() for number in numbers) else None
        return Pattern(kind, numbers=numbers, exact=exact)
    return Pattern(kind, tuple(map(read_pattern, _split(inside))))


def _split(text: str) -> list[str]:
    """The parts between commas that aren't in brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    last = text[start:].strip()
    return [*parts, last] if last or parts else []


def bind(
    signature: Signature,
    arguments: Sequence[TrinoType | None],
    *,
    coerce: bool,
) -> Bound | None:
    """Bind a signature to the types of arguments.

    Args:
        signature: the signature.
        arguments: the types; None for a lambda, whose types follow from the other arguments.
        coerce: whether arguments may be coerced to the signature's types.

    Returns:
        The bound signature, or None if it can't be called with such arguments.
    """
    if not signature.accepts(len(arguments)):
        return None
    patterns = signature.expanded(len(arguments))
    types: dict[str, TrinoType] = {}
    numbers: dict[str, int] = {}
    for pattern, kind in zip(patterns, arguments, strict=True):
        if pattern.is_function != (kind is None):
            return None
        if kind is not None and not _match(pattern, kind, types, numbers, coerce):
            return None
    for name, constraint in signature.constraints.items():
        if name in types and not getattr(types[name], f"is_{constraint}"):
            return None
    bound = [substitute(pattern, types, numbers) for pattern in patterns]
    if not coerce and any(kind is not None and kind != one for kind, one in zip(arguments, bound, strict=True)):
        return None
    if coerce and any(
        kind is not None and (one is None or not can_coerce(kind, one))
        for kind, one in zip(arguments, bound, strict=True)
    ):
        return None
    return Bound(signature, tuple(bound), result_type(signature, types, numbers), types, numbers)


def result_type(signature: Signature, types: Mapping[str, TrinoType], numbers: Numbers) -> TrinoType | None:
    """The result's type; None if a variable in it has no type yet."""
    if signature.where is not None:
        numbers = {**numbers, **signature.where(numbers)}
    return substitute(signature.result, types, numbers)


def _match(
    pattern: Pattern, kind: TrinoType, types: dict[str, TrinoType], numbers: dict[str, int], coerce: bool
) -> bool:
    """Find the types and numbers that the variables of ``pattern`` stand for."""
    if pattern.is_variable:
        known = types.get(pattern.kind)
        if known is None:
            types[pattern.kind] = kind
            return True
        common = common_type(known, kind) if coerce else (known if known == kind else None)
        if common is None:
            return False
        types[pattern.kind] = common
        return True
    if pattern.exact is not None:
        return kind == pattern.exact or (coerce and can_coerce(kind, pattern.exact))
    if coerce and kind == UNKNOWN:
        return _match_unknown(pattern, types, numbers)
    if pattern.kind != kind.kind:
        other = coerce_kind(kind, pattern.kind) if coerce else None
        if other is None:
            return False
        kind = other
    if pattern.numbers:
        return _match_numbers(pattern, kind, numbers, coerce)
    if pattern.kind == "row" and not pattern.inner:
        return True
    return len(pattern.inner) == len(kind.inner) and all(
        _match(inner, one, types, numbers, coerce) for inner, one in zip(pattern.inner, kind.inner, strict=True)
    )


def _match_unknown(pattern: Pattern, types: dict[str, TrinoType], numbers: dict[str, int]) -> bool:
    """NULL without a type has every type; the variables inside stay unknown unless other arguments decide them."""
    for inner in pattern.inner:
        _match(inner, UNKNOWN, types, numbers, True)
    for number in pattern.numbers:
        if not number.isdigit():
            numbers.setdefault(number, {"decimal": 1}.get(pattern.kind, 0))
    return True


def _match_numbers(pattern: Pattern, kind: TrinoType, numbers: dict[str, int], coerce: bool) -> bool:
    precision = MAX_VARCHAR + 1 if kind.precision is None else kind.precision
    found = (precision, kind.scale)
    names = pattern.numbers
    if pattern.kind == "decimal" and coerce and all(name in numbers for name in names if not name.isdigit()):
        scale = max(numbers[names[1]], kind.scale)
        whole = max(numbers[names[0]] - numbers[names[1]], precision - kind.scale)
        found = (min(38, whole + scale), scale)
    elif coerce:
        found = (max(precision, numbers.get(names[0], 0)), kind.scale)
    for name, number in zip(names, found, strict=False):
        if name.isdigit():
            if int(name) != number and not coerce:
                return False
        elif not coerce and numbers.get(name, number) != number:
            return False
        else:
            numbers[name] = number
    return True


def substitute(pattern: Pattern, types: Mapping[str, TrinoType], numbers: Numbers) -> TrinoType | None:
    """The type that a pattern stands for; None if a variable in it has no type."""
    if pattern.is_variable:
        return types.get(pattern.kind)
    if pattern.exact is not None:
        return pattern.exact
    if pattern.numbers:
        found = [int(name) if name.isdigit() else numbers.get(name) for name in pattern.numbers]
        if found[0] is None or found[-1] is None:
            return None
        if pattern.kind == "varchar":
            return varchar(found[0])
        return TrinoType(pattern.kind, precision=found[0], scale=(found[1] or 0) if len(found) > 1 else 0)
    inner = [substitute(one, types, numbers) for one in pattern.inner]
    known = tuple(one for one in inner if one is not None)
    if len(known) != len(inner):
        return None
    return TrinoType(pattern.kind, (None,) * len(known) if pattern.kind == "row" else (), known)
