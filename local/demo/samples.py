"""Sample packages to query, cell images and assays, pushed with the real `quilt3` client.

`python -m local.demo.samples cells some-bucket` pushes one collection. It runs in its own process, so that quilt3 finds
the local AWS in its environment, and none of the user's settings.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class File:
    """An entry of a package: its logical key, content and metadata."""

    logical_key: str
    content: bytes
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Revision:
    """A revision of a package to push."""

    name: str
    message: str
    meta: dict[str, Any]
    files: tuple[File, ...]


def cells() -> tuple[Revision, ...]:
    """Segmented cell images: three revisions of one package, by three versions of an algorithm, and its models."""
    return (
        Revision(
            "imaging/cells", "First plate", {"instrument": "ZSD-1", "plates": 1}, tuple(_images("1.2.0", plates=1))
        ),
        Revision("imaging/models", "Segmentation models", {"framework": "torch"}, tuple(_models())),
        Revision(
            "imaging/cells",
            "Second plate, segmented again",
            {"instrument": "ZSD-1", "plates": 2},
            tuple(_images("1.3.0", plates=2)),
        ),
        Revision(
            "imaging/cells",
            "Third plate; crème de la crème, as O'Neill asked",
            {"instrument": "ZSD-2", "plates": 3},
            tuple(_images("1.3.1", plates=3)),
        ),
    )


def assays() -> tuple[Revision, ...]:
    """Tables of measurements: one package, two revisions."""
    table = b"well,signal\n" + b"".join(b"A%d,%d\n" % (well, well * well) for well in range(1, 13))
    files = tuple(File(f"run-{run}/plate.csv", table, {"Run": run, "Operator": "Ada"}) for run in range(1, 9))
    return (
        Revision("lab/assays", "Runs 1 to 4", {"assay": "ELISA"}, files[:4]),
        Revision("lab/assays", "Runs 1 to 8", {"assay": "ELISA"}, files),
    )


COLLECTIONS = {"cells": cells, "assays": assays}


def _images(algorithm: str, plates: int) -> Iterator[File]:
    """Six wells per plate with four fields each; each field shows three cells, and some of them show cell 5."""
    for plate in range(1, plates + 1):
        for well in range(6):
            for view in range(4):
                first = (well * 4 + view) % 9
                meta = {
                    "NucMembSegmentationAlgorithmVersion": algorithm,
                    "CellIndex": [str(first + cell) for cell in range(3)],
                    "Plate": plate,
                    "Well": f"{chr(65 + well)}{plate}",
                }
                stem = f"plate-{plate}/well-{meta['Well']}/field-{view}"
                yield File(f"{stem}.tiff", f"II*\0 plate {plate} well {well} field {view}".encode(), meta)
                if view == 0:
                    yield File(f"{stem}.csv", b"cell,area\n0,17.5\n", {"Plate": plate})
    yield File("README.md", f"# Cells\n\nSegmented by {algorithm}.\n".encode())


def _models() -> Iterator[File]:
    for name in ("nucleus", "membrane"):
        yield File(f"{name}.onnx", name.encode() * 400, {"Layers": 12 if name == "nucleus" else 18})


def push(revision: Revision, bucket: str) -> str:
    """Push a revision to a bucket with quilt3; returns its top hash."""
    import quilt3

    package = quilt3.Package()
    package.set_meta(revision.meta)
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(revision.files):
            path = Path(folder) / str(number)
            path.write_bytes(file.content)
            package.set(file.logical_key, path, meta=file.meta)
        with contextlib.redirect_stdout(sys.stderr):  # quilt3 prints hints for people; here a program reads
            pushed = package.push(revision.name, registry=f"s3://{bucket}", message=revision.message, force=True)
    return str(pushed.top_hash)


def main() -> None:
    """Push a collection to a bucket, and print a line for each revision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", choices=sorted(COLLECTIONS))
    parser.add_argument("bucket")
    arguments = parser.parse_args()
    pushed: dict[str, float] = {}
    for revision in COLLECTIONS[arguments.collection]():
        # Quilt names a revision by the second it was pushed in: two in one second would be one.
        time.sleep(max(0.0, pushed.get(revision.name, 0.0) + 1.0 - time.time()))
        top_hash = push(revision, arguments.bucket)
        pushed[revision.name] = int(time.time())
        print(f"{revision.name}\t{top_hash}\t{len(revision.files)}\t{revision.message}", flush=True)


if __name__ == "__main__":
    main()
