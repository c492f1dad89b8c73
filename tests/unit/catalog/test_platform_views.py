"""The views with the names of the tables of Quilt's platform: their rows, live and indexed."""

from __future__ import annotations

import pytest

from quilt_athena.catalog.desired_state import LegacyViews
from quilt_athena.catalog.views import decode_view
from tests.unit.index.harness import IndexHarness
from tests.unit.moto_stack import MotoStack

BUCKET = "my-bucket"
UNREFERENCED, MISSING = "1" * 64, "2" * 64
KINDS = ("revision", "tag", "manifest", "entry")

Rows = dict[str, list[tuple[str | None, ...]]]


@pytest.fixture
def harness(stack: MotoStack) -> IndexHarness:
    """A registered bucket, in a catalog with legacy views, that is not indexed."""
    harness = IndexHarness.create(stack.with_settings(legacy_views=LegacyViews.CREATE))
    harness.register(BUCKET)
    return harness


def rows(harness: IndexHarness) -> Rows:
    return {kind: harness.rows(f'SELECT * FROM "{BUCKET}_package_{kind}"') for kind in KINDS}


def reads_index(harness: IndexHarness) -> bool:
    tables = harness.stack.all_tables()
    sql = [decode_view(tables[f"{BUCKET}_package_{kind}"]).sql for kind in KINDS]
    assert len({"s_index" in one for one in sql}) == 1
    return "s_index" in sql[0]


def test_platform_views_have_the_rows_of_the_platform_live_and_indexed(harness: IndexHarness) -> None:
    first = harness.push(BUCKET, "lab/data", ["a.csv"], 1700000000, message="first", user_meta={"study": "S-17"})
    second = harness.push(BUCKET, "lab/data", ["a.csv", "b.csv"], 1700000001)
    pointers = {"v1.0": first, "1700000002": MISSING, "9" * 19: first, "_hidden": first, "deep/er": first}
    for name, tophash in pointers.items():
        harness.put(BUCKET, f".quilt/named_packages/lab/data/{name}", tophash)
    header = '{"version": "v0", "message": "nobody"}\nno JSON\n'
    directory = '{"logical_key": "d/", "meta": {"user_meta": {"kind": "folder"}}}\n'
    harness.put(BUCKET, f".quilt/packages/{UNREFERENCED}", header + directory)
    harness.put(BUCKET, ".quilt/packages/part-0.parquet", "PAR1")

    live = rows(harness)
    assert live["revision"] == [
        ("lab/data", "2023-11-14 22:13:20.000", first),
        ("lab/data", "2023-11-14 22:13:21.000", second),
        ("lab/data", "2023-11-14 22:13:22.000", MISSING),
        ("lab/data", None, first),
    ]
    assert live["tag"] == [("lab/data", "latest", second), ("lab/data", "v1.0", first)]
    assert live["manifest"] == sorted(
        [(first, "first", '{"study":"S-17"}'), (second, None, None), (UNREFERENCED, "nobody", None)], key=str
    )
    files = [(first, "a.csv", 0), (second, "a.csv", 0), (second, "b.csv", 1)]
    assert live["entry"] == sorted(
        [
            *(
                (top, key, f"s3://{BUCKET}/{key}", "SHA256", "ab" * 32, "5", f'{{"user_meta":{{"n":{number}}}}}')
                for top, key, number in files
            ),
            (UNREFERENCED, "d/", None, None, None, None, '{"user_meta":{"kind":"folder"}}'),
        ],
        key=str,
    )
    packages = harness.view_rows(BUCKET)[0]

    assert not reads_index(harness)
    harness.enable(BUCKET)
    harness.run()
    assert reads_index(harness)
    assert rows(harness) == live
    # A tag is in the index, but not in the view that has none.
    assert harness.view_rows(BUCKET)[0] == packages
    harness.disable(BUCKET)
    assert not reads_index(harness)
