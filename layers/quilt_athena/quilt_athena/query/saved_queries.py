"""Queries that are saved in a workgroup, found by name: those that the stack ships, and those that people save."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.errors import InvalidRequest

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

#: Maximum of BatchGetNamedQuery.
_BATCH = 50
#: Maximum number of names in a message.
_MAX_NAMED = 20


@dataclass(frozen=True, order=True)
class NamedQuery:
    """A saved query: its name, its SQL, and the database that it runs in."""

    name: str
    sql: str
    database: str


@dataclass(frozen=True)
class SavedQueries:
    """The saved queries of a workgroup, where other stacks may save queries for other databases than ``database``."""

    athena: AthenaClient
    workgroup: str
    database: str

    def find(self, name: str) -> NamedQuery:
        """The query of a name. Athena allows several of the same name: then only those of the stack's database count,
        and they must be equal.

        Raises:
            InvalidRequest: there is none, or there are several that differ.
            ServiceUnavailableError, ServiceRejectedError: Athena throttled or denied a call, or failed.
        """
        known = set(self._all())
        found = {query for query in known if query.name == name}
        if len(found) > 1:
            found = {query for query in found if query.database == self.database} or found
        if len(found) == 1:
            return found.pop()
        if found:
            raise InvalidRequest(
                f"NamedQuery: workgroup {self.workgroup} has {len(found)} different saved queries of this name: "
                "rename one"
            )
        names = sorted({query.name for query in known})
        listed = ", ".join(names[:_MAX_NAMED]) + (" and more" if len(names) > _MAX_NAMED else "")
        raise InvalidRequest(
            f"NamedQuery: workgroup {self.workgroup} has no saved query of this name; it has {listed or 'none'}"
        )

    def _all(self) -> Iterator[NamedQuery]:
        with calling("athena:ListNamedQueries", self.workgroup):
            pages = self.athena.get_paginator("list_named_queries").paginate(WorkGroup=self.workgroup)
            ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
        for start in range(0, len(ids), _BATCH):
            with calling("athena:BatchGetNamedQuery", self.workgroup):
                response = self.athena.batch_get_named_query(NamedQueryIds=ids[start : start + _BATCH])
            for query in response["NamedQueries"]:
                yield NamedQuery(query["Name"], query["QueryString"], query["Database"])
