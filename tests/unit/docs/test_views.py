"""What docs/views.md says of saved queries and views is what there is."""

from __future__ import annotations

import re

from local.saved_queries import saved_queries
from local.server import ROOT
from quilt_athena.joined import joined_names

PAGE = (ROOT / "docs" / "views.md").read_text(encoding="utf-8")


def test_every_saved_query_is_listed_with_its_parameters() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    listed = {name: tuple(re.sub(r" \(.*?\)", "", text).split(", ")) for name, text in rows}
    assert listed == {query.name: query.parameters for query in saved_queries()}


def test_every_table_and_view_over_all_buckets_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in joined_names())
