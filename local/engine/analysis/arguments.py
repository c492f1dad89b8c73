"""The arguments of a call and its result, with the types of the overload that was found."""

from __future__ import annotations

from collections.abc import Sequence

from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import Expression, Lambda
from local.engine.functions.signature import Bound
from local.engine.types.model import UNKNOWN, TrinoType


def coerced_arguments(bound: Bound, arguments: Sequence[Expression]) -> tuple[Expression, ...]:
    """The arguments with the types of the overload. Lambdas have them already."""
    return tuple(
        one if kind is None or isinstance(one, Lambda) else coerce(one, kind)
        for one, kind in zip(arguments, bound.arguments, strict=True)
    )


def result_of(bound: Bound) -> TrinoType:
    """The type of the result."""
    return bound.result if bound.result is not None else UNKNOWN
