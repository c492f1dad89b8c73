"""Manifests as real ones are: about 400 bytes an entry, of which a new revision changes one in twenty."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass

LATEST = "latest"
_CHANGED_ONE_IN = 20
_FIRST = 1_700_000_000


@dataclass(frozen=True)
class Package:
    """A package and all of its revisions."""

    name: str
    entries: int

    def timestamp(self, revision: int) -> str:
        """The name of the revision's pointer."""
        return str(_FIRST + 1000 * revision)

    def manifest(self, revision: int) -> tuple[str, str]:
        """The top hash and the text of a revision's manifest."""
        header = {
            "version": "v0",
            "message": f"Revision {revision} of {self.name}",
            "user_meta": {"study": "S-17", "instrument": "ZSD-1", "revision": revision},
        }
        body = "".join([json.dumps(header) + "\n", *(self._line(entry, revision) for entry in range(self.entries))])
        return hashlib.sha256(body.encode()).hexdigest(), body

    def _line(self, entry: int, revision: int) -> str:
        """An entry as the newest of the revisions that changed it wrote it."""
        # A different twentieth of the entries changes in each revision.
        written = next((one for one in range(revision, 0, -1) if (entry + one) % _CHANGED_ONE_IN == 0), 0)
        chance = random.Random(f"{self.name} {entry} {written}")  # noqa: S311 - no secret
        key = f"run-{entry // 96:04}/plate-{entry // 24 % 4}/well-{entry % 24:02}.{'tiff' if entry % 4 else 'csv'}"
        version = f"{chance.getrandbits(160):040x}"
        line = {
            "logical_key": key,
            "physical_keys": [f"s3://lab-data/{self.name}/{key}?versionId={version[:32]}"],
            "size": chance.randrange(10_000, 10_000_000),
            "hash": {"type": "SHA256", "value": f"{chance.getrandbits(256):064x}"},
            "meta": {
                "user_meta": {
                    "NucMembSegmentationAlgorithmVersion": f"1.{2 + written % 2}.{written}",
                    "CellIndex": [str(entry % 9), str(entry % 9 + 1)],
                    "Well": f"{chr(65 + entry % 8)}{entry // 8 % 12 + 1}",
                    "Plate": entry // 24 % 4,
                }
            },
        }
        return json.dumps(line) + "\n"
