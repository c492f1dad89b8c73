"""The state of a bucket in a word."""

from __future__ import annotations

from quilt_athena.client import Registration

STATES = ("In sync", "Pending", "Problem", "Removed")


def state_of(bucket: Registration) -> str:
    """``Problem``, ``Pending`` (its newest event isn't applied yet), ``In sync`` or ``Removed``."""
    if bucket.problem or bucket.view_problem:
        return "Problem"
    if not bucket.is_applied:
        return "Pending"
    return "In sync" if bucket.registered else "Removed"
