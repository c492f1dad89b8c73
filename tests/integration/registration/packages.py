"""Packages written object by object, as a bucket may hold them, and the notebook's tables and views of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.laptop import Laptop
from tests.unit.catalog.notebook_catalog import notebook_catalog

NOTEBOOK_DATABASE = "notebook"
HEADER: dict[str, Any] = {"version": "v0", "message": "First", "user_meta": {"Project": "Alpha"}}


def entry(logical_key: str, **fields: Any) -> dict[str, Any]:
    """A line of a manifest for one file."""
    return {
        "logical_key": logical_key,
        "physical_keys": [f"s3://data/{logical_key}?versionId=1"],
        "size": 5,
        "hash": {"type": "SHA256", "value": "ab" * 32},
        "meta": {},
        **fields,
    }


@dataclass(frozen=True)
class Packages:
    """The packages of one bucket, and questions about them."""

    laptop: Laptop
    bucket: str

    @property
    def prefix(self) -> str:
        """The beginning of the names of the bucket's tables."""
        return self.bucket.replace("-", "_")

    def put(self, key: str, content: str | bytes) -> None:
        """Write an object below `.quilt/`."""
        body = content.encode() if isinstance(content, str) else content
        self.laptop.s3.put_object(Bucket=self.bucket, Key=f".quilt/{key}", Body=body)

    def manifest(self, *lines: dict[str, Any] | str) -> str:
        """Write a manifest of these lines (text as it is); its top hash."""
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
        top_hash = hashlib.sha256(f"{self.bucket}{text}".encode()).hexdigest()
        self.put(f"packages/{top_hash}", text)
        return top_hash

    def revision(self, handle: str, timestamp: int, *lines: dict[str, Any] | str) -> str:
        """Write a manifest, a pointer to it, and the `latest` one; the top hash."""
        top_hash = self.manifest(*lines)
        for name in (str(timestamp), "latest"):
            self.put(f"named_packages/{handle}/{name}", top_hash)
        return top_hash

    def make_notebook_views(self) -> None:
        """Make what the notebook's own statements make, in a database of their own beside the stack's."""
        try:
            self.laptop.glue.create_database(DatabaseInput={"Name": NOTEBOOK_DATABASE})
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AlreadyExistsException"  # noqa: PT017 - whoever came first
        for table in notebook_catalog(self.bucket, database=NOTEBOOK_DATABASE):
            self.laptop.glue.create_table(DatabaseName=NOTEBOOK_DATABASE, TableInput=table)

    def rows(self, select: str, *, notebook: bool = False) -> list[list[str | None]]:
        """The rows of a question in which {packages_view} and the like stand for the bucket's; sorted."""
        return sorted(self.laptop.rows(self._sql(select, notebook)), key=str)

    def scanned(self, select: str, *, notebook: bool = False) -> int:
        """The bytes that a question scans."""
        execution = self.laptop.query(self._sql(select, notebook))
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return int(execution["Statistics"]["DataScannedInBytes"])

    def columns(self, select: str) -> list[tuple[str, str]]:
        """The (name, type) of the columns that a question answers."""
        execution = self.laptop.query(self._sql(select, notebook=False))
        result = self.laptop.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
        metadata: Sequence[dict[str, str]] = result["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        return [(column["Name"], column["Type"]) for column in metadata]

    def _sql(self, select: str, notebook: bool) -> str:
        database = NOTEBOOK_DATABASE if notebook else self.laptop.outputs["DatabaseName"]
        kinds = ("manifests", "packages", "packages_view", "objects_view")
        return select.format(**{kind: f"{database}.{self.prefix}_quilt_{kind}" for kind in kinds})
