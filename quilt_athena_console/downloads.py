"""All rows of a result as a file, written while the browser reads it: memory holds a few thousand rows of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyarrow.parquet as pq
from typing_extensions import Buffer

from quilt_athena.client import QueryResult
from quilt_athena.client.arrow import ArrowBatches
from quilt_athena_console.rows import text_of

_BATCH_ROWS = 1000


def write_csv(result: QueryResult) -> Iterator[bytes]:
    """RFC 4180 with a header; NULL is an empty field, an empty string ``""``, as in Athena's own files."""
    names = [column.name for column in result.columns]
    yield (",".join(map(_field, names)) + "\r\n").encode()
    rows = result.json_rows()
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield "".join(",".join(_field(row[name]) for name in names) + "\r\n" for row in batch).encode()


def write_parquet(result: QueryResult) -> Iterator[bytes]:
    """A Parquet file with Arrow's types (``docs/python.md``)."""
    batches = ArrowBatches(result.columns, result.json_rows(), "a Parquet file")
    sink = _Sink()
    with pq.ParquetWriter(sink, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """A file that keeps what was written only until it is taken."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Buffer) -> int:
        chunk = bytes(data)
        self._chunks.append(chunk)
        self._position += len(chunk)
        return len(chunk)

    def take(self) -> bytes:
        """What was written since the last time."""
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


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
    "parquet": ("application/vnd.apache.parquet", write_parquet),
}
