"""The end of a refresh: what its views answered, into the registry, and the whole of it told as an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.contracts.limits import CONTRACT_VERSION, Named, shortened
from quilt_athena.refresh.reports import CATALOG_REFRESHED, Report
from quilt_athena.registration.registry import Registry
from quilt_athena.runtime.bus import publish

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

#: What Athena itself said of a view. Whatever else kept a question from being answered says nothing of the view.
_ATHENA_REFUSED = "QueryFailed"


@dataclass(frozen=True)
class RefreshOutcomes:
    """What a refresh leaves: notes in the registry, and an event on the bus."""

    registry: Registry
    events: EventBridgeClient
    event_bus: str

    def conclude(
        self,
        report: Report,
        answers: Iterable[Mapping[str, Any]],
        rest: Mapping[str, Any],
        execution_arn: str,
    ) -> dict[str, Any]:
        """The result of the refresh, once registry and bus have it. Doing it again tells it again.

        ``answers`` are ``{"Bucket", "Noted"}``, with ``Error`` and ``Reason`` where the views didn't answer; ``rest``
        is what else belongs to the result, as ``RefreshResult`` has it.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: registry or bus can't be written.
        """
        asked, refused = 0, Named()
        for answer in answers:
            asked += 1
            bucket, error = answer["Bucket"], answer.get("Error")
            if error is None:
                if answer["Noted"]:
                    self.registry.note_view_problem(bucket, None)
                continue
            reason = answer.get("Reason") or "no reason was given"
            refused.add(bucket, Error=error, Reason=shortened(reason))
            if error == _ATHENA_REFUSED:
                self.registry.note_view_problem(bucket, reason)
        result = {
            **report.as_json(),
            "Views": {"Asked": asked, "Failed": refused.as_json()},
            **rest,
        }
        self._publish(result, execution_arn)
        return result

    def _publish(self, result: Mapping[str, Any], execution_arn: str) -> None:
        detail = {"version": CONTRACT_VERSION, "execution": execution_arn, "result": result}
        publish(self.events, self.event_bus, CATALOG_REFRESHED, detail, [execution_arn])
