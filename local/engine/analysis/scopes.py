"""Which names are visible where, as in Trino's ``Scope``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from local.engine.analysis.nodes import Field
from local.engine.analysis.query_nodes import Cte
from local.engine.errors import QueryError


class AmbiguousNameError(QueryError):
    """A name that several columns have."""


class Scope:
    """The columns that an expression sees: those of one FROM, then those of the queries around it.

    Attributes:
        fields: the columns in order.
        parent: the scope of the query around this one, whose columns are visible too.
        ctes: the WITH queries that are visible, by name in lower case.
    """

    def __init__(
        self, fields: Sequence[Field], parent: Scope | None = None, ctes: Mapping[str, Cte] | None = None
    ) -> None:
        self.fields = tuple(fields)
        self.parent = parent
        self.ctes: Mapping[str, Cte] = ctes if ctes is not None else (parent.ctes if parent else {})
        self._by_name: dict[str, list[Field]] = {}
        for one in self.fields:
            if one.name is not None:
                self._by_name.setdefault(one.name.lower(), []).append(one)

    def find(self, names: Sequence[str]) -> list[Field]:
        """The columns of this scope that a name of one or more parts means."""
        *qualifier, name = (part.lower() for part in names)
        return [one for one in self._by_name.get(name, ()) if matches(one, qualifier)]

    def resolve(self, names: Sequence[str]) -> Field | None:
        """The column that a name means here or in a query around this one.

        Raises:
            AmbiguousNameError: several columns of one query have it.
        """
        scope: Scope | None = self
        while scope is not None:
            found = scope.find(names)
            if len(found) > 1:
                raise AmbiguousNameError(f"Column '{'.'.join(names)}' is ambiguous")
            if found:
                return found[0]
            scope = scope.parent
        return None

    def is_column(self, names: Sequence[str]) -> bool:
        """Whether the name, or its beginning, means a column: the rest are then fields of rows."""
        scope: Scope | None = self
        while scope is not None:
            if any(scope.find(names[:length]) for length in range(len(names), 0, -1)):
                return True
            scope = scope.parent
        return False

    def of_relation(self, names: Sequence[str]) -> list[Field]:
        """The columns of the relation with a name (for ``t.*``), hidden ones included."""
        wanted = [part.lower() for part in names]
        return [one for one in self.fields if ends_with(one.qualifier, wanted)]


def matches(one: Field, qualifier: Sequence[str]) -> bool:
    """Whether a column may be qualified like this (names in lower case)."""
    return not qualifier or ends_with(one.qualifier, qualifier)


def ends_with(names: Sequence[str], end: Sequence[str]) -> bool:
    """Whether ``names`` ends with ``end``, which isn't empty; case is ignored."""
    if not end or len(end) > len(names):
        return False
    return [name.lower() for name in names[-len(end) :]] == list(end)


def visible(fields: Iterable[Field]) -> list[Field]:
    """The columns that ``*`` means."""
    return [one for one in fields if not one.hidden]
