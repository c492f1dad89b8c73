"""Athena's metadata tables: ``"t$files"``, ``"t$history"``, ``"t$snapshots"`` and so on.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from local.engine.interface import CancelToken
from local.engine.tables.plan import Reading


@dataclass(frozen=True, eq=False)
class MetadataTable:
    """A metadata table: its rows."""

    rows: pa.Table
    hidden: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns."""
        return self.rows.schema

    def read(
        self,
        readings: Sequence[Reading],  # noqa: ARG002 - all of it is there already, as are the following
        times: int,  # noqa: ARG002
        paths: frozenset[str] | None,  # noqa: ARG002
        cancel: CancelToken,  # noqa: ARG002
        count: Callable[[int], None],  # noqa: ARG002
    ) -> pa.Table:
        """The rows: see ``OpenTable``."""
        return self.rows
