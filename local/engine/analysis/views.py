"""Whether a view still matches its query, as Trino's analyzer checks it."""

from __future__ import annotations

from collections.abc import Sequence

from local.engine.errors import QueryError, at
from local.engine.types.coerce import can_coerce
from local.engine.types.model import TrinoType

#: Errors of a view's query that its reader sees as they are.
_AS_THEY_ARE = ("VIEW_IS_STALE", "INVALID_VIEW", "VIEW_IS_RECURSIVE", "NOT_SUPPORTED")

Columns = Sequence[tuple[str, TrinoType]]


def check_not_stale(view: str, found: Columns, stored: Columns, place: tuple[int, int]) -> None:
    """Reject a view whose stored columns aren't those of its query.

    Args:
        view: the view's full name, for messages.
        found: names and types of the columns of its query.
        stored: names and types of the columns in its definition.
        place: line and column of the view's name in the query that reads it.

    Raises:
        QueryError: VIEW_IS_STALE.
    """
    prefix = f"View '{view}' is stale or in invalid state: "
    if len(found) != len(stored):
        raise at(
            "VIEW_IS_STALE",
            f"{prefix}stored view column count ({len(stored)}) does not match column count derived from the view "
            f"query analysis ({len(found)})",
            *place,
        )
    for number, ((name, kind), (stored_name, stored_kind)) in enumerate(zip(found, stored, strict=True)):
        projected = f"{prefix}column [{name}] of type {kind} projected from query view at position {number}"
        definition = f"column [{stored_name}] of type {stored_kind} stored in view definition"
        if name.lower() != stored_name.lower():
            raise at("VIEW_IS_STALE", f"{projected} has a different name from {definition}", *place)
        if not can_coerce(kind, stored_kind):
            raise at("VIEW_IS_STALE", f"{projected} cannot be coerced to {definition}", *place)


def in_view(error: QueryError, view: str, place: tuple[int, int]) -> QueryError:
    """The error of a query that reads a view, for an error in the view's own query."""
    if error.reason.startswith(_AS_THEY_ARE):
        return error
    return at("INVALID_VIEW", f"Failed analyzing stored view '{view}': {error.reason}", *place)
