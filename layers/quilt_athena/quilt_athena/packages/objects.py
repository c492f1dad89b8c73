"""Checks of objects without a hash, before quilt3 reads them.

quilt3 hashes as many bytes as the entry's size, whatever the size of the object. If the size in a row is wrong, the
hash would be that of a part of the object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.packages.rows import Row
from quilt_athena.packages.s3_errors import is_permanent, s3_error_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from quilt_athena.packages.selection import RowSelection

#: Concurrent calls: as many as a client keeps connections.
_CALLERS = 10
#: Rows of one task: few enough for an error to end all tasks soon, and enough to make few tasks of 500,000 rows.
TASK_ROWS = 100
_SHOWN_CHARACTERS = 120


def check_objects(s3: S3Client, selection: RowSelection) -> None:
    """Reject rows without a hash whose object does not exist, must not be read or has another size.

    Raises:
        ServiceUnavailableError: S3 throttled or failed.
    """
    rows = [row for row in selection.rows.values() if row.entry.hash is None]
    tasks = [rows[first : first + TASK_ROWS] for first in range(0, len(rows), TASK_ROWS)]
    pool = ThreadPoolExecutor(_CALLERS)
    try:
        for problems in pool.map(lambda task: list(_problems(s3, task)), tasks):
            for row, reason in problems:
                selection.reject(row, reason)
    finally:
        pool.shutdown(cancel_futures=True)


def _problems(s3: S3Client, rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    for row in rows:
        if reason := _problem(s3, row):
            yield row, reason


def _problem(s3: S3Client, row: Row) -> str | None:
    """Why the object of a row cannot be hashed, or None."""
    key = row.entry.physical_key
    url = str(key) if len(str(key)) <= _SHOWN_CHARACTERS else f"{str(key)[: _SHOWN_CHARACTERS - 3]}..."
    version = {} if key.version_id is None else {"VersionId": key.version_id}
    try:
        size = s3.head_object(Bucket=key.bucket, Key=key.key, **version)["ContentLength"]  # type: ignore[arg-type]  # keywords in a dict
    except ClientError as error:
        if not is_permanent(error):
            raise ServiceUnavailableError(f"s3:HeadObject on {key} failed: {error}") from error
        # For a missing object, too, S3 responds 403 to those who may not list the bucket.
        return (
            f"physical_key: {url} does not exist, or cannot be read to compute the missing hash: "
            f"{s3_error_code(error)}. Select the column hash, or give the stack access (parameter BucketNamePattern)"
        )
    except BotoCoreError as error:
        raise ServiceUnavailableError(f"s3:HeadObject on {key} failed: {error}") from error
    if size != row.entry.size:
        source = "manifest" if row.top_hash else "row"
        return f"size: expected the size of {url}, {size:,} bytes, got {row.entry.size:,} from the {source}"
    return None
