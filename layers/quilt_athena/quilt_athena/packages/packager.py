"""The package of a query result: pushed, or rejected with the error and cause of its contract; and logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.errors import InvalidRow, PackageRejected, ResultUnreadableError
from quilt_athena.packages.packaging import Push, create_package, package_failure
from quilt_athena.packages.requests import parse_package_request
from quilt_athena.query.rows import Clients
from quilt_athena.runtime.observability import logger

_LOGGED = ("TopHash", "Created", "Entries", "EntriesFromManifests", "HashedEntries", "HashedBytes", "SkippedCount")


@dataclass(frozen=True)
class Packager:
    """Creates packages; ``push`` writes one to its bucket."""

    clients: Clients
    push: Push

    def create(self, request: Any, query_result: Mapping[str, Any]) -> dict[str, Any]:
        """``Pushed``: true with the package result as ``Result``, or false with ``Error`` and ``Cause``.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Athena or S3 throttled a call or failed.
        """
        query = query_result["QueryExecutionId"]
        try:
            result = create_package(self.clients, parse_package_request(request), query_result, self.push)
        except (InvalidRow, PackageRejected, ResultUnreadableError) as error:
            logger.info("package rejected", error=type(error).__name__, query_execution_id=query)
            return {"Pushed": False, **package_failure(error, query)}
        logger.info("package pushed", query_execution_id=query, **{name: result[name] for name in _LOGGED})
        return {"Pushed": True, "Result": result}
