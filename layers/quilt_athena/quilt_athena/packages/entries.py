"""An entry of a package, as manifests have it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from quilt_athena.packages.column_values import JsonObject, hash_value, metadata_value, shown, size_value
from quilt_athena.packages.physical_keys import PhysicalKey

#: quilt3 writes no larger record into a manifest, because S3 and Athena read no larger ones.
MAX_RECORD_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; ``meta`` has the user's metadata under ``user_meta``, as in a manifest."""

    logical_key: str
    physical_key: PhysicalKey
    size: int
    hash: JsonObject | None
    meta: JsonObject


def validated(entry: Entry) -> Entry:
    """An entry whose size, hash and metadata come from outside, after the checks that a row's values pass.

    Raises:
        ValueError: one of them is invalid; the message begins with its name.
    """
    if not isinstance(entry.meta, (dict, type(None))):
        raise ValueError(f"meta: expected a JSON object or NULL, got {shown(entry.meta)}")
    found = replace(
        entry, size=size_value(entry.size), hash=hash_value(entry.hash), meta=metadata_value({"meta": entry.meta})
    )
    record_bytes(found)
    return found


def record_bytes(entry: Entry) -> int:
    """The approximate size of an entry in a manifest.

    Raises:
        ValueError: the entry is too large, or its metadata is not valid JSON.
    """
    fixed = len(entry.logical_key.encode()) + len(str(entry.physical_key)) + 250
    try:
        size = fixed + len(json.dumps(entry.meta, ensure_ascii=False, allow_nan=False).encode())
    except UnicodeEncodeError:
        raise ValueError("meta: expected Unicode characters, got half of a surrogate pair") from None
    except ValueError:
        raise ValueError("meta: expected finite numbers, got NaN, Infinity or one too large for a double") from None
    except RecursionError:
        raise ValueError("meta: expected less nesting") from None
    if size > MAX_RECORD_BYTES:
        raise ValueError(f"meta: expected at most {MAX_RECORD_BYTES:,} bytes for an entry, got about {size:,}")
    return size
