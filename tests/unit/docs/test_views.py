"""docs/views.md lists saved queries, views and limits as they are."""

from __future__ import annotations

import re

from local.engine.sql.grammar.queries import read_query
from local.stack.paths import ROOT
from quilt_athena.catalog.declaration_types import LegacyViewDeclaration
from quilt_athena.catalog.declarations import DECLARATIONS
from quilt_athena.custom_views.files import MAX_FILE_BYTES, MAX_FILES, MAX_NAME_LENGTH, parse_view_file
from quilt_athena.custom_views.limits import DEFAULT_LIMITS
from quilt_athena.query.stack_queries import stack_queries
from tests.desired import all_buckets_names

PAGE = (ROOT / "docs" / "views.md").read_text(encoding="utf-8")


def test_saved_queries_are_listed_with_their_parameters() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    listed = {name: tuple(re.sub(r" \(.*?\)", "", text).split(", ")) for name, text in rows}
    assert listed == {query.name: query.parameters for query in stack_queries().values()}


def test_columns_of_saved_queries_are_listed() -> None:
    for query in stack_queries().values():
        (columns,) = re.findall(rf"^\| `{query.name}` \| ((?:`\w+`(?: \(.*?\))?(?:, )?)+)", PAGE, re.MULTILINE)
        assert re.findall(r"`(\w+)`", columns) == [
            item.alias_or_name for item in read_query(query.sql).args["expressions"]
        ]


def test_all_buckets_tables_and_views_are_named() -> None:
    assert all(f"`{name}`" in PAGE for name in all_buckets_names())


def test_example_view_files_are_listed_with_their_views() -> None:
    listed = re.findall(r"^\| `(\w+\.sql)` \| `([^`]+)` \|", PAGE, re.MULTILINE)
    files = [parse_view_file(path.name, path.read_bytes()) for path in sorted((ROOT / "views").iterdir())]
    made = {file.name + ".sql": file.view_name(None if file.is_global else "<bucket>"[1:-1]) for file in files}
    assert {name: view.replace("<bucket>", "bucket") for name, view in listed} == made


def test_shown_view_file_is_valid() -> None:
    (text,) = re.findall(r"^```sql views-file\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = parse_view_file("large_files.sql", text.encode())
    assert file.patterns == ("lab-*", "clinic-archive")
    assert "`my_bucket_quilt_large_files`" in PAGE
    assert file.view_name("my-bucket") == "my_bucket_quilt_large_files"


def test_limits_are_those_of_the_code() -> None:
    for limit in (
        f"at most {MAX_NAME_LENGTH}:",
        f"at most {MAX_FILE_BYTES:,} bytes",
        f"There can be {MAX_FILES} files.",
        f"One execution creates {DEFAULT_LIMITS.views:,} views",
    ):
        assert limit in PAGE, limit


def test_columns_of_legacy_views_are_listed() -> None:
    declarations = [one for one in DECLARATIONS if isinstance(one, LegacyViewDeclaration)]
    assert len(declarations) == 6
    for declaration in declarations:
        (row,) = re.findall(rf'^\| `"my-bucket_{declaration.suffix}"` \| (.+) \|$', PAGE, re.MULTILINE)
        columns = re.sub(r" \(.*?\)", "", row).split(", ")
        assert columns == [column.name for column in declaration.columns]
