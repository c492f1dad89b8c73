"""The files of custom views in their bucket, and the state machine that makes views of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from local import executions
from local.server import ROOT
from local.waiting import until
from tests.laptop import Laptop

SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "custom-views-result.json").read_text()))


@dataclass
class CustomViews:
    """Those of the deployed stack."""

    laptop: Laptop

    @property
    def bucket(self) -> str:
        """Where the files lie."""
        return self.laptop.outputs["ViewsBucketName"]

    def put(self, name: str, sql: str, *buckets: str) -> None:
        """Write a file, for all buckets or some (other tests have left theirs)."""
        if buckets and "-- scope: global" not in sql:
            sql = f"-- buckets: {', '.join(buckets)}\n{sql}"
        self.laptop.s3.put_object(Bucket=self.bucket, Key=f"views/{name}.sql", Body=sql.encode())

    def delete(self, name: str) -> None:
        """Remove a file."""
        self.laptop.s3.delete_object(Bucket=self.bucket, Key=f"views/{name}.sql")

    def make(self, *buckets: str) -> dict[str, Any]:
        """Have them made, for all buckets or some; the result, which must keep its contract."""
        request = {"Buckets": list(buckets)} if buckets else {}
        ended = executions.run(self.laptop.stepfunctions, self.laptop.outputs["ViewsStateMachineArn"], request)
        assert ended.status == "SUCCEEDED", ended
        SCHEMA.validate(ended.output)
        output: dict[str, Any] = ended.output
        return output

    def settle(self) -> None:
        """Wait for executions that registrations have started."""
        machine = self.laptop.outputs["ViewsStateMachineArn"]

        def running() -> int:
            found = self.laptop.stepfunctions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
            return len(found["executions"])

        until(running, (0).__eq__, timeout=60)

    def standing(self, prefix: str) -> set[str]:
        """The names of tables and views that begin so, beside those that the stack makes by itself."""
        kinds = ("manifests", "packages", "packages_view", "objects_view")
        found = {table["Name"] for table in self.laptop.tables(f"{prefix}_quilt_")}
        return found - {f"{prefix}_quilt_{kind}" for kind in kinds}

    def clear(self) -> None:
        """Remove all files and their views."""
        listed = self.laptop.s3.list_objects_v2(Bucket=self.bucket, Prefix="views/").get("Contents", [])
        for found in listed:
            self.laptop.s3.delete_object(Bucket=self.bucket, Key=found["Key"])
        if listed:
            self.make()
