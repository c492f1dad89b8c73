"""The page docs/verification.md: the declarations of the checks, and the results that were recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from verification import checks
from verification.check import Check, DecidedBy
from verification.expectations import describe

#: Files that `--record` wrote: the results of one run on the local AWS, and of one on AWS.
RECORDED = Path(__file__).parent / "recorded"
TARGETS = {"local AWS": "local.json", "AWS": "aws.json"}
_EVIDENCE_CHARACTERS = 300


@dataclass(frozen=True)
class Recorded:
    """The results of a recorded run, by check: status and evidence."""

    date: str
    region: str
    results: Mapping[str, tuple[str, str]]


def recorded(name: str) -> Recorded | None:
    """A recorded run, by the name of its file; None if there is none."""
    path = RECORDED / name
    if not path.exists():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    results = {one["Check"]: (one["Status"], one["Evidence"]) for one in document["Results"]}
    return Recorded(document["Date"], document["Region"], results)


def record(target: str, document: str) -> None:
    """Keep the results of a run on a target: the JSON document that `--json` prints."""
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / TARGETS[target]).write_text(document + "\n", encoding="utf-8")


def render() -> str:
    """A table of all results, and a section for each check."""
    runs = {target: recorded(name) for target, name in TARGETS.items()}
    return "\n".join([*_overview(runs), *_sections(runs)]).rstrip() + "\n"


def _overview(runs: Mapping[str, Recorded | None]) -> Iterator[str]:
    yield "## Results"
    yield ""
    for target, run in runs.items():
        when = f"run of {run.date} in {run.region}" if run else "no run has been recorded"
        yield f"- **{target}**: {when}."
    yield ""
    yield f"| check | {' | '.join(runs)} |"
    yield f"| --- |{' --- |' * len(runs)}"
    for one in checks.all_checks():
        yield f"| [{one.id}](#{one.id}) | {' | '.join(_status(run, one) for run in runs.values())} |"
    yield ""


def _sections(runs: Mapping[str, Recorded | None]) -> Iterator[str]:
    for title, module in checks.AREAS.items():
        yield f"## {title}"
        yield ""
        yield " ".join((module.__doc__ or "").split())
        yield ""
        for one in checks.of(module):
            yield from _section(one, runs)


def _section(one: Check, runs: Mapping[str, Recorded | None]) -> Iterator[str]:
    yield f"### {one.id}"
    yield ""
    yield one.claim
    yield ""
    yield f"- *Relied on by:* {one.relied_on}"
    yield f"- *Source:* {one.source}"
    yield f"- *Decided by:* {one.decided_by.value}"
    if one.decided_by is DecidedBy.ACCOUNT:
        yield f"- {one.how}"
        yield ""
        return
    yield f"- *Check:* {one.how}"
    yield f"- *Expected:* `{_one_line(describe(one.expected))}`"
    for target, run in runs.items():
        if run and one.id in run.results:
            status, evidence = run.results[one.id]
            yield f"- *Evidence, {target}:* {status}. `{_one_line(evidence)}`"
    yield ""


def _status(run: Recorded | None, one: Check) -> str:
    return run.results[one.id][0] if run and one.id in run.results else "not run"


def _one_line(text: str) -> str:
    """A text as inline code of Markdown, cut off where it gets long."""
    text = " ".join(text.replace("`", "'").split())
    return text if len(text) <= _EVIDENCE_CHARACTERS else f"{text[:_EVIDENCE_CHARACTERS]}…"
