"""All rows of a result as a file, written while the browser reads it: memory holds a few thousand rows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from quilt_athena.client import QueryResult
from quilt_athena_console.rows import text_of

_BATCH_ROWS = 1000


def write_csv(result: QueryResult) -> Iterator[bytes]:
    """RFC 4180 with a header; NULL is an empty field, an empty string ``""``, as in Athena's own files."""
    names = [column.name for column in result.columns]
    yield (",".join(map(_field, names)) + "\r\n").encode()
    rows = iter(result)
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield "".join(",".join(_field(row[name]) for name in names) + "\r\n" for row in batch).encode()


def _field(value: Any) -> str:
    text = text_of(value)
    if text is None:
        return ""
    if text == "" or any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


#: The media type and the writer of each format, by the extension of the file.
FORMATS: Mapping[str, tuple[str, Callable[[QueryResult], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
}
