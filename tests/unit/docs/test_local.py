"""docs/local.md: its limits are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.aws.lambda_ import FUNCTION_PROCESSES
from local.engine.functions.connection import new_connection
from local.engine.processes.process import GRACE_SECONDS
from local.engine.processes.worker import ADDRESS_SPACE_BYTES, RESULT_BYTES

PAGE = (Path(__file__).parents[3] / "docs" / "local.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "limit",
    [
        f"{ADDRESS_SPACE_BYTES / 2**30:.0f} GB address space",
        f"| result of a query | {RESULT_BYTES / 2**20:.0f} MB |",
        f"| processes of functions, about 70 MB each | {FUNCTION_PROCESSES} |",
    ],
)
def test_limit_is_documented(limit: str) -> None:
    assert limit in PAGE


def test_memory_limit_of_the_database_is_documented() -> None:
    ((limit,),) = new_connection().execute("SELECT current_setting('memory_limit')").fetchall()
    # DuckDB reads GB as 10^9 bytes, and prints powers of two.
    assert limit == "953.6 MiB"
    assert "1 GB in DuckDB" in PAGE


def test_grace_of_a_stopped_query_is_documented() -> None:
    assert GRACE_SECONDS == 2
    assert "doesn't react within two seconds is killed" in PAGE
