"""Athena's metadata tables: ``"t$files"``, ``"t$history"``, ``"t$snapshots"`` and so on.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, eq=False)
class MetadataTable:
    """A metadata table: its rows."""

    rows: pa.Table

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns."""
        return self.rows.schema
