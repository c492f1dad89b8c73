"""The results of a round's statements: recorded in the report, in the progress, and on the views themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.custom_views.execution import ViewsPlan, ViewsProgress
from quilt_athena.custom_views.files import SUFFIX, ViewFile
from quilt_athena.custom_views.limits import DEFAULT_LIMITS, ViewLimits
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.custom_views.statements import (
    CHECKSUM_PARAMETER,
    checksum_of,
    fingerprint_of,
    is_unaltered,
    view_fingerprint,
)
from quilt_athena.errors import PermanentError

#: With these errors Athena would reject the same statement again. Any other may be temporary.
_FINAL_ERRORS = frozenset({"QueryFailed", "QueryCancelled", "QueryTimedOut", "InvalidRequest"})


class _State(Enum):
    """What the catalog has under the name of a view."""

    CURRENT = 1
    #: The file's view, without the checksum that would show that Athena created it from this file.
    WITHOUT_CHECKSUM = 2
    OTHER = 3


@dataclass(frozen=True)
class ResultRecorder:
    """Records results for the views of one database."""

    catalog: GlueCatalog
    limits: ViewLimits = DEFAULT_LIMITS

    def record(self, result: Mapping[str, Any], plan: ViewsPlan, report: ViewsReport, progress: ViewsProgress) -> None:
        """Record the result of a statement; one for which Athena had no capacity is added to those that wait.

        Raises:
            ServiceUnavailableError: the catalog cannot be read or written.
        """
        file, bucket, tries = plan.files[result["File"]], result["Bucket"], result["Tries"]
        view, error = file.view_name(bucket), result.get("Error")
        try:
            state = self._add_checksum(file, bucket, is_created=error is None)
        except PermanentError as rejected:
            report.add_failed(view, file.name + SUFFIX, bucket, type(rejected).__name__, str(rejected))
            return
        is_temporary = error is not None and error not in _FINAL_ERRORS
        if error is None or state is _State.CURRENT:
            report.add_created(view, file.name + SUFFIX, bucket)
            progress.rejections[file.name] = None
        elif not (is_temporary or state is _State.WITHOUT_CHECKSUM) or tries + 1 >= self.limits.tries:
            report.add_failed(view, file.name + SUFFIX, bucket, error, result.get("Reason") or "no reason was given")
            if error == "QueryFailed" and (count := progress.rejections[file.name]) is not None:
                progress.rejections[file.name] = count + 1
        elif len(progress.waiting) >= self.limits.waiting:
            report.remaining += 1
        else:
            progress.waiting.append({"File": file.name, "Bucket": bucket, "Tries": tries + 1})

    def _add_checksum(self, file: ViewFile, bucket: str | None, *, is_created: bool) -> _State:
        """Add the checksum to a view that was just created. Returns what the catalog had under its name.

        If the statement failed, another execution may have created the same view in the meantime.
        """
        view, fingerprint = file.view_name(bucket), view_fingerprint(file, bucket, self.catalog.database)
        for table in self.catalog.read_exactly([view]).values():
            if fingerprint_of(table) != fingerprint:
                break
            if is_unaltered(table):
                return _State.CURRENT
            if is_created:
                # If somebody else has changed the view since, this has no effect, and the next execution replaces it.
                self.catalog.add_parameters(table, {CHECKSUM_PARAMETER: checksum_of(table)})
            return _State.WITHOUT_CHECKSUM
        return _State.OTHER
