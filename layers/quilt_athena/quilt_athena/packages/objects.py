"""Objects that bring no hash, looked at before quilt3 reads them.

quilt3 hashes as many bytes as the entry says, whatever the object has: of a row whose size is another, the hash would
be that of a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.packages.rows import Row
from quilt_athena.packages.s3_refusals import code_of, lasts

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from quilt_athena.packages.selection import Selection

#: Calls at a time: as many as a client keeps connections.
_CALLERS = 10
#: Rows of one task, so that a fault ends all soon, and 500,000 rows aren't as many tasks.
_TASK_ROWS = 100
_SHOWN_CHARACTERS = 120


def check_objects(s3: S3Client, selection: Selection) -> None:
    """Refuse rows without a hash whose object is gone, may not be read, or has another size.

    Raises:
        ServiceUnavailableError: S3 throttled or failed.
    """
    rows = [row for row in selection.rows.values() if row.entry.hash is None]
    tasks = [rows[first : first + _TASK_ROWS] for first in range(0, len(rows), _TASK_ROWS)]
    pool = ThreadPoolExecutor(_CALLERS)
    try:
        for refused in pool.map(lambda task: list(_refused(s3, task)), tasks):
            for row, reason in refused:
                selection.refuse(row, reason)
    finally:
        pool.shutdown(cancel_futures=True)


def _refused(s3: S3Client, rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    for row in rows:
        if reason := _reason(s3, row):
            yield row, reason


def _reason(s3: S3Client, row: Row) -> str | None:
    """Why an object can't be hashed for a row."""
    key = row.entry.physical_key
    url = str(key) if len(str(key)) <= _SHOWN_CHARACTERS else f"{str(key)[: _SHOWN_CHARACTERS - 3]}..."
    version = {} if key.version_id is None else {"VersionId": key.version_id}
    try:
        size = s3.head_object(Bucket=key.bucket, Key=key.key, **version)["ContentLength"]  # type: ignore[arg-type]  # keywords in a dict
    except ClientError as error:
        if not lasts(error):
            raise ServiceUnavailableError(f"s3:HeadObject on {key} failed: {error}") from error
        # S3 says 403 too of what isn't there, to those who may not list the bucket.
        return (
            f"physical_key: {url} isn't there, or may not be read, to compute the hash that the row lacks: "
            f"{code_of(error)}. Select the column hash, or allow the stack to (parameter BucketNamePattern)"
        )
    except BotoCoreError as error:
        raise ServiceUnavailableError(f"s3:HeadObject on {key} failed: {error}") from error
    if size != row.entry.size:
        says = "its manifest" if row.top_hash else "the row"
        return f"size: {says} says {row.entry.size:,} bytes, {url} has {size:,}"
    return None
