"""OutputModel and errors of the package state machine, as models (``docs/contracts.md``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from quilt_athena.contracts.models import OutputModel
from quilt_athena.packages.selection import MAX_REPORTED
from quilt_athena.query.contracts import Statistics


class SkippedRow(OutputModel):
    """A row that cannot become an entry."""

    row: Annotated[int, Field(ge=1, description="The row's number in the result, counted from 1")]
    reason: Annotated[str, Field(description="The column, and what was expected of it")]


class PackageOutput(OutputModel):
    """The output of the package state machine."""

    bucket: str
    name: str
    top_hash: str
    revision: Annotated[
        str, Field(description="Name of the revision's pointer, in Unix seconds; the newest one if it already existed")
    ]
    created: Annotated[
        bool, Field(description="False if latest already had this top hash, and nothing had to be written")
    ]
    entries: Annotated[int, Field(ge=1)]
    bytes: Annotated[int, Field(ge=0, description="Total size of all entries")]
    entries_from_manifests: Annotated[int, Field(ge=0, description="Entries of rows with a tophash")]
    entries_from_rows: Annotated[
        int, Field(ge=0, description="Other entries; their metadata is as Athena shows it, with keys in lower case")
    ]
    metadata_from_rows: Annotated[int, Field(ge=0, description="Those of entries_from_rows that have metadata")]
    other_objects: Annotated[
        int,
        Field(ge=0, description="Entries that refer to another object with the same content, as the existing manifest"),
    ]
    hashed_entries: Annotated[int, Field(ge=0, description="Objects that were read because they had no hash")]
    hashed_bytes: Annotated[int, Field(ge=0)]
    skipped_count: Annotated[int, Field(ge=0, description="Number of all skipped rows")]
    skipped: Annotated[list[SkippedRow], Field(max_length=MAX_REPORTED, description="The first of them")]
    query_execution_id: str
    statistics: Statistics


class PackageErrorCause(OutputModel):
    """The `Cause` of a failed execution, parsed, if the package failed and not the query."""

    message: str
    query_execution_id: str | None = None
    count: Annotated[int, Field(ge=1, description="Number of rows that cannot become entries")] | None = None
    rows: Annotated[list[SkippedRow], Field(description="The first of them")] | None = None
