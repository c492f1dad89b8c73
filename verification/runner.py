"""Running checks: each gives a result, whatever happens, and none keeps the others from running."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from verification.aws import Aws
from verification.check import Check, DecidedBy, NotVerifiableHereError, Result, Status, judge


def run(checks: Iterable[Check], aws: Aws) -> Iterator[Result]:
    """Run checks one after the other, and yield each result when it is known."""
    for one in checks:
        began = time.monotonic()
        result = _result(one, aws)
        seconds = time.monotonic() - began
        yield Result(result.check, result.status, aws.without_names(result.evidence), seconds)


def _result(checked: Check, aws: Aws) -> Result:
    local = aws.target.is_local
    if local and checked.decided_by is DecidedBy.AWS_ONLY:
        return Result(checked.id, Status.NOT_VERIFIABLE, "the local AWS has nothing like it, or it takes minutes")
    try:
        return judge(checked, checked.observe(aws), local=local)
    except NotVerifiableHereError as error:
        return Result(checked.id, Status.NOT_VERIFIABLE, str(error))
    except Exception as error:  # whatever AWS does differently, it is the result of this check
        evidence = f"no observation: {type(error).__name__}: {error}"
        if local and checked.decided_by is DecidedBy.ENGINE:
            return Result(checked.id, Status.NOT_VERIFIABLE, f"the local engine differs: {evidence}")
        return Result(checked.id, Status.DIFFERS, evidence)
