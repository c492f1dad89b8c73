"""What the analysis of one statement shares: the catalog, unique names, errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlglot import exp

from local.engine.analysis.query_nodes import Query
from local.engine.errors import QueryError, at
from local.engine.functions.registry import Function
from local.engine.sql.places import position
from local.engine.types.model import TrinoType


@dataclass(frozen=True)
class FoundColumn:
    """A column of a table."""

    name: str
    type: TrinoType
    hidden: bool = False


@dataclass(frozen=True)
class FoundTable:
    """A table in the catalog. ``handle`` is the caller's own."""

    qualifier: tuple[str, ...]
    columns: tuple[FoundColumn, ...]
    handle: Any


@dataclass(frozen=True)
class FoundView:
    """A view in the catalog: its query, the database of unqualified names in it, and its stored columns."""

    qualifier: tuple[str, ...]
    sql: str
    database: str
    columns: tuple[tuple[str, TrinoType], ...]


class Tables(Protocol):
    """Looks up tables and views."""

    def look_up(self, node: exp.Table, database: str) -> FoundTable | FoundView:
        """The table or view with the name in ``node``, in ``database`` if the name has none.

        Raises:
            QueryError: there is none, or the engine can't read it.
        """


@dataclass
class Context:
    """One statement's analysis.

    Attributes:
        tables: looks up tables and views.
        functions: all functions by name.
        database: the database of names that have none.
        views: the views being analysed, from the outermost.
    """

    tables: Tables
    functions: Mapping[str, Sequence[Function]]
    database: str
    views: tuple[tuple[str, ...], ...] = ()
    analysed_views: dict[tuple[str, ...], Query] = field(default_factory=dict)
    _numbers: list[int] = field(default_factory=lambda: [0])

    def unique(self, prefix: str) -> str:
        """A name that nothing else in the statement has."""
        self._numbers[0] += 1
        return f"{prefix}{self._numbers[0]}"

    def inside(self, view: FoundView) -> Context:
        """The context of a view's query."""
        return Context(
            self.tables,
            self.functions,
            view.database,
            (*self.views, view.qualifier),
            self.analysed_views,
            self._numbers,
        )


def error_at(kind: str, message: str, node: exp.Expr | None = None) -> QueryError:
    """An error of Trino at the place of a node."""
    return at(kind, message, *(position(node) if node is not None else (1, 1)))
