"""The parts of tables that a query reads: whole tables, and partitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from local.engine.tables.hive_types import HiveType
from local.engine.tables.needs import Plan
from local.engine.tables.projection import projected
from local.engine.tables.source import HIDDEN_COLUMNS, Partition, Partitioned, TableSource


@dataclass(frozen=True)
class Part:
    """A partition to read, or a whole table; ``keys`` and ``values`` are the columns of the partition."""

    source: TableSource
    keys: tuple[tuple[str, HiveType], ...] = ()
    values: tuple[Any, ...] = ()

    def with_keys(self, table: pa.Table, wanted: Collection[str]) -> pa.Table:
        """The rows with the wanted columns of the partition, before the hidden ones."""
        place = next(
            (number for number, name in enumerate(table.column_names) if name in HIDDEN_COLUMNS), table.num_columns
        )
        for (key, kind), value in zip(self.keys, self.values, strict=True):
            if key in wanted:
                indexes = pa.repeat(pa.scalar(0, pa.int8()), table.num_rows)
                column = pa.DictionaryArray.from_arrays(indexes, pa.array([value], kind.arrow))
                table = table.add_column(place, pa.field(key, column.type), column)
                place += 1
        return table


def needed_parts(plan: Plan, tables: Mapping[str, TableSource | Partitioned]) -> dict[str, list[Part]]:
    """What a query with this plan needs of each table, by the table's name in it.

    Raises:
        QueryError: a partition in the catalog, or a table's projection, is wrong.
    """
    partitions = {
        name: _listed(name, source, plan) for name, source in tables.items() if isinstance(source, Partitioned)
    }
    keys = {
        name: _key_table(source, partitions[name]) for name, source in tables.items() if isinstance(source, Partitioned)
    }
    parts: dict[str, list[Part]] = {}
    for name, source in tables.items():
        if not isinstance(source, Partitioned):
            parts[name] = [Part(source)] if plan.scans.get(name) else []
            continue
        kept = plan.partitions(name, keys[name])
        for other in partitions:
            if other != name and any(kept):
                joined = plan.joined_partitions(name, keys[name], other, keys[other])
                kept = [one and two for one, two in zip(kept, joined, strict=True)]
        parts[name] = [
            Part(found.source, source.keys, found.values)
            for found, keep in zip(partitions[name], kept, strict=True)
            if keep
        ]
    return parts


def _listed(name: str, source: Partitioned, plan: Plan) -> list[Partition]:
    if not plan.scans.get(name):
        return []
    if source.projection is not None:
        return list(projected(name, source, source.projection, plan))
    return list(source.partitions)


def _key_table(source: Partitioned, partitions: Collection[Partition]) -> pa.Table:
    return pa.table(
        {
            key: pa.array([partition.values[number] for partition in partitions], kind.arrow)
            for number, (key, kind) in enumerate(source.keys)
        }
    )
