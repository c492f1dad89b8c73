"""The faults that calls of AWS meet, and which call meets which.

They are a JSON list at `/_local/faults`: PUT replaces it, GET returns it with the number of calls that each has met. An
element has these fields:

- `Action`: the call as in IAM's policies, such as `athena:GetQueryExecution` or `lambda:InvokeFunction`.
- `Role`, `Contains`: only calls of roles whose names contain this, or of requests that contain this text.
- `Skip`, `Times`: how many calls to leave alone first (0), and how many meet the fault then (1).
- `Error`, `Message`, `Status`: the call fails with this error code; `Status` (400) is that of HTTP. A state machine
  names errors by itself, such as `Athena.ThrottlingException`; for functions, `Error` is the complete name.
- `DelaySeconds`: the response is late.
- `Performed`: the call is performed first, so that only its response is lost or late.
- `KillsFunction`: the function that makes the call dies instead.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any


class InvalidFault(ValueError):  # noqa: N818 - the name of a fault that is wrong
    """The list of faults is invalid. The message says why."""


@dataclass
class Fault:
    """One fault. `met` is the number of calls that it has happened to."""

    action: str
    role: str = ""
    contains: str = ""
    skip: int = 0
    times: int = 1
    error: str | None = None
    message: str = "A fault was requested for this call"
    status: int = 400
    delay_seconds: float = 0.0
    performed: bool = False
    kills_function: bool = False
    met: int = field(default=0)
    _seen: int = field(default=0, repr=False)

    def meets(self, action: str, role: str, request: str) -> bool:
        """Whether the fault happens to this call, which is counted."""
        if action != self.action or self.role not in role or self.contains not in request:
            return False
        self._seen += 1
        happens = self.skip < self._seen <= self.skip + self.times
        self.met += happens
        return happens


_NAMES = {
    "".join(word.title() for word in one.name.split("_")): one.name for one in fields(Fault) if one.name[0] != "_"
}
_lock = threading.Lock()
_faults: list[Fault] = []


def replace(described: Sequence[Mapping[str, Any]]) -> None:
    """Replace all faults. Raises InvalidFault."""
    wrong = {name for one in described for name in one if name == "Met" or name not in _NAMES}
    if wrong:
        raise InvalidFault(f"unknown: {', '.join(sorted(wrong))}; expected some of {', '.join(_NAMES)}")
    if any("Action" not in one for one in described):
        raise InvalidFault("Action is missing")
    faults = [Fault(**{_NAMES[name]: value for name, value in one.items()}) for one in described]
    with _lock:
        _faults[:] = faults


def described() -> list[dict[str, Any]]:
    """All faults, with the number of calls that met them as `Met`."""
    with _lock:
        return [{name: getattr(one, attribute) for name, attribute in _NAMES.items()} for one in _faults]


def any_exist() -> bool:
    """Whether there are any."""
    return bool(_faults)


def met_by(action: str, role: str, request: str) -> Fault | None:
    """The fault that happens to a call: the first one that it matches."""
    with _lock:
        return next((fault for fault in _faults if fault.meets(action, role, request)), None)
