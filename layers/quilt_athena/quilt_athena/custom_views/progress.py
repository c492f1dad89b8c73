"""What an execution of the views state machine is to do, and how far it came, between its rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.alias_generators import to_pascal

from quilt_athena.custom_views.files import ViewFile


@dataclass
class Work:
    """How far an execution came with its plan, of which it is the ``plans``-th. ``refusals`` counts them for each file,
    None where a view of it stands; ``tried`` are the statements, and what rounds take in their measure.
    """

    position: int = 0
    again: list[dict[str, Any]] = field(default_factory=list)
    tried: int = 0
    plans: int = 0
    refusals: dict[str, int | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the state machine carries it from round to round."""
        return {to_pascal(name): value for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Work:
        """The inverse of ``as_json``."""
        return cls(value["Position"], list(value["Again"]), value["Tried"], value["Plans"], dict(value["Refusals"]))


@dataclass(frozen=True)
class Plan:
    """What an execution is to do: views to make, by file and bucket, and views to remove, by name, some only when views
    of a file stand; and the versions of all files that this is about.
    """

    files: Mapping[str, ViewFile]
    make: list[tuple[str, str | None]]
    remove: list[str]
    remove_after: list[tuple[str, str]]
    versions: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As it is written down."""
        texts = {name: file.text for name, file in self.files.items()}
        return {to_pascal(name): value for name, value in vars(self).items()} | {"Files": texts}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Plan:
        """The inverse of ``as_json``."""
        return cls(
            {name: ViewFile(name, text) for name, text in value["Files"].items()},
            [(file, bucket) for file, bucket in value["Make"]],
            list(value["Remove"]),
            [(view, file) for view, file in value["RemoveAfter"]],
            value["Versions"],
        )
