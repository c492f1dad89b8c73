"""The values of a row's columns, as parts of an entry. Every function raises ``ValueError`` with the column's name.

Values are typed as in a query result (``quilt_athena.query.results.convert``): arrays and rows are Athena's text, or
parsed JSON if the query casts them to JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from quilt_athena.contracts.json_numbers import parse_finite
from quilt_athena.contracts.nesting import NESTING_PROBLEM
from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.names import validate_bucket_name
from quilt_athena.packages.physical_keys import PhysicalKey, parse_physical_key

#: The largest object that S3 stores: 50 TB.
MAX_SIZE = 50 * 1024**4

#: The hash types that quilt3 knows, with the format of their values.
_HASHES = {
    "SHA256": re.compile(r"[0-9a-f]{64}"),
    "sha2-256-chunked": re.compile(r"[A-Za-z0-9+/]{43}="),
    "CRC64NVME": re.compile(r"[A-Za-z0-9+/]{11}="),
}
# Athena's text of a ROW. The characters of hashes need no quoting in it.
_HASH_TEXT = re.compile(r"\{type=([^,{}]*), ?value=([^,{}]*)\}")
_DIGITS = re.compile(r"[0-9]{1,20}")
_TOP_HASH = re.compile(r"[0-9a-f]{64}")

JsonObject = dict[str, Any]


def logical_key_value(value: Any) -> str:
    """The path of a file in the package."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"logical_key: expected the path of a file in the package, got {shown(value)}")
    if value.startswith("/"):
        raise ValueError(f"logical_key: expected a path relative to the package, got the absolute path {shown(value)}")
    if value.endswith("/"):
        raise ValueError(
            f"logical_key: expected the path of a file, got the folder {shown(value)}. Folders of a package have no "
            "object: exclude their rows with WHERE physical_key IS NOT NULL"
        )
    parts = value.split("/")
    if ".." in parts or "." in parts or "" in parts:
        raise ValueError(f"logical_key: expected a path without '.', '..' and empty parts, got {shown(value)}")
    if "\x00" in value:
        raise ValueError("logical_key: expected a path without NUL characters")
    return value


def physical_key_value(values: Mapping[str, Any]) -> PhysicalKey:
    """The object in ``physical_key``, or the only one in ``physical_keys``; if a row has both, they must be equal."""
    several = _keys_in(values.get("physical_keys"))
    if len(several) > 1:
        raise ValueError(
            f"physical_keys: expected one object, got {len(several)}, but an entry refers to one. Select "
            "physical_keys[1] AS physical_key instead of physical_keys"
        )
    text = values.get("physical_key")
    if text is None and several:
        return _key_in("physical_keys", several[0])
    key = _key_in("physical_key", text)
    if several and several[0] != text and _key_in("physical_keys", several[0]) != key:
        raise ValueError(
            f"physical_key: expected the object of physical_keys, {shown(several[0])}, got {shown(text)}. Select one "
            "of the two columns"
        )
    return key


def _key_in(column: str, text: Any) -> PhysicalKey:
    if not isinstance(text, str) or not text:
        raise ValueError(f"{column}: expected an s3:// URL, got {shown(text)}")
    try:
        return parse_physical_key(text)
    except ValueError as error:
        raise ValueError(f"{column}: {error}, in {shown(text)}") from None


def _keys_in(value: Any) -> list[str]:
    """The items of an array in Athena's format or JSON. A quoted URL contains no comma and no space."""
    if value is None:
        return []
    if isinstance(value, str):
        if value.startswith('["'):
            value = _parsed(value, "physical_keys")
        elif value.startswith("[") and value.endswith("]"):
            return [part for part in re.split(r",\s*(?=[A-Za-z][A-Za-z0-9+.-]*://|/)|,\s+", value[1:-1]) if part]
        else:
            raise ValueError(f"physical_keys: expected an array such as [s3://bucket/key], got {shown(value)}")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"physical_keys: expected an array of s3:// URLs, got {shown(value)}")
    return value


def size_value(value: Any) -> int:
    """The size in bytes, from a number or a text."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SIZE:
        raise ValueError(
            f"size: expected a whole number of bytes, got {shown(value)}. Where it is computed, CAST it to bigint"
        )
    return value


def hash_value(value: Any) -> JsonObject | None:
    """The hash; None if there is none, and it has to be computed."""
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
        f"{', '.join(_HASHES)} and its value, or NULL; got {shown(value)}"
    )


def metadata_value(values: Mapping[str, Any]) -> JsonObject:
    """The metadata in ``meta``, as in a manifest, with ``user_meta`` replaced if the row has that column."""
    meta = _json_object(values.get("meta"), "meta") or {}
    user_meta = _json_object(values.get("user_meta"), "user_meta")
    if not isinstance(meta.get("user_meta", {}), (dict, type(None))):
        raise ValueError(f"meta: expected a JSON object as user_meta, got {shown(meta['user_meta'])}")
    return meta if user_meta is None else {**meta, "user_meta": user_meta}


def _json_object(value: Any, column: str) -> JsonObject | None:
    if isinstance(value, str):
        value = _parsed(value, column)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError(f"{column}: expected a JSON object or NULL, got {shown(value)}")
    return value


def top_hash_value(value: Any) -> str | None:
    """The top hash of a manifest, or None."""
    if value is None:
        return None
    if not isinstance(value, str) or not _TOP_HASH.fullmatch(value):
        raise ValueError(
            f"tophash: expected the 64 hex digits of a manifest, or NULL, got {shown(value)}. To build entries "
            "from the rows alone, do not select it"
        )
    return value


def bucket_value(value: Any) -> str | None:
    """The name of a bucket, or None."""
    if value is None:
        return None
    try:
        return validate_bucket_name(value)
    except InvalidBucketNameError:
        raise ValueError(
            f"bucket: expected the name of the bucket whose view the row is from, got {shown(value)}"
        ) from None


def _parsed(text: str, column: str) -> Any:
    try:
        return parse_finite(text)
    except ValueError as error:
        problem = NESTING_PROBLEM if str(error) == NESTING_PROBLEM else "expected JSON"
        raise ValueError(f"{column}: {problem}, got {shown(text)}") from None


def shown(value: Any) -> str:
    """A value for a message: as JSON, cut to 120 characters."""
    try:
        text = "NULL" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "a value with too many levels"
    return text if len(text) <= 120 else text[:117] + "..."
