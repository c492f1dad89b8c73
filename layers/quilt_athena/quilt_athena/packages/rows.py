"""A row of a query result, as an entry of a package.

The columns are those of a bucket's objects view (``quilt_athena.catalog.views``); others are ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from quilt_athena.errors import InvalidRow
from quilt_athena.packages.column_values import (
    bucket_value,
    hash_value,
    logical_key_value,
    metadata_value,
    physical_key_value,
    size_value,
    top_hash_value,
)
from quilt_athena.packages.entries import Entry, record_bytes

#: The columns from which entries are built.
_USED = ("logical_key", "physical_key", "physical_keys", "size", "hash", "tophash", "meta", "user_meta", "bucket")


@dataclass(frozen=True, slots=True)
class Row:
    """A valid row. If it has a ``top_hash``, it stands for the entry of that manifest."""

    number: int
    entry: Entry
    top_hash: str | None
    #: The bucket whose view the row is from, if it has that column, as those of the all-buckets views have.
    bucket: str | None


def check_columns(names: Collection[str]) -> None:
    """Check that a result has the required columns, and none of those that are used twice.

    Raises:
        InvalidRow: a column is missing or repeated; the message names it.
    """
    for name in _USED:
        # A query result renames the second column (quilt_athena.query.results.unique_names).
        if name in names and f"{name}_2" in names:
            raise InvalidRow(
                f"the result has the column {name} twice (the second one appears as {name}_2), perhaps of two "
                "different objects, as with SELECT * over a join. Select each column once, by name, and do not name "
                f"another column {name}_2"
            )
    missing = [name for name in ("logical_key", "size") if name not in names]
    if not {"physical_key", "physical_keys"} & set(names):
        missing.append("physical_key (or physical_keys)")
    if missing:
        found = ", ".join(names)[:1000] or "none"
        columns = "column" if len(missing) == 1 else "columns"
        raise InvalidRow(
            f"the result is missing the required {columns} {' and '.join(missing)}; it has {found}. Select "
            f"{'it' if len(missing) == 1 else 'them'}, or give an expression that name: ... AS {missing[0].split()[0]}"
        )


def parse_row(values: Mapping[str, Any], number: int) -> Row:
    """The row with a number (counted from 1) and these values by column.

    Raises:
        ValueError: it cannot become an entry; the message begins with the column.
    """
    meta = metadata_value(values)
    entry = Entry(
        logical_key=logical_key_value(values["logical_key"]),
        physical_key=physical_key_value(values),
        size=size_value(values["size"]),
        hash=hash_value(values.get("hash")),
        meta=meta,
    )
    if meta:
        record_bytes(entry)
    return Row(number, entry, top_hash_value(values.get("tophash")), bucket_value(values.get("bucket")))
