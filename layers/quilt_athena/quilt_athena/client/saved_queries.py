"""The saved queries that can be run by name: the stack's own, and those that people saved in its workgroup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quilt_athena.aws.calls import calling
from quilt_athena.client.requests import SavedQuery
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidRequest
from quilt_athena.query.stack_queries import stack_queries

#: Maximum of BatchGetNamedQuery.
_BATCH = 50
#: What may contain a question mark that is no parameter: strings, quoted names and comments.
_NO_PARAMETERS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class SavedQueryInfo:
    """A saved query. ``parameters`` describe its ``?`` in order; ``run_as`` is what ``run_query`` takes for it."""

    name: str
    description: str
    parameters: Sequence[str]
    sql: str
    run_as: SavedQuery


@dataclass(frozen=True)
class SavedQueryList:
    """The saved queries of a stack."""

    stack: Stack

    def of_stack(self) -> Sequence[SavedQueryInfo]:
        """The stack's queries by name, which needs no call."""
        return [
            SavedQueryInfo(query.name, query.description, query.parameters, query.sql, SavedQuery(query.name))
            for query in stack_queries().values()
        ]

    def find(self, name: str) -> SavedQueryInfo:
        """The saved query of this name or id.

        Raises:
            InvalidRequest: there is none, or several that people saved have the name.
            ServiceUnavailableError, ServiceRejectedError: this caller can't list the workgroup's, or not now.
        """
        found = [query for query in self.of_stack() if query.name == name]
        found = found or [query for query in self.list() if name in (query.name, query.run_as)]
        if len(found) != 1:
            problem = f"{len(found)} saved queries have" if found else "no saved query has"
            raise InvalidRequest(f"{problem} the name {name}: see quilt-athena queries list")
        return found[0]

    def list(self) -> Sequence[SavedQueryInfo]:
        """The stack's queries, then those that people saved in its workgroup, each by name.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: this caller can't list the workgroup's, or not now.
        """
        shipped = self.of_stack()
        names = {query.name for query in shipped}
        return [*shipped, *sorted(self._saved(names), key=lambda query: query.name)]

    def _saved(self, shipped: set[str]) -> Iterator[SavedQueryInfo]:
        workgroup, athena = self.stack.output("WorkGroupName"), self.stack.connections.athena
        with calling("athena:ListNamedQueries", workgroup):
            pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=workgroup)
            ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
        for start in range(0, len(ids), _BATCH):
            with calling("athena:BatchGetNamedQuery", workgroup):
                found = athena.batch_get_named_query(NamedQueryIds=ids[start : start + _BATCH])["NamedQueries"]
            for query in found:
                # The stack also saves its own queries there, for Athena's console.
                if query["Name"] not in shipped:
                    yield SavedQueryInfo(
                        query["Name"],
                        query.get("Description", ""),
                        tuple(f"parameter {number}" for number in range(1, parameter_count(query["QueryString"]) + 1)),
                        query["QueryString"],
                        # Names in a workgroup need not be unique.
                        SavedQuery(query["NamedQueryId"]),
                    )


def parameter_count(sql: str) -> int:
    """How many ``?`` of a statement are parameters."""
    return _NO_PARAMETERS.sub("", sql).count("?")
