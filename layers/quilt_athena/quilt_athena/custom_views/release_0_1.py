"""Payloads of executions that started under release 0.1: the same values under older keys.

An execution keeps the state machine definition with which it started. After an upgrade it passes the current function
what the older function returned to it, or stored for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CURRENT_KEYS = {
    # The report, and with it the result.
    "Made": "Created",
    "Removed": "Deleted",
    # The progress of an execution.
    "Again": "Waiting",
    "Refusals": "Rejections",
    "Tried": "Attempted",
    # The stored plan.
    "Make": "Create",
    "Remove": "Delete",
    "RemoveAfter": "DeleteAfter",
}


def with_current_keys(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload of this or the older release, with the keys of this one."""
    return {_CURRENT_KEYS.get(key, key): value for key, value in payload.items()}
