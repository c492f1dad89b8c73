"""What the writer does: jobs of one or more statements, and what is recorded of a job until it is done.

A job is recorded before its first statement is started. Its id and the number of the statement are the idempotency key
of that statement, so an execution that continues a job repeats the very statement that may still be running.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self


class JobKind(StrEnum):
    """What a job is for."""

    CREATE = "create tables"
    BATCH = "write a batch"
    COMPARE = "compare a bucket with the index"
    ERASE = "erase a bucket"
    MAINTAIN = "maintain the tables"


class Phase(StrEnum):
    """A statement of a job; ``statements.py`` and ``maintenance.py`` have their text."""

    CREATE_MANIFESTS = "create-manifests"
    CREATE_PACKAGES = "create-packages"
    INSERT = "insert"
    VERIFY = "verify"
    REPLACE = "replace"
    POINTERS = "pointers"
    REMOVE = "remove"
    LIST_MARKERS = "list-markers"
    LIST_POINTERS = "list-pointers"
    CHECK_ROWS = "check-rows"
    ERASE_MANIFESTS = "erase-manifests"
    ERASE_PACKAGES = "erase-packages"
    MEASURE_MANIFESTS = "measure-manifests"
    MEASURE_PACKAGES = "measure-packages"
    OPTIMIZE = "optimize"
    VACUUM_MANIFESTS = "vacuum-manifests"
    VACUUM_PACKAGES = "vacuum-packages"


def new_id() -> str:
    """An id for a job, which is also the name of its staging folder."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Job:
    """A job; ``phases`` are those that are left, the current one first.

    ``step`` counts its statements, ``failures`` those that failed, and ``waits`` how often in a row it remained unknown
    whether the current one had ended. ``buckets`` are those that it changes. ``objects``, ``manifests`` and ``bytes``
    are the number of objects of a batch, of manifests among them, and the size of these. A slice of a backfill has the
    ``cursor`` at its end. ``results`` are the locations of results that the job needs. ``targets`` are the partitions
    that are to be optimized. ``differences`` are the manifests that had other rows than their lines. ``started_at`` is
    when the job began (UTC). ``suspended`` is the job, as plain data, that continues after this one.
    """

    kind: JobKind
    phases: tuple[Phase, ...]
    id: str = field(default_factory=new_id)
    step: int = 0
    failures: int = 0
    waits: int = 0
    buckets: tuple[str, ...] = ()
    objects: int = 0
    manifests: int = 0
    bytes: int = 0
    cursor: str | None = None
    results: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    differences: int = 0
    started_at: str = ""
    suspended: Mapping[str, Any] | None = None

    @property
    def phase(self) -> Phase:
        """The current phase."""
        return self.phases[0]

    @property
    def key(self) -> str:
        """The idempotency key of the current statement."""
        return f"index-{self.id}-{self.step}"

    def then(self, *phases: Phase) -> Job:
        """The job when its current statement succeeded; ``phases`` are inserted before the others that are left."""
        return replace(self, phases=(*phases, *self.phases[1:]), step=self.step + 1, waits=0)

    def fail(self) -> Job:
        """The job when its current statement has ended and did not succeed, with a new statement for the same phase."""
        return replace(self, step=self.step + 1, failures=self.failures + 1, waits=0)

    def again(self) -> Job:
        """The job when its current statement did a part of its work: a new statement does the next part."""
        return replace(self, step=self.step + 1, waits=0)

    def wait(self) -> Job:
        """The job when it is not known whether the current statement still runs: it is repeated with the same key."""
        return replace(self, waits=self.waits + 1)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The job in plain data; fields of later releases are ignored."""
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        known |= lists
        known["kind"] = JobKind(known["kind"])
        known["phases"] = tuple(map(Phase, known["phases"]))
        return cls(**known)


def phases_of_batch(*, manifests: bool, pointers: bool, removed: bool) -> Sequence[Phase]:
    """The phases of a batch: manifests before the pointers that refer to them; in the other order when deleting."""
    return (
        *((Phase.INSERT, Phase.VERIFY) if manifests else ()),
        *((Phase.POINTERS,) if pointers else ()),
        *((Phase.REMOVE,) if removed else ()),
    )
