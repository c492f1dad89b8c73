"""The work of the views state machine between its questions to Athena: plan once, hand out statements, take in results.

What an execution is to do is written down first, and each round takes the next part of it: nothing that the state
machine carries grows with the fleet. Killed half-way, another execution plans anew and finds done what was done.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from quilt_athena.catalog import GlueCatalog
from quilt_athena.own_views.files import SUFFIX, ViewFile, is_view_file_name
from quilt_athena.own_views.planning import plan_views, wanted_views
from quilt_athena.own_views.report import ViewsReport
from quilt_athena.own_views.requests import ViewsRequest
from quilt_athena.own_views.statements import fingerprint, fingerprint_of, statement
from quilt_athena.own_views.store import ViewStore
from quilt_athena.registry import Registry

#: What an execution makes at most, and how many statements it tries for that: its history holds 25,000 events, of which
#: a statement takes ten.
MAX_VIEWS = 1000
MAX_STATEMENTS = 2000
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


class Chance(Protocol):
    """What waits are drawn from."""

    def uniform(self, a: float, b: float, /) -> float:
        """A number between two."""


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
            ServiceUnavailableError, ServiceRefusedError: files, registry or catalog can't be read or written.
        """
        if progress:
            report, plan = ViewsReport.from_json(progress["Report"]), _Plan.from_json(self.store.plan(execution))
            position, again, tried = progress["Position"], list(progress["Again"]), progress["Tried"]
            refusals = dict(progress["Refusals"])
        else:
            report, plan = self._begin(request, execution)
            position, again, tried = 0, list[dict[str, Any]](), 0
            refusals = dict.fromkeys(plan.files, 0)
            if plan.make:
                self.store.keep_plan(execution, plan.as_json())
        for result in results:
            self._take_in(result, plan, report, again, refusals)
        if tried >= MAX_STATEMENTS:
            report.remaining += len(plan.make) - position + len(again)
            position, again = len(plan.make), []
        refused = {name for name, count in refusals.items() if count is not None and count >= MAX_REFUSALS}
        statements, position, again = self._hand_out(plan, position, again, report, refused)
        if statements:
            tried += len(statements)
            return {
                "Done": False,
                "Progress": {
                    "Report": report.as_json(),
                    "Position": position,
                    "Again": again,
                    "Tried": tried,
                    "Refusals": refusals,
                },
                "Statements": statements,
                "WaitSeconds": self._wait(max(one["Tries"] for one in statements)),
            }
        # Last, so that what takes the place of another stands before that goes.
        report.add_removed(self.catalog.delete(plan.remove))
        return {"Done": True, "Result": report.as_json()}

    def _begin(self, request: ViewsRequest, execution: str) -> tuple[ViewsReport, _Plan]:
        """What there is to do, and the report as it stands then."""
        everything = request.buckets is None
        found = self.store.read()
        report = ViewsReport("all" if everything else "some", files=len(found.files))
        for name, reason in found.wrong.items():
            report.add_wrong_file(name, reason)
        names = [file.name for file in found.files]
        if not names and not found.wrong and not (everything and self.store.has_had_files()):
            return report, _Plan({}, [], [])
        if request.buckets is None:
            buckets = sorted(known.bucket for known in self.registry.walk() if known.registered)
            tables: Iterable[Mapping[str, Any]] = (table for page in self.catalog.walk() for table in page)
        else:
            asked = sorted(set(request.buckets))
            buckets = [bucket for bucket in asked if (known := self.registry.get(bucket)) and known.registered]
            wrong = [ViewFile(name, "") for name in found.wrong_names if is_view_file_name(name)]
            own = [file.view_name(bucket) for bucket in asked for file in (*found.files, *wrong)]
            tables = self.catalog.read_exactly(own).values()
        wanted = wanted_views(found.files, buckets, with_global=everything)
        planned = plan_views(wanted, tables, self.catalog.database, wrong_files=found.wrong_names, buckets=buckets)
        report.unchanged = planned.unchanged
        report.remaining = max(0, len(planned.make) - MAX_VIEWS)
        for one in planned.foreign:
            reason = f"{self.catalog.database}.{one.view} stands there and was not made of a file: rename or drop it"
            report.add_failed(one.view, one.file.name + SUFFIX, one.bucket, "ForeignTableError", reason)
        chosen = planned.make
        if len(chosen) > MAX_VIEWS:
            # By chance, so that what fails each time leaves room for the others in the end.
            chosen = random.Random(execution).sample(chosen, MAX_VIEWS)  # noqa: S311 - a sample, no secret
        make = [(one.file.name, one.bucket) for one in chosen]
        needed = {name for name, _ in make}
        return report, _Plan({file.name: file for file in found.files if file.name in needed}, make, planned.remove)

    def _take_in(
        self,
        result: Mapping[str, Any],
        plan: _Plan,
        report: ViewsReport,
        again: list[dict[str, Any]],
        refusals: dict[str, int | None],
    ) -> None:
        """Into ``report``, or ``again``. ``refusals`` counts them for each file, None where a view of it was made."""
        file, bucket, tries = plan.files[result["File"]], result["Bucket"], result["Tries"]
        view = file.view_name(bucket)
        error = result.get("Error")
        if error is None or self._stands(file, bucket):
            report.add_made(view, file.name + SUFFIX, bucket)
            refusals[file.name] = None
        elif error in _FINAL_ERRORS or tries + 1 >= _MAX_TRIES:
            reason = result.get("Reason") or "no reason was given"
            report.add_failed(view, file.name + SUFFIX, bucket, error, reason)
            if error == "QueryFailed" and (count := refusals[file.name]) is not None:
                refusals[file.name] = count + 1
        elif len(again) >= MAX_WAITING:
            report.remaining += 1
        else:
            again.append({"File": file.name, "Bucket": bucket, "Tries": tries + 1})

    def _stands(self, file: ViewFile, bucket: str | None) -> bool:
        """Whether somebody else made the very view meanwhile."""
        view, wanted = file.view_name(bucket), fingerprint(file, bucket, self.catalog.database)
        return any(fingerprint_of(table) == wanted for table in self.catalog.read_exactly([view]).values())

    def _hand_out(
        self,
        plan: _Plan,
        position: int,
        again: list[dict[str, Any]],
        report: ViewsReport,
        refused: Collection[str],
    ) -> tuple[list[dict[str, Any]], int, list[dict[str, Any]]]:
        """The next statements, what was planned before what is tried again, and nothing of the ``refused`` files; and
        how far that came.
        """
        statements: list[dict[str, Any]] = []
        taken = 0
        while len(statements) < _ROUND_VIEWS:
            if position < len(plan.make):
                name, bucket, tries = *plan.make[position], 0
                if name in refused:
                    view, reason = plan.files[name].view_name(bucket), _NOT_TRIED
                    report.add_failed(view, name + SUFFIX, bucket, "NotTried", reason)
                    position += 1
                    continue
            elif (not statements or statements[0]["Tries"]) and len(again):
                name, bucket, tries = again[0]["File"], again[0]["Bucket"], again[0]["Tries"]
            else:
                break
            sql = statement(plan.files[name], bucket, self.catalog.database)
            size = len(sql.encode())
            if statements and taken + size > _ROUND_BYTES:
                break
            position, again = (position, again[1:]) if tries else (position + 1, again)
            if size > _MAX_STATEMENT_BYTES:
                reason = f"its statement is {size:,} bytes with all names filled in, at most {_MAX_STATEMENT_BYTES:,}"
                report.add_failed(plan.files[name].view_name(bucket), name + SUFFIX, bucket, "InvalidViewFile", reason)
                continue
            taken += size
            statements.append({"File": name, "Bucket": bucket, "Tries": tries, "QueryString": sql})
        return statements, position, again

    def _wait(self, tries: int) -> int:
        """Seconds: none at first; then more each time, and not in step with others that were refused together."""
        return round(self.chance.uniform(1, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (tries - 1)))) if tries else 0


@dataclass(frozen=True)
class _Plan:
    """What an execution is to do: views to make, by file and bucket, and views to remove, by name."""

    files: Mapping[str, ViewFile]
    make: list[tuple[str, str | None]]
    remove: list[str]

    def as_json(self) -> dict[str, Any]:
        """As it is written down."""
        texts = {name: file.text for name, file in self.files.items()}
        return {"Files": texts, "Make": self.make, "Remove": self.remove}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> _Plan:
        """The inverse of ``as_json``."""
        files = {name: ViewFile(name, text) for name, text in value["Files"].items()}
        return cls(files, [(file, bucket) for file, bucket in value["Make"]], list(value["Remove"]))
