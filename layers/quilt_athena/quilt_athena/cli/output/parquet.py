"""Query results as Parquet files, which requires the extra `parquet` (pyarrow)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quilt_athena.errors import MissingExtraError

if TYPE_CHECKING:
    from quilt_athena.client import QueryResult


def write_parquet(result: QueryResult, path: Path) -> int:
    """Write all rows; returns their number.

    Raises:
        UsageError: pyarrow isn't installed.
    """
    try:
        return result.to_parquet(path)
    except MissingExtraError as error:
        raise click.UsageError(f"--format parquet: {error}") from None
