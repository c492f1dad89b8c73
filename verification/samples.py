"""Objects written by hand, in Quilt's format, for facts about how Athena reads lines and files.

Four manifests of the same size, each with a pointer. Athena reads them through the tables of their bucket.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

#: Package names by the top hashes of their manifests.
PACKAGES = {str(digit) * 64: name for digit, name in enumerate(("odd-lines", "one", "two", "three"), start=1)}
ODD_LINES = "1" * 64
ENTRIES = 40
#: Bytes of every manifest, to which lines are filled up.
MANIFEST_BYTES = 16_000
#: More than the smallest limit of bytes scanned that Athena accepts.
LARGE_BYTES = 24_000_000


def objects() -> Iterator[tuple[str, bytes]]:
    """Keys and contents."""
    for top_hash, name in PACKAGES.items():
        yield f".quilt/packages/{top_hash}", manifest(name, _ODD if top_hash == ODD_LINES else ())
        for pointer in ("1700000001", "latest"):
            yield f".quilt/named_packages/lines/{name}/{pointer}", top_hash.encode()
    # Neither is a manifest, so no view may have rows of them.
    yield ".quilt/packages/not-a-hash.parquet", b"PAR1" + b"\0" * 100


#: Lines that a reader may understand in more than one way.
_ODD = (
    b'{"logical_key": "cut off", "physical_ke',
    b'{"logical_key": "clash", "physical_keys": ["s3://b/clash"], "meta": {"user_meta": {"Cell": 1, "cell": 2}}}',
)


def manifest(name: str, odd: tuple[bytes, ...] = ()) -> bytes:
    """A header, forty entries, the odd lines, and an entry that is as long as it takes to be of the common size."""
    header = {"version": "v0", "message": f"Message of {name}", "user_meta": {"Study": "S-17"}}
    lines = [json.dumps(header).encode(), *(json.dumps(_entry(number)).encode() for number in range(ENTRIES)), *odd]
    used = sum(len(line) + 1 for line in lines)
    return b"\n".join([*lines, _padding(MANIFEST_BYTES - used), b""])


def large_manifest() -> bytes:
    """A manifest of more bytes than the stack's workgroup lets a query scan."""
    line = json.dumps(_entry(0) | {"meta": {"user_meta": {"text": "x" * 900_000}}}).encode()
    return b"\n".join([b'{"version": "v0"}', *([line] * (LARGE_BYTES // len(line) + 1)), b""])


def _entry(number: int) -> dict[str, Any]:
    return {
        "logical_key": f"file-{number}.csv",
        "physical_keys": [f"s3://some-bucket/file-{number}.csv?versionId=1"],
        "size": number,
        "hash": {"type": "SHA256", "value": f"{number:064x}"},
        "meta": {"user_meta": {"CellIndex": [str(number)]}},
    }


def _padding(size: int) -> bytes:
    empty = json.dumps({"logical_key": "padding", "meta": {"user_meta": {"text": ""}}}).encode()
    return empty.replace(b'"text": ""', b'"text": "' + b"x" * (size - len(empty) - 1) + b'"')
