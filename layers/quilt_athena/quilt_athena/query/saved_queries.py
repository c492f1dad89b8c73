"""Saved queries, as requests name them: those that the stack ships, by name; and those that people save, by id.

The stack's are read from files: they need no call, and are never ambiguous, not even while the stack is updated and its
workgroup has the old and the new ones. What people save is cached for a minute, because the calls that list it have
small quotas. Names in a workgroup need not be unique, and release 0.1 knew no ids: a unique name is still accepted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.errors import InvalidRequest
from quilt_athena.query.stack_queries import stack_queries

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

#: How long a query that people saved is used without asking Athena again.
CACHE_SECONDS = 60.0
_MAX_CACHED = 100
#: Maximum of BatchGetNamedQuery.
_BATCH = 50
#: Maximum number of names in a message.
_MAX_NAMED = 20
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: How Athena reports an id that does not exist, or is of a workgroup that the role must not use.
_NOT_FOUND = ("InvalidRequestException", "AccessDeniedException")


@dataclass(frozen=True, order=True)
class NamedQuery:
    """A saved query: its name, its SQL, and the database that it runs in."""

    name: str
    sql: str
    database: str


@dataclass(frozen=True)
class SavedQueries:
    """The stack's queries, which run in ``database``, and those that people save in a workgroup.

    ``athena`` makes a client, at first use: the stack's queries need none.
    """

    athena: Callable[[], AthenaClient]
    workgroup: str
    database: str
    clock: Callable[[], float] = time.monotonic
    _cached: dict[str, tuple[float, NamedQuery]] = field(default_factory=dict, repr=False)

    def find(self, name: str) -> NamedQuery:
        """The stack's query of that name, or the one that people saved with that id or name.

        Of several with one name in the workgroup, only those for ``database`` count, and they must be equal.

        Raises:
            InvalidRequest: there is none, or there are several that differ.
            ServiceUnavailableError, ServiceRejectedError: Athena throttled or denied a call, or failed.
        """
        if (shipped := stack_queries().get(name)) is not None:
            return NamedQuery(name, shipped.sql, self.database)
        now = self.clock()
        expires, query = self._cached.get(name, (now, None))
        if query is None or now >= expires:
            query = self._by_id(name) if _ID.fullmatch(name) else self._by_name(name)
            if len(self._cached) >= _MAX_CACHED:
                self._cached.clear()
            self._cached[name] = (now + CACHE_SECONDS, query)
        return query

    def _by_id(self, query_id: str) -> NamedQuery:
        with calling("athena:BatchGetNamedQuery", query_id, expected=_NOT_FOUND) as call:
            found = self.athena().batch_get_named_query(NamedQueryIds=[query_id])["NamedQueries"]
        if call.code or not found or found[0].get("WorkGroup", self.workgroup) != self.workgroup:
            raise InvalidRequest(f"NamedQuery: workgroup {self.workgroup} has no saved query with this id")
        return NamedQuery(found[0]["Name"], found[0]["QueryString"], found[0]["Database"])

    def _by_name(self, name: str) -> NamedQuery:
        known = set(self._all())
        found = {query for query in known if query.name == name}
        if len(found) > 1:
            found = {query for query in found if query.database == self.database} or found
        if len(found) == 1:
            return found.pop()
        if found:
            raise InvalidRequest(
                f"NamedQuery: workgroup {self.workgroup} has {len(found)} different saved queries of this name: "
                "give the id of one"
            )
        names = sorted({query.name for query in known} | stack_queries().keys())
        listed = ", ".join(names[:_MAX_NAMED]) + (" and more" if len(names) > _MAX_NAMED else "")
        raise InvalidRequest(
            f"NamedQuery: neither the stack nor workgroup {self.workgroup} has a saved query of this name; there are "
            f"{listed}"
        )

    def _all(self) -> Iterator[NamedQuery]:
        with calling("athena:ListNamedQueries", self.workgroup):
            pages = self.athena().get_paginator("list_named_queries").paginate(WorkGroup=self.workgroup)
            ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
        for start in range(0, len(ids), _BATCH):
            with calling("athena:BatchGetNamedQuery", self.workgroup):
                response = self.athena().batch_get_named_query(NamedQueryIds=ids[start : start + _BATCH])
            for query in response["NamedQueries"]:
                yield NamedQuery(query["Name"], query["QueryString"], query["Database"])
