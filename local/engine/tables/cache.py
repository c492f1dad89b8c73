"""What was read of objects, kept by their ETags, up to a number of bytes.

A process of the engine has one. The pool gives a statement to the process that was used last, so statements that don't
overlap find what earlier ones read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

#: Columns of rows, as Arrow holds them.
COLUMN_BYTES = 384 * 1024 * 1024
#: Objects as they are stored, from which further columns can be read.
BODY_BYTES = 128 * 1024 * 1024


class ColumnCache:
    """Columns and objects that were used last. Several threads may use it at once."""

    def __init__(self, column_bytes: int = COLUMN_BYTES, body_bytes: int = BODY_BYTES) -> None:
        self._columns = _Bounded(column_bytes)
        self._bodies = _Bounded(body_bytes)

    def get(self, key: Hashable) -> Any:
        """What is kept for a key, or None."""
        return self._columns.get(key)

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value that takes ``size`` bytes."""
        self._columns.put(key, value, size)

    def get_body(self, key: Hashable) -> bytes | None:
        """The object that is kept for a key, or None."""
        body: bytes | None = self._bodies.get(key)
        return body

    def put_body(self, key: Hashable, body: bytes) -> None:
        """Keep an object."""
        self._bodies.put(key, body, len(body))


class _Bounded:
    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        if size > self._most_bytes // 2:
            return
        with self._lock:
            if key in self._entries:
                self._bytes -= self._entries.pop(key)[1]
            self._entries[key] = (value, size)
            self._bytes += size
            while self._bytes > self._most_bytes:
                self._bytes -= self._entries.popitem(last=False)[1][1]
