"""Which overload of a function a call means, as Trino's ``FunctionResolver`` decides.

An overload whose types are the arguments' own wins; otherwise the most specific of those that the arguments can be
coerced to. https://github.com/trinodb/trino/blob/435/core/trino-main/src/main/java/io/trino/metadata/FunctionResolver.java
"""

from __future__ import annotations

from collections.abc import Sequence

from local.engine.functions.registry import Function
from local.engine.functions.signature import Bound, bind
from local.engine.types.coerce import can_coerce
from local.engine.types.model import UNKNOWN, TrinoType

Candidate = tuple[Function, Bound]


class AmbiguousCall(ValueError):  # noqa: N818 - named after what it says
    """Several overloads match equally well."""


def resolve(overloads: Sequence[Function], arguments: Sequence[TrinoType | None]) -> Candidate | None:
    """The overload that a call means, bound to the types of its arguments (None for a lambda).

    Returns:
        None if no overload can be called with such arguments.

    Raises:
        AmbiguousCall: more than one can.
    """
    exact = _candidates(overloads, arguments, coerce=False)
    # An overload without variables is more specific than one with them.
    plain = [one for one in exact if not one[1].types and not one[1].numbers]
    if plain or exact:
        return (plain or exact)[0]
    found = _candidates(overloads, arguments, coerce=True)
    if len(found) <= 1:
        return found[0] if found else None
    unknown_only = [
        one
        for one in found
        if all(kind != UNKNOWN for kind in arguments) or _changes_only_unknown(arguments, one[1].arguments)
    ]
    best = _most_specific(unknown_only or found)
    if len(best) == 1:
        return best[0]
    if all(kind == UNKNOWN for kind in arguments):
        # The result is NULL whichever it is.
        return best[0]
    if len({one[1].result for one in best}) == 1 and any(kind == UNKNOWN for kind in arguments):
        return best[0]
    raise AmbiguousCall


def _candidates(
    overloads: Sequence[Function], arguments: Sequence[TrinoType | None], *, coerce: bool
) -> list[Candidate]:
    found = []
    for function in overloads:
        bound = bind(function.signature, arguments, coerce=coerce)
        if bound is not None:
            found.append((function, bound))
    return found


def _changes_only_unknown(arguments: Sequence[TrinoType | None], bound: Sequence[TrinoType | None]) -> bool:
    return all(kind in (UNKNOWN, None, other) for kind, other in zip(arguments, bound, strict=True))


def _most_specific(found: list[Candidate]) -> list[Candidate]:
    best: list[Candidate] = []
    for one in found:
        if any(_is_more_specific(other, one) and not _is_more_specific(one, other) for other in found):
            continue
        best.append(one)
    return best


def _is_more_specific(one: Candidate, other: Candidate) -> bool:
    """Whether ``other`` could be called with the types of ``one``."""
    if any(a is None for a in one[1].arguments):
        return all(
            a is None or b is None or can_coerce(a, b)
            for a, b in zip(one[1].arguments, other[1].arguments, strict=True)
        )
    return bind(other[0].signature, one[1].arguments, coerce=True) is not None
