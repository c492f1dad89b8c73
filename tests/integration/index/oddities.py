"""A bucket with everything that real buckets have, however odd, in a few hundred packages."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

HASHES: tuple[Any, ...] = (
    {"type": "SHA256", "value": "ab" * 32},
    {"type": "sha2-256-chunked", "value": "e3q4+/=="},
    {"type": "CRC64NVME", "value": "AAAAAAAAAAA="},
    None,
)
HEADERS: tuple[dict[str, Any], ...] = (
    {"version": "v0", "message": "A message", "user_meta": {"Study": "Müller", "n": 1.50, "deep": {"a": [1, None]}}},
    {"user_meta": None, "message": None, "version": "v0"},
    {"version": "v0"},
    {},
    {"workflow": {"config": "s3://b/.quilt/workflows/config.yml?versionId=x", "id": "gamma"}, "version": "v0"},
    {"top_hash": "ab" * 32, "version": "v0", "message": 'it\'s "old", \\ and has\nlines', "user_meta": {}},
    {"version": "v0", "meta": {"unexpected": True}, "message": ""},
)


def objects(packages: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Keys and bodies of the manifests and pointers of so many packages, and of what else is in such folders."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for number in range(packages):
        name = ("lab/data", "user-1/n_", "Ärzte/Größe", "日本/数据")[number % 4] + str(number)
        revisions = [_revision(chance, number, revision) for revision in range(chance.randint(1, 3))]
        for revision, (tophash, body) in enumerate(revisions):
            yield f".quilt/packages/{tophash}", body
            yield f".quilt/named_packages/{name}/{1_600_000_000 + 1000 * number + revision}", tophash
        # A rollback: not always the newest.
        yield f".quilt/named_packages/{name}/latest", chance.choice(revisions)[0]
        if number % 10 == 0:
            # The same manifest as a revision again, and of another package.
            yield f".quilt/named_packages/{name}/1700000000", revisions[0][0]
            yield f".quilt/named_packages/copies/{number}/latest", revisions[0][0]
    yield from _strays()


def _revision(chance: random.Random, number: int, revision: int) -> tuple[str, str]:
    lines = [json.dumps(chance.choice(HEADERS), ensure_ascii=chance.random() < 0.5)]
    lines += [json.dumps(_entry(chance, entry), ensure_ascii=False) for entry in range(chance.randint(0, 6))]
    oddity = number % 12
    if oddity == 1:
        lines = []
    elif oddity == 2:
        lines.insert(1, "this is no JSON")
    elif oddity == 3:
        lines[0] = '{"version": "v0", '
    elif oddity == 4:
        lines += lines[1:]
    elif oddity == 5:
        lines.insert(0, "")
    elif oddity == 6:
        lines = lines[1:] or ["{}"]
    body = "\n".join(lines)
    tophash = f"{chance.getrandbits(256):064x}"
    # Some have no newline at the end.
    return tophash, body if not lines or revision % 2 else body + "\n"


def _entry(chance: random.Random, number: int) -> dict[str, Any]:
    if number == 5:
        return {"logical_key": "folder/", "meta": {"user_meta": {"Kind": "folder"}}}
    key = chance.choice(["a.csv", "nested/b c+d.txt", "ünï/ç.tif", "x'y\"z", "tab\there"])
    physical = chance.choice(
        [
            [f"s3://data/{number}/a%20b.csv?versionId=3sL4kqtJlcpXroDTDmJ%2BrmSpXd3dIbrHY"],
            [f"file:///home/somebody/{number}.csv"],
            [f"s3://data/{number}/1", f"s3://data/{number}/2"],
        ]
    )
    return {
        "logical_key": f"{number}/{key}",
        "physical_keys": physical,
        "size": chance.choice([0, 1, 5_000_000_000_000]),
        "hash": chance.choice(HASHES),
        "meta": chance.choice([{}, None, {"user_meta": {"CellIndex": number, "nested": {"A": None}}}, {"x": [1, "2"]}]),
    }


def _strays() -> Iterator[tuple[str, str]]:
    """Objects that are no manifests and no pointers, pointers to nothing, and manifests without a pointer."""
    long = {"logical_key": "long", "physical_keys": ["s3://b/long"], "size": 1, "meta": {"user_meta": "x" * 900_000}}
    yield ".quilt/packages/" + "1" * 64, '{"version": "v0", "message": "deleted"}\n'
    yield ".quilt/packages/" + "2" * 64, '{"version": "v0", "message": "long"}\n' + json.dumps(long)
    yield ".quilt/named_packages/lab/long/latest", "2" * 64
    # Athena reads no such folders.
    yield ".quilt/named_packages/_lab/data/latest", "2" * 64
    yield ".quilt/named_packages/lab/.data/1600000000", "2" * 64
    yield ".quilt/packages/part-0.parquet", "PAR1"
    yield ".quilt/packages/" + "AB" * 32, '{"version": "v0"}\n'
    yield ".quilt/packages/" + "0" * 63, '{"version": "v0"}\n'
    yield ".quilt/packages/folder/" + "0" * 64, '{"version": "v0"}\n'
    yield ".quilt/packages/_" + "0" * 63, '{"version": "v0"}\n'
    yield ".quilt/named_packages/lab/missing/1600000000", "0" * 64
    yield ".quilt/named_packages/lab/empty/1600000000", ""
    yield ".quilt/named_packages/lab/no_hash/latest", "not a hash, but text"
    yield ".quilt/named_packages/lab/tagged/v1.0", "0" * 64
    yield ".quilt/named_packages/lab/deep/er/latest", "0" * 64
    yield ".quilt/named_packages/lab/latest", "0" * 64
