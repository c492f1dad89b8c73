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

from quilt_athena.aws.s3 import CHUNK_BYTES, read_chunks
from quilt_athena.errors import ObjectUnreadableError, ResultUnreadableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A field with its separator. Possessive, so that a long field that isn't whole yet costs one pass.
_FIELD = re.compile(r'(?:"([^"]*+(?:""[^"]*+)*+)"|([^",\n]*+))(,|\n)')


def read_csv(s3: S3Client, location: str, chunk_bytes: int = CHUNK_BYTES) -> Iterator[list[str | None]]:
    """The records of the result file at ``location`` (an s3:// URL), its header first; memory holds one chunk.

    Raises:
        ResultUnreadableError: it isn't there any more, changed meanwhile, or isn't such a file.
        ServiceUnavailableError: S3 doesn't give it to this caller, or can't be reached.
    """
    return parse_csv(_texts(s3, location, chunk_bytes), location)


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


def _texts(s3: S3Client, location: str, chunk_bytes: int) -> Iterator[str]:
    url = urlsplit(location)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in read_chunks(s3, url.netloc, url.path.removeprefix("/"), chunk_bytes=chunk_bytes):
            yield decoder.decode(chunk)
    except ObjectUnreadableError as error:
        raise ResultUnreadableError(
            f"{error}. It was deleted or written anew meanwhile (results expire): run the query again"
        ) from error
