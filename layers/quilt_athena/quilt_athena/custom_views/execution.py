"""What an execution of the views state machine keeps between its rounds: the plan, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.alias_generators import to_pascal

from quilt_athena.custom_views.files import ViewFile
from quilt_athena.custom_views.release_0_1 import with_current_keys


@dataclass
class ViewsProgress:
    """How far an execution has come with its current plan."""

    #: Index of the next view in the plan.
    position: int = 0
    #: Statements to repeat, because Athena had no capacity: ``File``, ``Bucket`` and ``Tries`` of each.
    waiting: list[dict[str, Any]] = field(default_factory=list)
    #: Statements that were attempted, with a few more for each round: a measure of the execution's history.
    attempted: int = 0
    #: Number of plans that the execution has made, including the current one.
    plans: int = 0
    #: For each file, the number of buckets for which Athena rejected it; None once it accepted the file for a bucket.
    rejections: dict[str, int | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the state machine carries it from round to round."""
        return {to_pascal(name): value for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ViewsProgress:
        """The inverse of ``as_json``; also reads the progress of an execution of release 0.1."""
        current = with_current_keys(value)
        return cls(
            current["Position"],
            list(current["Waiting"]),
            current["Attempted"],
            current["Plans"],
            dict(current["Rejections"]),
        )


@dataclass(frozen=True)
class ViewsPlan:
    """What an execution will do."""

    #: The files of the views to create, by name.
    files: Mapping[str, ViewFile]
    #: Views to create or replace: the file's name and the bucket (None: a global view).
    create: list[tuple[str, str | None]]
    #: Names of views to delete.
    delete: list[str]
    #: Names of views to delete once the file (its name) has another view.
    delete_after: list[tuple[str, str]]
    #: Version of every file in the bucket when the plan was made.
    versions: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        texts = {name: file.text for name, file in self.files.items()}
        return {to_pascal(name): value for name, value in vars(self).items()} | {"Files": texts}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ViewsPlan:
        """The inverse of ``as_json``; also reads a plan of release 0.1."""
        current = with_current_keys(value)
        return cls(
            {name: ViewFile.from_text(name, text) for name, text in current["Files"].items()},
            [(file, bucket) for file, bucket in current["Create"]],
            list(current["Delete"]),
            [(view, file) for view, file in current["DeleteAfter"]],
            current["Versions"],
        )
