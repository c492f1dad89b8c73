"""Athena's result files in S3, read in chunks, with NULL distinguished from the empty string.

Athena writes every value in double quotes (doubled inside), and NULL as nothing at all: ``"",`` is an empty string
followed by NULL. Python's csv module does not distinguish the two; PyAthena's ``AthenaCSVReader`` does, as this module.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from quilt_athena.aws.s3 import CHUNK_BYTES, read_chunks
from quilt_athena.errors import ObjectUnreadableError, ResultUnreadableError
from quilt_athena.query.result_files import bucket_and_key, unreadable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A field with its separator. The quantifiers are possessive, so that an incomplete long field costs a single pass.
_FIELD = re.compile(r'(?:"([^"]*+(?:""[^"]*+)*+)"|([^",\n]*+))(,|\n)')


def read_csv(
    s3: S3Client, location: str, *, etag: str = "", chunk_bytes: int = CHUNK_BYTES
) -> Iterator[list[str | None]]:
    """The records of the result file at ``location`` (an s3:// URL), its header first; memory holds one chunk.

    Raises:
        ResultUnreadableError: the file was deleted or overwritten since it had ``etag``, or while it was read, or is
            not in Athena's format.
        ServiceUnavailableError: S3 denied the read, or cannot be reached.
    """
    return parse_csv(_texts(s3, location, etag, chunk_bytes), location)


def parse_csv(texts: Iterable[str], name: str = "result") -> Iterator[list[str | None]]:
    """The records of CSV text, given in chunks that may begin and end anywhere.

    Raises:
        ResultUnreadableError: the text ends inside a quoted value, or has a misplaced quote.
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
    # The last line may lack its line feed.
    if not (field := _FIELD.fullmatch(rest + "\n")):
        raise ResultUnreadableError(
            f"{name} is not in Athena's CSV format: it ends inside a quoted value, or has a misplaced quote"
        )
    quoted, bare, _ = field.groups()
    yield [*record, (bare or None) if quoted is None else quoted.replace('""', '"')]


def _texts(s3: S3Client, location: str, etag: str, chunk_bytes: int) -> Iterator[str]:
    bucket, key = bucket_and_key(location)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in read_chunks(s3, bucket, key, etag=etag, chunk_bytes=chunk_bytes):
            yield decoder.decode(chunk)
    except ObjectUnreadableError as error:
        raise unreadable(location, error.code) from error
