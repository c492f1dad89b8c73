"""A stack of release 0.1 on the local AWS, to be upgraded to the template of this working tree.

The one module of these tests that knows how a local stack is started, built and deployed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from local.stack.dependencies import build_settings
from local.stack.paths import ROOT
from local.stack.sam import Sam
from local.stack.stack import TEMPLATE, LocalStack
from local.stack.waiting import until
from tests.recorded import unpack_release

STACK = "quilt-athena"
#: Of both releases. Legacy views are off by default, and a stack that has them keeps them.
PARAMETERS = {"LegacyViews": "create"}


class Deployment:
    """Release 0.1, deployed under IAM enforcement; `upgrade` deploys the working tree over it. A context manager."""

    def __init__(self) -> None:
        """Unpack the release. Nothing is started yet."""
        self._folder = Path(tempfile.mkdtemp(prefix="quilt-athena-upgrade-"))
        self.release = unpack_release(self._folder / "release")
        for name in ("requirements.txt", "Makefile"):
            # The release's own code with today's versions of its dependencies, so that nothing is installed twice.
            for path in ROOT.glob(f"layers/*/{name}"):
                shutil.copy(path, self.release / path.relative_to(ROOT))
        self._stack = LocalStack(
            template=self.release / "template.yaml", stack_name=STACK, parameters=PARAMETERS, enforce_iam=True
        )
        new = self._folder / "new"
        new.mkdir()
        self._sam = Sam(TEMPLATE, new, self._stack.environment())

    def __enter__(self) -> Deployment:
        try:
            self._stack.start()
            self._sam.build(build_settings())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def upgrade(self) -> None:
        """Deploy the template of the working tree over the stack, as `sam deploy` does."""
        self._sam.deploy(STACK, PARAMETERS, meanwhile=lambda: None)

    def client(self, service: str) -> Any:
        """A boto3 client of a service, such as "s3"."""
        return self._stack.client(service)

    def run_release(self, *arguments: str, stdin: str = "") -> str:
        """Run Python with the package of release 0.1 against this stack; what it prints."""
        path = self.release / "layers" / "quilt_athena"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=self._folder,
            env={**self._stack.environment(), "PYTHONPATH": str(path)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @cached_property
    def s3(self) -> Any:
        """A boto3 client of S3."""
        return self.client("s3")

    @cached_property
    def sqs(self) -> Any:
        """A boto3 client of SQS."""
        return self.client("sqs")

    @cached_property
    def glue(self) -> Any:
        """A boto3 client of Glue."""
        return self.client("glue")

    @cached_property
    def athena(self) -> Any:
        """A boto3 client of Athena."""
        return self.client("athena")

    @cached_property
    def stepfunctions(self) -> Any:
        """A boto3 client of Step Functions."""
        return self.client("stepfunctions")

    @cached_property
    def lambda_(self) -> Any:
        """A boto3 client of Lambda."""
        return self.client("lambda")

    def status(self) -> str:
        """The stack's status, such as UPDATE_COMPLETE."""
        return str(self._describe()["StackStatus"])

    def outputs(self) -> dict[str, str]:
        """The stack's outputs as they are now."""
        return {output["OutputKey"]: output["OutputValue"] for output in self._describe()["Outputs"]}

    def _describe(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        return found

    def resources(self) -> dict[str, str]:
        """The stack's resources as they are now: physical IDs by logical ID."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        found = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    def send(self, detail_type: str, detail: dict[str, Any]) -> None:
        """Put an event on the bus that the stack listens to."""
        entry = {"Source": "quilt-athena", "DetailType": detail_type, "Detail": json.dumps(detail)}
        bus = self.outputs()["EventBusName"]
        answer = self.client("events").put_events(Entries=[{"EventBusName": bus, **entry}])
        assert answer["FailedEntryCount"] == 0, answer

    def start(self, machine: str, request: Any) -> str:
        """Start an execution of the machine with that logical ID; its ARN."""
        arn = self.resources()[machine]
        started = self.stepfunctions.start_execution(stateMachineArn=arn, input=json.dumps(request))
        return str(started["executionArn"])

    def ended(self, execution_arn: str) -> dict[str, Any]:
        """Wait until an execution has ended; its description."""

        def look() -> dict[str, Any]:
            found: dict[str, Any] = self.stepfunctions.describe_execution(executionArn=execution_arn)
            return found

        return until(look, lambda found: found["status"] != "RUNNING")

    def succeeded(self, execution_arn: str) -> Any:
        """Wait until an execution has ended, which must have succeeded; its output."""
        ended = self.ended(execution_arn)
        assert ended["status"] == "SUCCEEDED", ended
        return json.loads(ended["output"])

    def executions(self, machine: str, status: str) -> list[str]:
        """The ARNs of the executions of the machine with that logical ID that have that status."""
        arn = self.resources()[machine]
        found = self.stepfunctions.list_executions(stateMachineArn=arn, statusFilter=status)["executions"]
        return [execution["executionArn"] for execution in found]

    def rows(self, sql: str) -> list[list[str | None]]:
        """The rows of a query in the stack's workgroup and database, without the header."""
        outputs = self.outputs()
        query = self.athena.start_query_execution(
            QueryString=sql,
            WorkGroup=outputs["WorkGroupName"],
            QueryExecutionContext={"Database": outputs["DatabaseName"]},
        )["QueryExecutionId"]
        status = until(lambda: self.query_status(query), lambda found: found["State"] not in ("QUEUED", "RUNNING"))
        assert status["State"] == "SUCCEEDED", (sql, status)
        found = self.athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        return [[datum.get("VarCharValue") for datum in row["Data"]] for row in found][1:]

    def query_status(self, query_id: str) -> dict[str, Any]:
        """The Status structure of a query."""
        found: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        return found

    def registry(self) -> dict[str, dict[str, Any]]:
        """The items of the registry as DynamoDB has them, by bucket."""
        items = self.client("dynamodb").scan(TableName=self.outputs()["RegistryTableName"])["Items"]
        return {item["bucket"]["S"]: item for item in items}

    def tables(self) -> dict[str, dict[str, Any]]:
        """The tables and views of the database as Glue has them, by name."""
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=self.outputs()["DatabaseName"])
        return {table["Name"]: table for page in pages for table in page["TableList"]}

    def mappings(self) -> list[dict[str, Any]]:
        """The event source mappings: what hands the messages of queues to functions."""
        found: list[dict[str, Any]] = self.lambda_.list_event_source_mappings()["EventSourceMappings"]
        return found

    def consume(self, enabled: bool) -> None:
        """Start or stop handing messages to functions."""
        for mapping in self.mappings():
            self.lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)

    def count(self, output: str) -> int:
        """How many messages are in the queue that an output names."""
        answer = self.sqs.get_queue_attributes(
            QueueUrl=self.outputs()[output], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def messages(self, output: str) -> list[dict[str, Any]]:
        """The messages of the queue that an output names; they stay in it.

        Each call counts as a receive, of which a message has five before it becomes a dead letter.
        """
        found: list[dict[str, Any]] = self.sqs.receive_message(
            QueueUrl=self.outputs()[output],
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            AttributeNames=["All"],
            VisibilityTimeout=0,
        ).get("Messages", [])
        return found
