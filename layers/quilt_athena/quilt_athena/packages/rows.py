"""A row of a result made into an entry of a package, or the reason why it can't be.

The columns are those of a bucket's objects view (``quilt_athena.tables``); others are ignored. Values come typed as in
an answer (``quilt_athena.results.convert``): arrays and rows are Athena's text, or parsed where they were CAST to JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from quilt_athena.contracts.json_numbers import parse_finite
from quilt_athena.errors import InvalidBucketNameError, InvalidRow
from quilt_athena.names import validate_bucket_name
from quilt_athena.packages.physical_keys import PhysicalKey, parse_physical_key

#: quilt3 writes no larger record into a manifest, since S3 and Athena read no larger ones.
MAX_RECORD_BYTES = 1_000_000
#: What S3 stores as one object at most: 50 TB.
MAX_SIZE = 50 * 1024**4

#: The kinds of hash that quilt3 knows, and what their values look like.
_HASHES = {
    "SHA256": re.compile(r"[0-9a-f]{64}"),
    "sha2-256-chunked": re.compile(r"[A-Za-z0-9+/]{43}="),
    "CRC64NVME": re.compile(r"[A-Za-z0-9+/]{11}="),
}
# How Athena writes a ROW, of which the hashes' own characters need no quoting.
_HASH_TEXT = re.compile(r"\{type=([^,{}]*), ?value=([^,{}]*)\}")
_DIGITS = re.compile(r"[0-9]{1,20}")
_TOP_HASH = re.compile(r"[0-9a-f]{64}")
#: The columns that entries are made of.
_USED = ("logical_key", "physical_key", "physical_keys", "size", "hash", "tophash", "meta", "user_meta", "bucket")

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a package, in a manifest's terms: ``meta`` has the user's under ``user_meta``."""

    logical_key: str
    physical_key: PhysicalKey
    size: int
    hash: JsonObject | None
    meta: JsonObject


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be an entry. With ``top_hash``, the entry of that manifest is meant."""

    number: int
    entry: Entry
    top_hash: str | None
    #: The bucket that the row says it comes from, as the all-buckets views have it.
    bucket: str | None


def check_columns(names: Collection[str]) -> None:
    """Make sure that a result has what entries are made of, each once.

    Raises:
        InvalidRow: it lacks a column, or has one twice; the message names it.
    """
    for name in _USED:
        # An answer calls the second so (quilt_athena.results.unique_names).
        if name in names and f"{name}_2" in names:
            raise InvalidRow(
                f"the result has the column {name} twice (the second is {name}_2 in an answer), perhaps of two "
                "objects, as SELECT * over a join gives it. Select columns by name, each once, and name no other one so"
            )
    missing = [name for name in ("logical_key", "size") if name not in names]
    if not {"physical_key", "physical_keys"} & set(names):
        missing.append("physical_key (or physical_keys)")
    if missing:
        found = ", ".join(names)[:1000] or "none"
        raise InvalidRow(
            f"the result has no column {' and no column '.join(missing)}, of which entries are made; it has {found}. "
            "Select them, or name an expression so: ... AS logical_key"
        )


def row_of(values: Mapping[str, Any], number: int) -> Row:
    """The row ``number`` (counted from 1), with these values by column.

    Raises:
        ValueError: it can't be an entry; the message begins with the column.
    """
    meta = _meta(values)
    entry = Entry(
        logical_key=_logical_key(values["logical_key"]),
        physical_key=_physical_key(values),
        size=_size(values["size"]),
        hash=_hash(values.get("hash")),
        meta=meta,
    )
    if meta:
        record_bytes(entry)
    return Row(number, entry, _top_hash(values.get("tophash")), _bucket(values.get("bucket")))


def checked(entry: Entry) -> Entry:
    """An entry of which nobody knows yet whether size, hash and metadata are such: as a row's are.

    Raises:
        ValueError: one isn't; the message begins with its name.
    """
    if not isinstance(entry.meta, (dict, type(None))):
        raise ValueError(f"meta: expected a JSON object or NULL, got {_shown(entry.meta)}")
    found = replace(entry, size=_size(entry.size), hash=_hash(entry.hash), meta=_meta({"meta": entry.meta}))
    record_bytes(found)
    return found


def record_bytes(entry: Entry) -> int:
    """About how much of a manifest the entry takes.

    Raises:
        ValueError: with its metadata it is too large, or that is nothing that JSON has.
    """
    fixed = len(entry.logical_key.encode()) + len(str(entry.physical_key)) + 250
    try:
        size = fixed + len(json.dumps(entry.meta, ensure_ascii=False, allow_nan=False).encode())
    except UnicodeEncodeError:
        raise ValueError("meta: expected Unicode characters, got half of a surrogate pair") from None
    except ValueError:
        raise ValueError("meta: expected finite numbers, got NaN, Infinity or one beyond a double") from None
    except RecursionError:
        raise ValueError("meta: expected less nesting") from None
    if size > MAX_RECORD_BYTES:
        raise ValueError(f"meta: expected at most {MAX_RECORD_BYTES:,} bytes for an entry, got about {size:,}")
    return size


def _logical_key(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"logical_key: expected the path of a file in the package, got {_shown(value)}")
    if value.startswith("/"):
        raise ValueError(f"logical_key: expected a path below the package, got the absolute {_shown(value)}")
    if value.endswith("/"):
        raise ValueError(
            f"logical_key: expected the path of a file, got the folder {_shown(value)}. A package's folders have no "
            "object: leave their rows out by WHERE physical_key IS NOT NULL"
        )
    parts = value.split("/")
    if ".." in parts or "." in parts or "" in parts:
        raise ValueError(f"logical_key: expected a path without '.', '..' and empty parts, got {_shown(value)}")
    if "\x00" in value:
        raise ValueError("logical_key: expected a path without NUL characters")
    return value


def _physical_key(values: Mapping[str, Any]) -> PhysicalKey:
    """Of ``physical_key`` and of the only one of ``physical_keys``, whichever there is: both must name one object."""
    several = _physical_keys(values.get("physical_keys"))
    if len(several) > 1:
        raise ValueError(
            f"physical_keys: expected one object, got {len(several)}. An entry refers to one: select physical_keys[1] "
            "AS physical_key, without physical_keys"
        )
    text = values.get("physical_key")
    if text is None and several:
        return _parsed_key("physical_keys", several[0])
    key = _parsed_key("physical_key", text)
    if several and several[0] != text and _parsed_key("physical_keys", several[0]) != key:
        raise ValueError(
            f"physical_key: expected the object of physical_keys, {_shown(several[0])}, got {_shown(text)}. Select one "
            "of the two columns"
        )
    return key


def _parsed_key(column: str, text: Any) -> PhysicalKey:
    if not isinstance(text, str) or not text:
        raise ValueError(f"{column}: expected an s3:// URL, got {_shown(text)}")
    try:
        return parse_physical_key(text)
    except ValueError as error:
        raise ValueError(f"{column}: {error}, in {_shown(text)}") from None


def _physical_keys(value: Any) -> list[str]:
    """The texts of an array: as Athena writes one, or as JSON. In a quoted URL there is no comma, and no space."""
    if value is None:
        return []
    if isinstance(value, str):
        if value.startswith('["'):
            value = _parsed(value, "physical_keys")
        elif value.startswith("[") and value.endswith("]"):
            return [part for part in re.split(r",\s*(?=[A-Za-z][A-Za-z0-9+.-]*://|/)|,\s+", value[1:-1]) if part]
        else:
            raise ValueError(f"physical_keys: expected an array such as [s3://bucket/key], got {_shown(value)}")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"physical_keys: expected an array of s3:// URLs, got {_shown(value)}")
    return value


def _size(value: Any) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SIZE:
        raise ValueError(
            f"size: expected a whole number of bytes, got {_shown(value)}. Where it is computed, CAST it to bigint"
        )
    return value


def _hash(value: Any) -> JsonObject | None:
    """None where there is none: then it has to be computed."""
    if isinstance(value, str):
        if match := _HASH_TEXT.fullmatch(value):
            kind, text = match.groups()
            value = None if kind == text == "null" else {"type": kind, "value": text}
        elif value.startswith("{"):
            value = _parsed(value, "hash")
    if value is None or value == {"type": None, "value": None}:
        return None
    if isinstance(value, dict):
        kind, text = value.get("type"), value.get("value")
        pattern = _HASHES.get(kind) if isinstance(kind, str) else None
        if pattern and isinstance(text, str) and pattern.fullmatch(text):
            return {"type": kind, "value": text}
    raise ValueError(
        "hash: expected the column hash of an objects view, {type=..., value=...} with one of the types "
        f"{', '.join(_HASHES)} and its value, or NULL; got {_shown(value)}"
    )


def _meta(values: Mapping[str, Any]) -> JsonObject:
    """``meta`` is what a manifest has of an entry, ``user_meta`` the user's part of it."""
    meta = _json_object(values.get("meta"), "meta") or {}
    user_meta = _json_object(values.get("user_meta"), "user_meta")
    if not isinstance(meta.get("user_meta", {}), (dict, type(None))):
        raise ValueError(f"meta: expected a JSON object as user_meta, got {_shown(meta['user_meta'])}")
    return meta if user_meta is None else {**meta, "user_meta": user_meta}


def _json_object(value: Any, column: str) -> JsonObject | None:
    if isinstance(value, str):
        value = _parsed(value, column)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError(f"{column}: expected a JSON object or NULL, got {_shown(value)}")
    return value


def _top_hash(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _TOP_HASH.fullmatch(value):
        raise ValueError(
            f"tophash: expected the 64 hex digits of a manifest, or NULL, got {_shown(value)}. To take entries as the "
            "rows have them, don't select it"
        )
    return value


def _bucket(value: Any) -> str | None:
    if value is None:
        return None
    try:
        return validate_bucket_name(value)
    except InvalidBucketNameError:
        raise ValueError(f"bucket: expected the bucket whose packages the row is from, got {_shown(value)}") from None


def _parsed(text: str, column: str) -> Any:
    try:
        return parse_finite(text)
    except (ValueError, RecursionError):
        raise ValueError(f"{column}: expected JSON, got {_shown(text)}") from None


def _shown(value: Any) -> str:
    """A value in a message: as JSON, cut off."""
    text = "NULL" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else text[:117] + "..."
