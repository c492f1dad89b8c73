"""Saved queries: the stack's, and those that people save in the analysts' workgroup."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from quilt_athena.aws.calls import calling
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidRequest, ServiceUnavailableError
from quilt_athena.query.stack_queries import stack_queries

_logger = logging.getLogger(__name__)
#: Maximum of BatchGetNamedQuery.
_BATCH = 50


@dataclass(frozen=True)
class ListedQuery:
    """A saved query; ``query_id`` is Athena's id of one that people saved, None of the stack's own.

    ``parameters`` name its ``?`` in order, as far as that is known: only of the stack's own.
    """

    name: str
    description: str
    sql: str
    parameters: tuple[str, ...] = ()
    query_id: str | None = None


@dataclass(frozen=True)
class SavedQueryList:
    """The saved queries of a stack."""

    stack: Stack

    def list(self) -> Sequence[ListedQuery]:
        """The stack's own by name, then those that people saved, as far as this caller may read them.

        Raises:
            ServiceRejectedError: Athena rejects a call.
        """
        shipped = [ListedQuery(one.name, one.description, one.sql, one.parameters) for one in stack_queries().values()]
        try:
            saved = self._saved()
        except ServiceUnavailableError as error:
            _logger.debug("the saved queries of the workgroup can't be read: %s", error)
            saved = ()
        return [*shipped, *sorted(saved, key=lambda query: query.name)]

    def find(self, name: str) -> ListedQuery:
        """The saved query of this name or id.

        Raises:
            InvalidRequest: there is none, or several that people saved have the name.
        """
        if name in stack_queries():
            one = stack_queries()[name]
            return ListedQuery(one.name, one.description, one.sql, one.parameters)
        found = [query for query in self.list() if name in (query.name, query.query_id)]
        if len(found) != 1:
            problem = f"{len(found)} saved queries have" if found else "no saved query has"
            raise InvalidRequest(f"{problem} the name {name}: see quilt-athena queries list")
        return found[0]

    def _saved(self) -> Sequence[ListedQuery]:
        workgroup, athena = self.stack.output("WorkGroupName"), self.stack.connections.athena
        with calling("athena:ListNamedQueries", workgroup):
            pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=workgroup)
            ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
        found: list[ListedQuery] = []
        for start in range(0, len(ids), _BATCH):
            with calling("athena:BatchGetNamedQuery", workgroup):
                queries = athena.batch_get_named_query(NamedQueryIds=ids[start : start + _BATCH])["NamedQueries"]
            found += [
                ListedQuery(one["Name"], one.get("Description", ""), one["QueryString"], (), one.get("NamedQueryId"))
                for one in queries
                if one["Name"] not in stack_queries()
            ]
        return found
