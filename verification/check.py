"""A check: a fact about AWS that the stack relies on, and how to observe it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from verification.expectations import differences

if TYPE_CHECKING:
    from verification.aws import Aws


class DecidedBy(Enum):
    """Where the fact can be observed."""

    #: The local AWS has the service, so there is a verdict on both.
    SERVICES = "AWS's services"
    #: The local AWS has another engine: the check runs there too, without a verdict.
    ENGINE = "Athena's engine"
    #: The local AWS has nothing like it, or it takes minutes: the check doesn't run there.
    AWS_ONLY = "AWS alone"
    #: Nowhere: it would change settings or use up quotas that belong to the whole account.
    ACCOUNT = "the account's settings"


class Status(Enum):
    """The verdict on a fact."""

    VERIFIED = "verified"
    DIFFERS = "differs"
    NOT_VERIFIABLE = "not verifiable here"


class NotVerifiableHereError(Exception):
    """The AWS account or region lacks what the check needs. The message says what."""


@dataclass(frozen=True)
class Check:
    """A fact, and how it is observed.

    Attributes:
        id: its name, unique.
        claim: the fact, one sentence.
        expected: what `observe` returns if the fact holds (verification/expectations.py).
        relied_on: the files that rely on it.
        source: where the claim is from: a URL, or what it was concluded from.
        decided_by: what decides.
        observe: does something on AWS and returns what it saw, as JSON data without names and ids of this run.
    """

    id: str
    claim: str
    expected: Any
    relied_on: str
    source: str
    decided_by: DecidedBy
    observe: Callable[[Aws], Any]

    @property
    def how(self) -> str:
        """How the fact is observed, as a paragraph."""
        return " ".join(inspect.cleandoc(self.observe.__doc__ or "").split())


@dataclass(frozen=True)
class Result:
    """The result of a check: `evidence` is the observation, the differences, or why there is none."""

    check: str
    status: Status
    evidence: str
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "Check": self.check,
            "Status": self.status.value,
            "Evidence": self.evidence,
            "Seconds": round(self.seconds, 1),
        }


def check(
    name: str, *, claim: str, expected: Any, relied_on: str, source: str, decided_by: DecidedBy = DecidedBy.SERVICES
) -> Callable[[Callable[[Aws], Any]], Check]:
    """Make a check of the function that observes; its docstring says how."""

    def declare(observe: Callable[[Aws], Any]) -> Check:
        return Check(name, claim, expected, relied_on, source, decided_by, observe)

    return declare


def judge(checked: Check, observed: Any, *, local: bool) -> Result:
    """The result for an observation. On the local AWS, facts about Athena's engine get no verdict."""
    found = differences(checked.expected, observed)
    evidence = "; ".join(found) if found else _evidence(observed)
    if local and checked.decided_by is DecidedBy.ENGINE:
        prefix = "the local engine differs" if found else "rehearsed, the local engine gives"
        return Result(checked.id, Status.NOT_VERIFIABLE, f"{prefix}: {evidence}")
    return Result(checked.id, Status.DIFFERS if found else Status.VERIFIED, evidence)


def _evidence(observed: Any) -> str:
    return observed if isinstance(observed, str) else json.dumps(observed, ensure_ascii=False)
