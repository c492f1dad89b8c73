"""The names of tables and views never change: people's queries, and the tables that exist, have them.

The hashes in the file are those of `printf %s BUCKET | sha256sum | xxd -r -p | base32`, in lower case.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from local.stack.paths import ROOT
from quilt_athena.catalog.desired_state import CatalogSettings, LegacyViews, desired_state
from quilt_athena.names import MAX_ID_LENGTH, bucket_id

GOLDEN: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "table_names.json").read_text(encoding="utf-8"))
SETTINGS = CatalogSettings("quilt_query", legacy_views=LegacyViews.CREATE)


@pytest.mark.parametrize("bucket", GOLDEN)
def test_names_are_the_golden_ones(bucket: str) -> None:
    assert {"id": bucket_id(bucket), "names": [*desired_state(bucket, SETTINGS).names]} == GOLDEN[bucket]


def test_every_kind_of_bucket_name_has_a_golden_one() -> None:
    plain = [bucket for bucket in GOLDEN if GOLDEN[bucket]["id"] == bucket.replace("-", "_")]
    assert any("-" in bucket for bucket in plain)
    assert max(map(len, plain)) == MAX_ID_LENGTH
    hashed = GOLDEN.keys() - plain
    for pattern in (r".*\..*", ".*_.*", ".*[A-Z].*", "all-buckets", f"[a-z]{{{MAX_ID_LENGTH + 1}}}", ".{255}"):
        assert any(re.fullmatch(pattern, bucket) for bucket in hashed), pattern
