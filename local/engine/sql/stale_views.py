"""Whether a view still matches its query, as Trino's analyzer checks it."""

from __future__ import annotations

from collections.abc import Sequence

from local.engine.errors import at
from local.engine.results.trino_types import TrinoType

#: From narrow to wide: each type can be coerced to those after it.
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "real", "double")


def check_not_stale(view: str, found: Sequence[tuple[str, TrinoType]], stored: Sequence[tuple[str, TrinoType]]) -> None:
    """Reject a view whose stored columns aren't those of its query.

    Args:
        view: the view's full name, for messages.
        found: names and types of the columns of its query.
        stored: names and types of the columns in its definition.

    Raises:
        QueryError: VIEW_IS_STALE.
    """
    prefix = f"View '{view}' is stale or in invalid state: "
    if len(found) != len(stored):
        raise at(
            "VIEW_IS_STALE",
            f"{prefix}stored view column count ({len(stored)}) does not match column count derived from the view "
            f"query analysis ({len(found)})",
        )
    for number, ((name, kind), (stored_name, stored_kind)) in enumerate(zip(found, stored, strict=True)):
        projected = f"{prefix}column [{name}] of type {kind} projected from query view at position {number}"
        definition = f"column [{stored_name}] of type {stored_kind} stored in view definition"
        if name != stored_name:
            raise at("VIEW_IS_STALE", f"{projected} has a different name from {definition}")
        if not _is_coercible(kind, stored_kind):
            raise at("VIEW_IS_STALE", f"{projected} cannot be coerced to {definition}")


def is_widened(found: TrinoType, stored: TrinoType) -> bool:
    """Whether a column is a number that has to be cast to a wider stored type."""
    return found.kind in _NUMBERS and stored.kind in _NUMBERS and found.kind != stored.kind


def _is_coercible(found: TrinoType, stored: TrinoType) -> bool:
    if found.kind == "unknown":
        return True
    if found.kind in _NUMBERS and stored.kind in _NUMBERS:
        return _NUMBERS.index(found.kind) <= _NUMBERS.index(stored.kind)
    return _is_same(found, stored) or (found.kind == "varchar" and stored.kind == "char")


def _is_same(found: TrinoType, stored: TrinoType) -> bool:
    """Whether the types are the same, apart from lengths of texts, which the engine doesn't track."""
    if found.kind in ("varchar", "char"):
        return found.kind == stored.kind
    if (found.kind, _lower(found), found.precision, found.scale) != (
        stored.kind, _lower(stored), stored.precision, stored.scale,
    ):  # fmt: skip
        return False
    return len(found.inner) == len(stored.inner) and all(map(_is_same, found.inner, stored.inner))


def _lower(kind: TrinoType) -> list[str | None]:
    return [name and name.lower() for name in kind.names]
