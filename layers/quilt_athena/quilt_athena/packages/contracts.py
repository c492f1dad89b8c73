"""What the package state machine gives, as models: `quilt_athena.answers` says what they are for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from quilt_athena.packages.selection import MAX_TOLD
from quilt_athena.query.contracts import Statistics

#: With the rows that it goes with, a message of this length fits the Cause of an execution: 32,768 characters.
MAX_MESSAGE_LENGTH = 2000


def shortened(text: str, length: int = MAX_MESSAGE_LENGTH) -> str:
    """A text that is too long without its middle: what quotes a value says at its end what is wrong with that."""
    cut = " [...] "
    tail = length // 3
    return text if len(text) <= length else text[: length - tail - len(cut)] + cut + text[-tail:]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_pascal)


class SkippedRow(_Part):
    """A row that is no entry."""

    row: Annotated[int, Field(ge=1, description="Its number in the result, counted from 1")]
    reason: Annotated[str, Field(description="What was expected, beginning with the column")]


class PackageResult(_Part):
    """The output of the package state machine."""

    bucket: str
    name: str
    top_hash: str
    revision: Annotated[
        str, Field(description="Name of the pointer to it, in unix seconds; of the newest, if it was there")
    ]
    created: Annotated[
        bool, Field(description="False where latest had this top hash already, and nothing had to be written")
    ]
    entries: Annotated[int, Field(ge=1)]
    bytes: Annotated[int, Field(ge=0, description="The sizes of all entries")]
    entries_from_manifests: Annotated[int, Field(ge=0, description="Whose rows brought their tophash")]
    entries_from_rows: Annotated[
        int, Field(ge=0, description="Whose metadata is as Athena shows it: keys in lower case")
    ]
    metadata_from_rows: Annotated[int, Field(ge=0, description="Those of entries_from_rows that have metadata")]
    other_objects: Annotated[
        int, Field(ge=0, description="Whose object is another of the same contents, in the manifest that was there")
    ]
    hashed_entries: Annotated[int, Field(ge=0, description="Objects that were read for want of a hash")]
    hashed_bytes: Annotated[int, Field(ge=0)]
    skipped_count: Annotated[int, Field(ge=0, description="All that were skipped")]
    skipped: Annotated[list[SkippedRow], Field(max_length=MAX_TOLD, description="The first of them")]
    query_execution_id: str
    statistics: Statistics


class PackageErrorCause(_Part):
    """The `Cause` of a failed execution, parsed, where the error is the package's and not the query's."""

    message: str
    query_execution_id: str | None = None
    count: Annotated[int, Field(ge=1, description="Rows that can't be entries")] | None = None
    rows: Annotated[list[SkippedRow], Field(description="The first of them")] | None = None
