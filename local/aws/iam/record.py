"""The permissions that principals used, as lines of JSON, from which one can see what each of them needs."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_lock = threading.Lock()
_seen: set[str] = set()
_path: Path | None = None


def write_to(path: Path) -> None:
    """Append to a file from now on."""
    global _path
    path.parent.mkdir(parents=True, exist_ok=True)
    _path = path


def add(principal: str, action: str, resource: str, context: Mapping[str, Any], *, allowed: bool) -> None:
    """Record that a principal requested an action on a resource. Repetitions are recorded once.

    `context` has the condition keys of the service, in lower case.
    """
    if _path is None:
        return
    line = json.dumps(
        {
            "principal": _without_session(principal),
            "action": action,
            "resource": resource,
            "context": {key: value for key, value in context.items() if value is not None},
            "allowed": allowed,
        },
        sort_keys=True,
        default=str,
    )
    with _lock:
        if line not in _seen:
            _seen.add(line)
            with _path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def _without_session(principal: str) -> str:
    """The ARN of an assumed role without the session name."""
    return principal.rpartition("/")[0] if ":assumed-role/" in principal else principal
