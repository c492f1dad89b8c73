"""Release 0.1 as files: what it deployed, stored and sent. README.md says how each was recorded."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import tarfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RELEASE = FOLDER / "release-0.1.tar.xz"
#: Of the archive before compression: what `git archive` writes, whichever xz compressed it.
RELEASE_SHA256 = "77fa804fa0fa3a9523d35490411d4a1045769c1b464bd07d94549e486a9b38e4"


def load(name: str) -> Any:
    """The recorded file `<name>_0_1.json`."""
    return json.loads((FOLDER / f"{name}_0_1.json").read_text(encoding="utf-8"))


def save(name: str, value: Any) -> None:
    """Write the recorded file `<name>_0_1.json`."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    (FOLDER / f"{name}_0_1.json").write_text(text + "\n", encoding="utf-8")


def unpack_release(folder: Path) -> Path:
    """Unpack the template, functions, layers and state machines of the release into `folder`, and return it.

    Raises ValueError if the archive is not the recorded one.
    """
    archive = lzma.decompress(RELEASE.read_bytes())
    found = hashlib.sha256(archive).hexdigest()
    if found != RELEASE_SHA256:
        raise ValueError(f"{RELEASE.name} has the SHA-256 {found}, expected {RELEASE_SHA256}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        # Python before 3.11.4 has no filters.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        tar.extractall(folder)  # noqa: S202 - its hash is known
    return folder
