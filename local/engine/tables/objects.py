"""A cache of the bytes of small objects."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from local.engine.interface import ObjectInfo, ObjectStore

#: Objects up to this size are read at once, and cached: an Iceberg table's metadata, and small data files.
SMALL_OBJECT_BYTES = 4 * 1024 * 1024
_CACHE_BYTES = 128 * 1024 * 1024


class ObjectCache:
    """The bytes of small objects by ETag. All statements of an engine share it."""

    def __init__(self, objects: ObjectStore) -> None:
        self.objects = objects
        self._cached: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def read(self, bucket: str, info: ObjectInfo) -> bytes:
        """The bytes of a small object."""
        key = (bucket, info.key, info.etag)
        with self._lock:
            if key in self._cached:
                self._cached.move_to_end(key)
                return self._cached[key]
        body = self.objects.read(bucket, info.key)
        with self._lock:
            if key not in self._cached:
                self._cached[key] = body
                self._bytes += len(body)
            while self._bytes > _CACHE_BYTES:
                self._bytes -= len(self._cached.popitem(last=False)[1])
        return body
