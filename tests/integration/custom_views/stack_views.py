"""Custom views of the deployed stack: the files in their bucket, and the views state machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from local.stack import executions
from local.stack.paths import ROOT
from local.stack.waiting import until
from tests.local_aws import LocalAws

SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "custom-views-result.json").read_text()))


@dataclass
class CustomViews:
    """The custom views of the deployed stack."""

    local_aws: LocalAws

    @property
    def bucket(self) -> str:
        """The bucket of the files."""
        return self.local_aws.outputs["ViewsBucketName"]

    def put(self, name: str, sql: str, *buckets: str) -> None:
        """Write a file, for all buckets or some (other tests leave buckets behind)."""
        if buckets and "-- scope: global" not in sql:
            sql = f"-- buckets: {', '.join(buckets)}\n{sql}"
        self.local_aws.s3.put_object(Bucket=self.bucket, Key=f"views/{name}.sql", Body=sql.encode())

    def delete(self, name: str) -> None:
        """Delete a file."""
        self.local_aws.s3.delete_object(Bucket=self.bucket, Key=f"views/{name}.sql")

    def run(self, *buckets: str) -> dict[str, Any]:
        """Run an execution for all buckets or some. Returns the result, which must match the contract."""
        request = {"Buckets": list(buckets)} if buckets else {}
        ended = executions.run(self.local_aws.stepfunctions, self.local_aws.outputs["ViewsStateMachineArn"], request)
        assert ended.status == "SUCCEEDED", ended
        SCHEMA.validate(ended.output)
        output: dict[str, Any] = ended.output
        return output

    def wait_for_registration(self, bucket: str) -> None:
        """Wait for the end of the execution that the bucket's registration starts a moment later.

        It reads the files whenever it runs, so it may create or delete the views that a test expects of its own one.
        """
        stepfunctions, machine = self.local_aws.stepfunctions, self.local_aws.outputs["ViewsStateMachineArn"]

        def ended() -> bool:
            for execution in stepfunctions.list_executions(stateMachineArn=machine)["executions"]:
                described = stepfunctions.describe_execution(executionArn=execution["executionArn"])
                if json.loads(described["input"]).get("Buckets") == [bucket]:
                    return bool(described["status"] != "RUNNING")
            return False

        until(ended)

    def wait_for_executions(self) -> None:
        """Wait for the end of executions that registrations have started."""
        machine = self.local_aws.outputs["ViewsStateMachineArn"]

        def running() -> int:
            found = self.local_aws.stepfunctions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
            return len(found["executions"])

        until(running, (0).__eq__)

    def existing(self, prefix: str) -> set[str]:
        """The names of tables and views of a bucket (by identifier), except those that the stack creates."""
        kinds = ("manifests", "packages", "packages_view", "objects_view", "index_staging")
        found = {table["Name"] for table in self.local_aws.tables(f"{prefix}_quilt_")}
        return found - {f"{prefix}_quilt_{kind}" for kind in kinds}

    def clear(self) -> None:
        """Delete all files and their views."""
        listed = self.local_aws.s3.list_objects_v2(Bucket=self.bucket, Prefix="views/").get("Contents", [])
        for found in listed:
            self.local_aws.s3.delete_object(Bucket=self.bucket, Key=found["Key"])
        if listed:
            self.run()
