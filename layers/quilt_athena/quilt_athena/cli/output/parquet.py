"""Query results as Parquet files, which requires the extra `parquet` (pyarrow)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quilt_athena.errors import MissingExtraError

if TYPE_CHECKING:
    from quilt_athena.client import QueryResult


def require_parquet() -> None:
    """Check that Parquet can be written, before a query is run for it.

    Raises:
        UsageError: pyarrow isn't installed.
    """
    from quilt_athena.client.extras import extra  # the client imports boto3, which is slow

    try:
        extra("pyarrow", "--format parquet")
    except MissingExtraError as error:
        raise click.UsageError(str(error)) from None


def write_parquet(result: QueryResult, path: Path) -> int:
    """Write all rows; returns their number."""
    return result.to_parquet(path)
