"""The end of a refresh: the results of the view checks are recorded in the registry, and everything is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.contracts.limits import CONTRACT_VERSION, Named, shortened
from quilt_athena.refresh.payloads import ReportInput
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.bus import publish

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

CATALOG_REFRESHED = "catalog-refreshed"

#: Athena rejects the view. Every other error kept the query from being run, and proves nothing about the view.
_REJECTED_BY_ATHENA = "QueryFailed"


@dataclass(frozen=True)
class RefreshReporter:
    """Records and publishes what a refresh found."""

    registry: Registry
    events: EventBridgeClient
    event_bus: str

    def report(self, found: ReportInput) -> dict[str, Any]:
        """Record and publish the result of a refresh (``RefreshResult``), and return it. Safe to repeat.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: the registry cannot be written, or the event not be sent.
        """
        result = {
            **found.report.as_json(),
            "ViewChecks": {"Checked": len(found.view_checks), "Failed": self._record_view_checks(found).as_json()},
            "OrphanedQueries": found.orphaned_queries,
            "AccessPolicy": found.access_policy,
            "CustomViews": found.custom_views,
        }
        detail = {"version": CONTRACT_VERSION, "execution": found.execution, "result": result}
        publish(self.events, self.event_bus, CATALOG_REFRESHED, detail, [found.execution])
        return result

    def _record_view_checks(self, found: ReportInput) -> Named:
        """Returns the buckets whose view check failed."""
        failed = Named()
        for check in found.view_checks:
            bucket, error = check["Bucket"], check.get("Error")
            if error is None:
                if check["Noted"]:
                    self.registry.note_view_problem(bucket, None)
                continue
            reason = check.get("Reason") or "no reason was given"
            failed.add(bucket, Error=error, Reason=shortened(reason))
            if error == _REJECTED_BY_ATHENA:
                self.registry.note_view_problem(bucket, reason)
        return failed
