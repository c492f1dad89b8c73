"""Packages created by the deployed state machine, and how quilt3 and S3 see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.stack import executions
from tests.local_aws import LocalAws

_BROWSE = """
import json, quilt3, sys
package = quilt3.Package.browse(sys.argv[2], registry=f"s3://{sys.argv[1]}", top_hash=sys.argv[3] or None)
entries = {
    key: {"physical_key": str(entry.physical_key), "size": entry.size, "hash": entry.hash, "meta": entry.meta}
    for key, entry in package.walk()
}
print("\\n" + json.dumps({"top_hash": package.top_hash, "meta": package.meta, "entries": entries}))
"""


@dataclass(frozen=True)
class Packager:
    """The package state machine, for packages of one bucket."""

    local_aws: LocalAws
    bucket: str

    def run(
        self,
        sql: str,
        parameters: Sequence[Any] = (),
        *,
        name: str = "created/package",
        query: dict[str, Any] | None = None,
        on_invalid_row: str | None = None,
        **package: Any,
    ) -> executions.Ended:
        """Start an execution for a package of the bucket, and wait for its end."""
        request: dict[str, Any] = {
            "Query": {"QueryString": sql, "Parameters": list(parameters), **(query or {})},
            "Package": {"Bucket": self.bucket, "Name": name, **package},
        }
        if on_invalid_row:
            request["OnInvalidRow"] = on_invalid_row
        machine = self.local_aws.outputs["PackageStateMachineArn"]
        return executions.run(self.local_aws.stepfunctions, machine, request)

    def create(self, sql: str, parameters: Sequence[Any] = (), **options: Any) -> dict[str, Any]:
        """The package result of an execution that must succeed."""
        ended = self.run(sql, parameters, **options)
        assert ended.status == "SUCCEEDED", (ended.error, ended.cause)
        result: dict[str, Any] = ended.output
        return result

    def rejection(self, sql: str, parameters: Sequence[Any] = (), **options: Any) -> tuple[str | None, dict[str, Any]]:
        """Error and cause of an execution that must fail, and write nothing."""
        before = self.written()
        ended = self.run(sql, parameters, **options)
        assert ended.status == "FAILED", ended
        assert self.written() == before
        assert isinstance(ended.cause, dict), ended
        return ended.error, ended.cause

    def browsed(self, name: str = "created/package", top_hash: str = "") -> dict[str, Any]:
        """The package as quilt3 reads it."""
        output = self.local_aws.run_python(_BROWSE, self.bucket, name, top_hash).stdout.splitlines()[-1]
        package: dict[str, Any] = json.loads(output)
        return package

    def browsed_of(self, bucket: str, name: str) -> dict[str, Any]:
        """A package of another bucket, as quilt3 reads it."""
        return Packager(self.local_aws, bucket).browsed(name)

    def written(self) -> dict[str, str]:
        """All objects of the bucket, with their ETags."""
        pages = self.local_aws.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return {one["Key"]: one["ETag"] for page in pages for one in page.get("Contents", [])}

    def pointers(self, name: str = "created/package") -> list[str]:
        """The names of the package's pointers."""
        prefix = f".quilt/named_packages/{name}/"
        return sorted(key.removeprefix(prefix) for key in self.written() if key.startswith(prefix))


def values(*rows: Sequence[Any], columns: Sequence[str] = ("logical_key", "physical_key", "size")) -> str:
    """A query that returns exactly these rows of texts."""

    def literal(value: Any) -> str:
        return "CAST(NULL AS varchar)" if value is None else "'" + str(value).replace("'", "''") + "'"

    lines = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
    names = ", ".join(f'"{column}"' for column in columns)
    return f"SELECT * FROM (VALUES {lines}) AS t({names})"
