"""PyIceberg's access to files, over the engine's ``ObjectStore``."""

from __future__ import annotations

import io
from types import TracebackType

from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile, OutputStream

from local.engine.errors import NoSuchBucket, QueryError
from local.engine.interface import ObjectInfo, ObjectStore
from local.engine.tables.objects import SMALL_OBJECT_BYTES, ObjectCache

#: The least that is read of a larger object: footers and column chunks are often next to each other.
_READ_BYTES = 1024 * 1024


class ObjectFiles(FileIO):
    """The files of a table: objects with ``s3://`` locations."""

    def __init__(self, cache: ObjectCache) -> None:
        super().__init__()
        self._cache = cache

    def new_input(self, location: str) -> ObjectInput:
        """A file to read."""
        return ObjectInput(location, self._cache)

    def new_output(self, location: str) -> ObjectOutput:
        """A file to write."""
        return ObjectOutput(location, self._cache)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Delete a file, if it exists.

        Raises:
            QueryError: the statement's owner isn't allowed to.
        """
        bucket, key = parse_location(location if isinstance(location, str) else location.location)
        self._cache.objects.delete(bucket, key)


class ObjectInput(InputFile):
    """An object to read."""

    def __init__(self, location: str, cache: ObjectCache) -> None:
        super().__init__(location)
        self._cache = cache
        self._bucket, self._key = parse_location(location)

    @property
    def info(self) -> ObjectInfo:
        """What S3 says of the object. Raises FileNotFoundError if it doesn't exist."""
        try:
            return self._cache.objects.info(self._bucket, self._key)
        except (KeyError, NoSuchBucket) as error:
            raise FileNotFoundError(self.location) from error

    def __len__(self) -> int:
        return self.info.size

    def exists(self) -> bool:
        """Whether the object exists."""
        try:
            self._cache.objects.info(self._bucket, self._key)
        except (KeyError, NoSuchBucket):
            return False
        return True

    def open(self, seekable: bool = True) -> InputStream:  # noqa: ARG002 - every stream is seekable
        """Open it. Raises FileNotFoundError if it doesn't exist."""
        info = self.info
        if info.size <= SMALL_OBJECT_BYTES:
            return io.BytesIO(self._cache.read(self._bucket, info))
        return _Ranges(self._cache.objects, self._bucket, info)


class ObjectOutput(OutputFile):
    """An object to write, at once when the stream is closed."""

    def __init__(self, location: str, cache: ObjectCache) -> None:
        super().__init__(location)
        self._cache = cache
        self._bucket, self._key = parse_location(location)
        self._written: int | None = None

    def __len__(self) -> int:
        return len(self.to_input_file()) if self._written is None else self._written

    def exists(self) -> bool:
        """Whether the object exists."""
        return self.to_input_file().exists()

    def to_input_file(self) -> ObjectInput:
        """The same object, to read."""
        return ObjectInput(self.location, self._cache)

    def create(self, overwrite: bool = False) -> OutputStream:  # noqa: ARG002 - locations contain a UUID
        """A stream to write to."""
        return _Upload(self)

    def upload(self, body: bytes) -> None:
        """Write the object."""
        try:
            self._cache.objects.put(self._bucket, self._key, body)
        except NoSuchBucket as error:
            raise QueryError(
                f"ICEBERG_FILESYSTEM_ERROR: The specified bucket does not exist (Service: S3, Status Code: 404; "
                f"Bucket: {self._bucket})"
            ) from error
        self._written = len(body)


class _Upload(io.BytesIO):
    """Writes the object when it is closed, unless an error ends its ``with`` statement."""

    def __init__(self, output: ObjectOutput) -> None:
        super().__init__()
        self._output = output
        self._failed = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._failed = kind is not None
        super().__exit__(kind, error, trace)

    def close(self) -> None:
        if not self.closed:
            if not self._failed:
                self._output.upload(self.getvalue())
            super().close()


class _Ranges(io.RawIOBase):
    """A large object, of which only the ranges that are needed are read."""

    def __init__(self, objects: ObjectStore, bucket: str, info: ObjectInfo) -> None:
        super().__init__()
        self._objects = objects
        self._bucket = bucket
        self._info = info
        self._position = 0
        self._start = 0
        self._buffer = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._info.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._info.size - self._position)
        size = left if size is None or size < 0 else min(size, left)
        end = self._position + size
        if not self._start <= self._position <= end <= self._start + len(self._buffer):
            self._start = self._position
            if end == self._info.size:
                self._start = max(0, min(self._position, end - _READ_BYTES))
            length = min(max(end - self._start, _READ_BYTES), self._info.size - self._start)
            self._buffer = self._objects.read_range(self._bucket, self._info.key, self._start, length)
        found = self._buffer[self._position - self._start : end - self._start]
        self._position = end
        return found


def parse_location(location: str) -> tuple[str, str]:
    """Bucket and key of an S3 URL.

    Raises:
        QueryError: it isn't one.
    """
    scheme, _, rest = location.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not bucket:
        raise QueryError(f"ICEBERG_FILESYSTEM_ERROR: Not a location in S3: {location!r}")
    return bucket, key
