"""The work of the views state machine between its questions to Athena: plan once, hand out statements, take in results.

What an execution is to do is written down first, and each round takes the next part of it: nothing that the state
machine carries grows with the fleet. Killed half-way, another execution plans anew and finds done what was done. So
does the same one, if files or buckets are others by the end: somebody else's execution may have come to its end then.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from quilt_athena.aws.backoff import Chance, retry_delay
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.custom_views.files import SUFFIX, ViewFile, is_view_file_name, statement_bytes
from quilt_athena.custom_views.planning import plan_views, wanted_views
from quilt_athena.custom_views.progress import Plan, Work
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.custom_views.requests import ViewsRequest
from quilt_athena.custom_views.statements import (
    SEAL_PARAMETER,
    fingerprint,
    fingerprint_of,
    is_sealed,
    seal_of,
    statement,
)
from quilt_athena.custom_views.store import ViewStore
from quilt_athena.errors import PermanentError
from quilt_athena.registration.registry import Registry

#: What an execution makes at most, and how many statements it tries for that: its history holds 25,000 events, of which
#: a statement takes ten, and a round as many as three statements.
MAX_VIEWS = 1000
MAX_STATEMENTS = 2000
_ROUND_STATEMENTS = 3
#: How often an execution plans, where files or buckets change all the time.
_MAX_PLANS = 4
#: What a round hands out at most, and how many statements wait to be tried again: Step Functions carries 256 KiB.
_ROUND_VIEWS = 40
_ROUND_BYTES = 100_000
MAX_WAITING = 300
#: A file that Athena refused for so many buckets, and took for none, is tried for no more of them: each costs.
MAX_REFUSALS = 20
#: Beside its statement Athena's request holds little: it takes 262,144 bytes of SQL, and a round must carry it.
_MAX_STATEMENT_BYTES = 120_000
#: How often a view is tried that Athena had no time for, and the longest wait before that, in seconds.
_MAX_TRIES = 6
_FIRST_WAIT, _LONGEST_WAIT = 15, 240
#: What says that Athena won't take the statement, however often it is asked. Anything else may pass.
_FINAL_ERRORS = frozenset({"QueryFailed", "QueryCancelled", "QueryTimedOut", "InvalidRequest"})


_NOT_TRIED = f"not tried: Athena refused this file for {MAX_REFUSALS} buckets or more, and took it for none"


class _State(Enum):
    """What stands in the place of a view: the file's, as Athena made it or perhaps not; or something else."""

    SEALED = 1
    UNSEALED = 2
    OTHER = 3


