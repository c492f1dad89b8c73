"""What a server and its engine processes send each other.

The server sends a ``Run``. The engine process sends a ``Call`` for everything it needs of the catalog and the objects,
which the server answers with an ``Answer``, and ends with an ``Answer`` to the ``Run``. A ``Cancel`` may come any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Run:
    """Run a statement.

    Attributes:
        owner: whose statement it is. Objects that were read for one owner aren't reused for another.
        writes: whether the catalog can be written.
        output_location: where CREATE TABLE ... AS stores a table without a location.
    """

    owner: str
    sql: str
    database: str
    parameters: tuple[str, ...]
    bytes_limit: int | None
    writes: bool
    output_location: str = ""


@dataclass(frozen=True)
class Cancel:
    """Stop the statement that is running."""


@dataclass(frozen=True)
class Call:
    """Call a method of the ``target``: "catalog", "objects" or "writer"."""

    target: str
    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """What a call or a statement returned, or the exception that it raised."""

    value: Any = None
    error: BaseException | None = None

    def unwrap(self) -> Any:
        """The value. Raises the exception if there is one."""
        if self.error is not None:
            raise self.error
        return self.value
