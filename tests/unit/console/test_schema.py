"""Tables for completion and for the tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quilt_athena.catalog.views import Column
from quilt_athena.client import CatalogTable
from quilt_athena_console.schema import completions, quoted, tree


def table(name: str, bucket: str | None, *columns: str) -> CatalogTable:
    return CatalogTable(name, "view", "", tuple(Column(column, "varchar") for column in columns), bucket)


TABLES = [
    table("plates", None, "well"),
    table("cells_view", "cells", "user", "logical_key"),
    table("all_view", "*", "bucket"),
    table("2-assays", "assays"),
    table("assays_quilt_objects_view", "assays"),
]


def test_completions_have_the_columns_of_each_table() -> None:
    found = completions(TABLES)
    assert found["cells_view"] == [("user", "varchar"), ("logical_key", "varchar")]
    assert list(found) == ["plates", "cells_view", "all_view", "2-assays", "assays_quilt_objects_view"]


def test_tree_has_all_buckets_first_and_other_tables_last() -> None:
    nodes = tree(TABLES)
    assert [node["label"] for node in nodes] == ["all buckets", "assays", "cells", "other tables"]
    (view,) = nodes[2]["children"]
    assert [(column["label"], column["insert"]) for column in view["children"]] == [
        ("user", '"user"'),
        ("logical_key", "logical_key"),
    ]
    assert nodes[1]["children"][0]["insert"] == '"2-assays"'


def test_tables_are_shown_without_the_name_of_their_bucket() -> None:
    assays = tree(TABLES)[1]["children"]
    assert [(node["label"], node["name"]) for node in assays] == [
        ("2-assays", "2-assays"),
        ("objects_view", "assays_quilt_objects_view"),
    ]


def test_ids_of_nodes_are_unique() -> None:
    def ids(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for node in nodes:
            yield node["id"]
            yield from ids(node.get("children", []))

    found = list(ids(tree(TABLES)))
    assert len(found) == len(set(found))


def test_name_is_quoted_where_sql_needs_it() -> None:
    assert [quoted(name) for name in ("a_1", "1a", 'a"b', "A")] == ["a_1", '"1a"', '"a""b"', '"A"']
