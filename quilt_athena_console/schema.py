"""The tables and views of the database, for the tree beside the editor and for completion."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from quilt_athena.client import CatalogTable

#: The "bucket" of a table of all buckets.
ALL_BUCKETS = "*"

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
#: What ends the part of a table's name that stands for its bucket.
_PREFIX_END = "_quilt_"
#: How the tree names tables of all buckets, and tables of none.
_ALL, _OTHERS = "all buckets", "other tables"


def completions(tables: Sequence[CatalogTable]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The columns of each table, as pairs of name and type."""
    return {table.name: [(column.name, column.type) for column in table.columns] for table in tables}


def tree(tables: Sequence[CatalogTable]) -> Sequence[Mapping[str, Any]]:
    """Nodes of a tree: buckets, their tables and views, and those columns. ``insert`` is the text for the editor."""
    by_bucket: dict[str, list[CatalogTable]] = defaultdict(list)
    for table in tables:
        by_bucket[{None: _OTHERS, ALL_BUCKETS: _ALL}.get(table.bucket, table.bucket or "")].append(table)
    order = sorted(by_bucket, key=lambda name: (name != _ALL, name == _OTHERS, name))
    return [
        {"id": f"bucket:{name}", "label": name, "children": [_table(table) for table in by_bucket[name]]}
        for name in order
    ]


def quoted(name: str) -> str:
    """A name as SQL needs it."""
    return name if _PLAIN_NAME.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def _table(table: CatalogTable) -> Mapping[str, Any]:
    # Names of managed tables begin with that of the bucket, under which they are shown.
    label = table.name.partition(_PREFIX_END)[2] if table.bucket else ""
    return {
        "id": table.name,
        "label": label or table.name,
        "name": table.name,
        "kind": table.kind,
        "insert": quoted(table.name),
        "children": [
            {
                "id": f"{table.name}.{column.name}",
                "label": column.name,
                "type": column.type,
                "insert": f'"{column.name}"' if column.name in _RESERVED else quoted(column.name),
            }
            for column in table.columns
        ],
    }


#: Columns of Quilt's tables that Athena's documentation lists as reserved words:
#: https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html
_RESERVED = frozenset({"size", "timestamp", "user"})
