"""What the refresh state machine passes to its functions, and what they return.

An execution keeps the definition that it began with, while its functions are those of the newest release. Definitions
of release 0.1 use other keys for the same things. An execution lasts at most six hours, so support for them can be
removed as soon as no stack is upgraded from 0.1 any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quilt_athena.refresh.reports import Report


@dataclass(frozen=True)
class RoundInput:
    """The input of one round; ``progress`` is empty in the first, and later the ``Progress`` of the round before."""

    request: object
    progress: Mapping[str, Any]
    execution: str
    is_release_0_1: bool

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> RoundInput:
        """The payload of the function that runs a round."""
        progress = dict(event["Progress"])
        if progress:
            progress["Report"] = _renamed(progress["Report"], {"Gone": "Missing"})
        is_release_0_1 = "ExecutionId" in event
        execution = event["ExecutionId" if is_release_0_1 else "ExecutionArn"]
        return cls(event["Request"], progress, execution, is_release_0_1)

    def returned(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a round with the keys that the execution's definition reads."""
        return _renamed(result, {"ViewChecks": "Probes"}) if self.is_release_0_1 else dict(result)


@dataclass(frozen=True)
class ReportInput:
    """The input of the report at the end; ``view_checks`` are the results of the view checks, the rest is passed on."""

    report: Report
    view_checks: Sequence[Mapping[str, Any]]
    orphaned_queries: Mapping[str, Any]
    access_policy: Mapping[str, Any]
    custom_views: Mapping[str, Any]
    execution: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> ReportInput:
        """The payload of the function that reports."""
        event = _renamed(event, {"Answers": "ViewChecks", "OwnViews": "CustomViews"})
        return cls(
            Report.from_json(_renamed(event["Report"], {"Gone": "Missing"})),
            event["ViewChecks"],
            event["Sweep"],
            event["AccessPolicy"],
            event["CustomViews"],
            event["ExecutionArn"],
        )


def _renamed(value: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(key, key): inner for key, inner in value.items()}
