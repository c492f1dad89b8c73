"""What of a Glue table or partition can be written back: its ``TableInput`` or ``PartitionInput``."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

_TABLE = (
    "Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention", "StorageDescriptor",
    "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters", "TargetTable",
)  # fmt: skip
_PARTITION = ("Values", "LastAccessTime", "StorageDescriptor", "Parameters", "LastAnalyzedTime")


def table_input(table: Mapping[str, Any]) -> dict[str, Any]:
    """The ``TableInput`` of a ``Table``."""
    return {name: copy.deepcopy(table[name]) for name in _TABLE if table.get(name) is not None}


def partition_input(partition: Mapping[str, Any]) -> dict[str, Any]:
    """The ``PartitionInput`` of a ``Partition``."""
    return {name: copy.deepcopy(partition[name]) for name in _PARTITION if partition.get(name) is not None}
