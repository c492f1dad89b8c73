"""Athena's result files in S3: read in pieces, NULL told from the empty string.

Athena writes every value in double quotes (doubled inside), and NULL as nothing at all, so ``"",`` is an empty string
and NULL. Python's csv module takes both for the same; PyAthena's ``AthenaCSVReader`` tells them apart as this does.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import (
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from quilt_athena.aws import calling
from quilt_athena.errors import ResultUnreadableError, ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 4 * 1024 * 1024
_READ_ATTEMPTS = 4
# What boto3 doesn't retry: the answer began well, and its body broke off.
_BROKEN_OFF = (ConnectionClosedError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)

# A field with its separator. Possessive, so that a long field that isn't whole yet costs one pass.
_FIELD = re.compile(r'(?:"([^"]*+(?:""[^"]*+)*+)"|([^",\n]*+))(,|\n)')


def read_csv(s3: S3Client, location: str, chunk_bytes: int = CHUNK_BYTES) -> Iterator[list[str | None]]:
    """The records of the result file at ``location`` (an s3:// URL), its header first; memory holds one chunk.

    Raises:
        ResultUnreadableError: it isn't there any more, changed meanwhile, or isn't such a file.
        ServiceUnavailableError: S3 doesn't give it to this caller, or can't be reached.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    return parse_csv((decoder.decode(chunk) for chunk in _chunks(s3, location, chunk_bytes)), location)


def parse_csv(texts: Iterable[str], name: str = "result") -> Iterator[list[str | None]]:
    """The records of CSV text that comes in pieces, cut anywhere.

    Raises:
        ResultUnreadableError: it ends inside a quoted value, or a quote stands where none belongs.
    """
    record: list[str | None] = []
    rest = ""
    for text in texts:
        rest += text
        position = 0
        while field := _FIELD.match(rest, position):
            position = field.end()
            quoted, bare, separator = field.groups()
            record.append((bare or None) if quoted is None else quoted.replace('""', '"'))
            if separator == "\n":
                yield record
                record = []
        rest = rest[position:]
    if not rest and not record:
        return
    # The last line may lack its end.
    if not (field := _FIELD.fullmatch(rest + "\n")):
        raise ResultUnreadableError(f"{name} is not a CSV file of Athena's: it breaks off inside a quoted value")
    quoted, bare, _ = field.groups()
    yield [*record, (bare or None) if quoted is None else quoted.replace('""', '"')]


def _chunks(s3: S3Client, location: str, chunk_bytes: int) -> Iterator[bytes]:
    """The object in pieces, each its own request: no connection stays open while somebody looks at the rows."""
    url = urlsplit(location)
    bucket, key = url.netloc, url.path.removeprefix("/")
    start, size, etag = 0, 1, ""
    while start < size:
        body, size, etag = _read_range(s3, bucket, key, start, start + chunk_bytes - 1, etag)
        start += len(body)
        yield body


def _read_range(s3: S3Client, bucket: str, key: str, first: int, last: int, etag: str) -> tuple[bytes, int, str]:
    """Bytes of an object, its whole size and its ETag, which must still be ``etag`` unless that is empty."""
    location = f"s3://{bucket}/{key}"
    gone = ["NoSuchKey", "NoSuchBucket", "PreconditionFailed", "InvalidRange", "404", "412", "416"]
    unchanged = {"IfMatch": etag} if etag else {}
    broken: Exception | None = None
    for _ in range(_READ_ATTEMPTS):
        try:
            with calling("s3:GetObject", location, expected=gone) as call:
                answer = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{last}", **unchanged)  # type: ignore[arg-type]  # keywords in a dict
                body = answer["Body"].read()
        except ServiceUnavailableError as error:
            if not isinstance(error.__cause__, _BROKEN_OFF):
                raise
            broken = error
            continue
        if call.code in ("416", "InvalidRange") and first == 0:
            return b"", 0, ""  # an empty object has no first byte
        if call.code:
            raise ResultUnreadableError(
                f"{location} can't be read to its end: {call.code}. It was deleted or written anew meanwhile "
                "(results expire): run the query again"
            )
        total = int(answer.get("ContentRange", "").rpartition("/")[2] or len(body))
        return body, total, answer["ETag"]
    raise ServiceUnavailableError(f"reading {location} broke off {_READ_ATTEMPTS} times: {broken}") from broken
