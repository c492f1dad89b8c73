"""Two buckets of packages with what real buckets contain: manifests of several revisions, stray objects, old headers.

Keys of metadata are in lower case, except in one package, because Trino keeps their case and Athena does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.unit.engine.lake import Lake

CELLS, ASSAYS = "cell-images", "lab-assays"
_NO_META: Mapping[str, Any] = {}


def push_packages(lake: Lake) -> None:
    """Put the objects of both buckets."""
    first = _push(
        lake,
        CELLS,
        {"version": "v0", "message": "First plate", "user_meta": {"instrument": "zsd-1", "plates": 1}},
        _images("1.2.0", 1),
    )
    second = _push(
        lake,
        CELLS,
        {
            "version": "v0",
            "message": "Second plate; crème de la crème, as O'Neill said",
            "user_meta": {"instrument": "zsd-1", "plates": 2, "quality": 0.75},
            "workflow": {"id": "qc", "config": "s3://cell-images/.quilt/workflows/config.yml"},
        },
        _images("1.3.0", 2),
    )
    models = _push(lake, CELLS, {"message": None, "version": "v0", "user_meta": None}, [
        _entry("nucleus.onnx", 2400, {"layers": 12, "tags": ["a", "b"], "license": None}),
        _entry("membrane.onnx", 2400, {"layers": 18.5, "tags": [], "open": True}),
        {"logical_key": "weights/", "meta": {"user_meta": {"kind": "folder"}}},
    ])  # fmt: skip
    bare = _push(lake, CELLS, {}, [_entry("a b+c/ünï.txt", 0, hash_type="sha2-256-chunked", value="3q2+7w==")])
    _point(
        lake, CELLS, "imaging/cells", {"1700000000": first, "1700000100": second, "1700000200": first, "latest": second}
    )
    _point(lake, CELLS, "imaging/models", {"1700000050": models, "latest": models})
    _point(lake, CELLS, "team_x/bare", {"1600000000": bare, "latest": bare})
    _point(lake, CELLS, "imaging/copy-of-cells", {"1700000300": second, "latest": second})
    # A package whose manifest is missing, and one whose only pointer is `latest`.
    _point(lake, CELLS, "imaging/lost", {"1700000400": "f" * 64, "latest": "f" * 64})
    _point(lake, CELLS, "imaging/only-latest", {"latest": models})
    _strays(lake)
    _assays(lake)


def _strays(lake: Lake) -> None:
    """Objects that are no manifests or pointers, and a manifest with malformed lines."""
    lake.put(CELLS, ".quilt/packages/notes.txt", '{"logical_key": "stray"}\n')
    lake.put(CELLS, f".quilt/packages/{'AB' * 32}", '{"logical_key": "upper case"}\n')
    lake.put(CELLS, ".quilt/named_packages/imaging/cells/README", "not a pointer")
    broken = '{"version": "v0", "message": "broken"}\n{not json\n{"logical_key": "kept.txt", "size": 7}\n\n'
    lake.put(CELLS, f".quilt/packages/{'0' * 64}", broken)
    _point(lake, CELLS, "imaging/broken", {"1700000500": "0" * 64, "latest": "0" * 64})


def _assays(lake: Lake) -> None:
    runs = [
        _entry(f"run-{run}/plate.csv", 100 * run, {"run": run, "operator": "ada" if run % 2 else "bob"}, bucket=ASSAYS)
        for run in range(1, 9)
    ]
    # One entry has the same object as in the other bucket.
    shared = _entry(
        "shared/plate-1.tiff", 1000, {"algorithm": "1.2.0"}, physical_key=f"s3://{CELLS}/plate-1/a.tiff?versionId=v1"
    )
    for count, time in ((4, 1710000000), (8, 1710086400)):
        header = {"version": "v0", "message": f"Runs 1 to {count}", "user_meta": {"assay": "elisa", "runs": count}}
        top = _push(lake, ASSAYS, header, [*runs[:count], shared])
        _point(lake, ASSAYS, "lab/assays", {str(time): top, "latest": top})
    mixed = {"version": "v0", "message": "Mixed case", "user_meta": {"Assay": "PCR", "Nested": {"CycleCount": 35}}}
    top = _push(lake, ASSAYS, mixed, [_entry("Plate.CSV", 5, {"CellIndex": ["5", "6"], "Well": "A1"}, bucket=ASSAYS)])
    _point(lake, ASSAYS, "lab/mixed", {"1720000000": top, "latest": top})


def _images(algorithm: str, plates: int) -> Iterable[Mapping[str, Any]]:
    for plate in range(1, plates + 1):
        for well in "abc":
            meta = {
                "algorithm": algorithm,
                "cellindex": [str(plate), str(ord(well) - 90)],
                "well": f"{well}{plate}",
                "plate": plate,
            }
            yield _entry(f"plate-{plate}/{well}.tiff", 1000 * plate + ord(well), meta)
        yield _entry(f"plate-{plate}/areas.csv", 17, _NO_META, value="cd" * 32)
    yield _entry("README.md", 20)


def _entry(
    key: str, size: int, meta: Mapping[str, Any] = _NO_META, *, bucket: str = CELLS, physical_key: str = "",
    hash_type: str = "SHA256", value: str = "",
) -> dict[str, Any]:  # fmt: skip
    quoted = key.replace(" ", "%20").replace("ü", "%C3%BC").replace("ï", "%C3%AF")
    return {
        "logical_key": key,
        "physical_keys": [physical_key or f"s3://{bucket}/{quoted}?versionId=v1"],
        "size": size,
        "hash": {"type": hash_type, "value": value or hashlib.sha256(f"{key} {size}".encode()).hexdigest()},
        "meta": {"user_meta": dict(meta)} if meta else {},
    }


def _push(lake: Lake, bucket: str, header: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> str:
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (header, *entries))
    top_hash = hashlib.sha256(body.encode()).hexdigest()
    lake.put(bucket, f".quilt/packages/{top_hash}", body)
    return top_hash


def _point(lake: Lake, bucket: str, package: str, pointers: Mapping[str, str]) -> None:
    for name, top_hash in pointers.items():
        lake.put(bucket, f".quilt/named_packages/{package}/{name}", top_hash)