@dataclass(frozen=True)
class ViewRounds:
    """The views of users' files, in one database."""

    store: ViewStore
    registry: Registry
    catalog: GlueCatalog
    chance: Chance = field(default_factory=random.SystemRandom)

    def run(
        self,
        request: ViewsRequest,
        progress: Mapping[str, Any],
        results: Iterable[Mapping[str, Any]],
        execution: str,
    ) -> dict[str, Any]:
        """One round. ``progress`` is empty at first, and what the round before gave as ``Progress`` after that.

        ``results`` are those of the ``Statements`` that it gave: ``File``, ``Bucket`` and ``Tries`` of each, with
        ``Error`` and ``Reason`` where the view could not be made. Returns ``Progress``, ``Statements`` (with their
        ``QueryString``) and the ``WaitSeconds`` before them; or ``Done``, with the ``Result``.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: files, registry or catalog can't be read or written.
        """
        if progress:
            report, work = ViewsReport.from_json(progress["Report"]), Work.from_json(progress)
            plan = Plan.from_json(self.store.plan(f"{execution}/{work.plans}"))
            versions: Mapping[str, str] = self.store.versions()
        else:
            report, work, plan = self._begin(request, execution, Work())
            versions = plan.versions
        for result in results:
            self._take_in(result, plan, report, work)
        statements = self._hand_out(plan, work, report, versions)
        if not statements and progress and self._has_moved(plan, versions):
            if work.plans >= _MAX_PLANS or work.tried >= MAX_STATEMENTS:
                report.remaining += len(plan.remove) + len(plan.remove_after)
                return {"Done": True, "Result": report.as_json()}
            earlier = report
            report, work, plan = self._begin(request, execution, work)
            report.go_on_from(earlier)
            statements = self._hand_out(plan, work, report, plan.versions)
        if statements:
            work.tried += len(statements) + _ROUND_STATEMENTS
            return {
                "Done": False,
                "Progress": {"Report": report.as_json(), **work.as_json()},
                "Statements": statements,
                "WaitSeconds": self._wait(max(one["Tries"] for one in statements)),
            }
        # Last, so that what takes the place of another stands before that goes.
        replaced = [view for view, file in plan.remove_after if work.refusals.get(file, 0) is None]
        report.add_removed(self.catalog.delete([*plan.remove, *replaced]))
        return {"Done": True, "Result": report.as_json()}

    def _begin(self, request: ViewsRequest, execution: str, done: Work) -> tuple[ViewsReport, Work, Plan]:
        """What there is to do after what was ``done``, written down; and the report as it stands then."""
        report, plan, standing = self._planned(request, execution)
        refusals = dict.fromkeys(plan.files, 0) | dict.fromkeys(standing)
        if plan.make:
            self.store.keep_plan(f"{execution}/{done.plans + 1}", plan.as_json())
        return report, Work(tried=done.tried, plans=done.plans + 1, refusals=refusals), plan

    def _planned(self, request: ViewsRequest, execution: str) -> tuple[ViewsReport, Plan, Collection[str]]:
        """The report so far, what there is to do, and the files of which a view stands as it should."""
        everything = request.buckets is None
        found = self.store.read()
        report = ViewsReport("all" if everything else "some", files=len(found.files))
        for name, reason in found.wrong.items():
            report.add_wrong_file(name, reason)
        names = [file.name for file in found.files]
        if not names and not found.wrong and not (everything and self.store.has_had_files()):
            return report, Plan({}, [], [], [], found.versions), ()
        if request.buckets is None:
            buckets = sorted(known.bucket for known in self.registry.walk() if known.registered)
            tables: Iterable[Mapping[str, Any]] = (table for page in self.catalog.walk() for table in page)
        else:
            asked = sorted(set(request.buckets))
            buckets = [bucket for bucket in asked if self._is_registered(bucket)]
            wrong = [ViewFile(name, "") for name in found.wrong_names if is_view_file_name(name)]
            own = [file.view_name(bucket) for bucket in asked for file in (*found.files, *wrong)]
            tables = self.catalog.read_exactly(own).values()
        wanted = wanted_views(found.files, buckets, with_global=everything)
        planned = plan_views(wanted, tables, self.catalog.database, wrong_files=found.wrong_names, buckets=buckets)
        report.unchanged = planned.unchanged
        report.remaining = max(0, len(planned.make) - MAX_VIEWS)
        for one in planned.unmanaged:
            reason = f"{self.catalog.database}.{one.view} stands there and was not made of a file: rename or drop it"
            report.add_failed(one.view, one.file.name + SUFFIX, one.bucket, "UnmanagedTableError", reason)
        chosen = planned.make
        if len(chosen) > min(MAX_REFUSALS, MAX_VIEWS):
            # By chance, so that what fails each time leaves room for the others in the end.
            chosen = random.Random(execution).sample(chosen, min(MAX_VIEWS, len(chosen)))  # noqa: S311 - no secret
        make = [(one.file.name, one.bucket) for one in chosen]
        needed = {name for name, _ in make}
        files = {file.name: file for file in found.files if file.name in needed}
        return report, Plan(files, make, planned.remove, planned.remove_after, found.versions), planned.standing

    def _is_registered(self, bucket: str) -> bool:
        known = self.registry.get(bucket)
        return known is not None and known.registered

    def _has_moved(self, plan: Plan, versions: Mapping[str, str]) -> bool:
        """Whether there are other files since, or buckets that views were made of are gone."""
        if versions != plan.versions:
            return True
        return not all(map(self._is_registered, {bucket for _, bucket in plan.make if bucket is not None}))

    def _take_in(self, result: Mapping[str, Any], plan: Plan, report: ViewsReport, work: Work) -> None:
        """What came of a statement, into ``report`` or what ``work`` there is to be done again."""
        file, bucket, tries = plan.files[result["File"]], result["Bucket"], result["Tries"]
        view, error = file.view_name(bucket), result.get("Error")
        try:
            state = self._settle(file, bucket, made=error is None)
        except PermanentError as refused:
            report.add_failed(view, file.name + SUFFIX, bucket, type(refused).__name__, str(refused))
            return
        passes = error is not None and error not in _FINAL_ERRORS
        if error is None or state is _State.SEALED:
            report.add_made(view, file.name + SUFFIX, bucket)
            work.refusals[file.name] = None
        elif not (passes or state is _State.UNSEALED) or tries + 1 >= _MAX_TRIES:
            reason = result.get("Reason") or "no reason was given"
            report.add_failed(view, file.name + SUFFIX, bucket, error, reason)
            if error == "QueryFailed" and (count := work.refusals[file.name]) is not None:
                work.refusals[file.name] = count + 1
        elif len(work.again) >= MAX_WAITING:
            report.remaining += 1
        else:
            work.again.append({"File": file.name, "Bucket": bucket, "Tries": tries + 1})

    def _settle(self, file: ViewFile, bucket: str | None, *, made: bool) -> _State:
        """What of the file stands in the place of its view, sealed now if it was just ``made``.

        Where it wasn't, somebody else may have made the very view meanwhile.
        """
        view, wanted = file.view_name(bucket), fingerprint(file, bucket, self.catalog.database)
        for table in self.catalog.read_exactly([view]).values():
            if fingerprint_of(table) != wanted:
                break
            if is_sealed(table):
                return _State.SEALED
            if made:
                # If somebody was faster, it is theirs, and made anew the next time.
                self.catalog.add_parameters(table, {SEAL_PARAMETER: seal_of(table)})
            return _State.UNSEALED
        return _State.OTHER

    def _hand_out(
        self, plan: Plan, work: Work, report: ViewsReport, versions: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """The next statements: what was planned before what is tried again, and nothing of files that Athena refuses,
        or that aren't those of the plan any more.
        """
        if work.tried >= MAX_STATEMENTS:
            report.remaining += len(plan.make) - work.position + len(work.again)
            work.position, work.again = len(plan.make), []
        statements: list[dict[str, Any]] = []
        taken = 0
        while len(statements) < _ROUND_VIEWS:
            if work.position < len(plan.make):
                name, bucket, tries = *plan.make[work.position], 0
            elif (not statements or statements[0]["Tries"]) and work.again:
                name, bucket, tries = (work.again[0][key] for key in ("File", "Bucket", "Tries"))
            else:
                break
            file = plan.files[name]
            sql = statement(file, bucket, self.catalog.database)
            size = statement_bytes(sql)
            if statements and taken + size > _ROUND_BYTES:
                break
            if tries:
                work.again = work.again[1:]
            else:
                work.position += 1
            if versions.get(name + SUFFIX) != plan.versions[name + SUFFIX]:
                continue  # planned anew at the end
            if not tries and (work.refusals[name] or 0) >= MAX_REFUSALS:
                report.add_failed(file.view_name(bucket), name + SUFFIX, bucket, "NotTried", _NOT_TRIED)
            elif size > _MAX_STATEMENT_BYTES:
                reason = f"its statement is {size:,} bytes with all names filled in, at most {_MAX_STATEMENT_BYTES:,}"
                report.add_failed(file.view_name(bucket), name + SUFFIX, bucket, "InvalidViewFile", reason)
            else:
                taken += size
                statements.append({"File": name, "Bucket": bucket, "Tries": tries, "QueryString": sql})
        return statements

    def _wait(self, tries: int) -> int:
        """Seconds: none at first; then more each time, and not in step with others that were refused together."""
        if not tries:
            return 0
        return round(retry_delay(tries, first=_FIRST_WAIT, longest=_LONGEST_WAIT, chance=self.chance))
