"""A stack of its own, whose functions can be broken one at a time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from local.stack.stack import LocalStack
from tests.integration.alarms.symptoms import Symptoms
from tests.local_aws import LocalAws

#: What a broken function does.
BROKEN = {
    "raises": "def handler(event, context):\n    raise RuntimeError('broken by a test')\n",
    "times out": "import time\n\n\ndef handler(event, context):\n    time.sleep(60)\n",
}


@dataclass(frozen=True)
class Breakable:
    """The deployed stack, and ways to break it."""

    stack: LocalStack

    @cached_property
    def local_aws(self) -> LocalAws:
        """What a test does with a stack."""
        return LocalAws(self.stack)

    @contextmanager
    def broken(self, function: str, how: str) -> Iterator[Symptoms]:
        """Have a function (its logical id) raise or time out for the time of a with block."""
        name = Symptoms(self.stack).physical_ids("AWS::Lambda::Function")[function]
        functions = self.stack.client("lambda")
        timeout = functions.get_function_configuration(FunctionName=name)["Timeout"]
        functions.update_function_code(FunctionName=name, ZipFile=_zipped(BROKEN[how]))
        functions.update_function_configuration(FunctionName=name, Timeout=1)
        try:
            yield Symptoms(self.stack)
        finally:
            functions.update_function_code(FunctionName=name, **self._code[function])
            functions.update_function_configuration(FunctionName=name, Timeout=timeout)
            for url in self.queues.values():
                self.stack.client("sqs").purge_queue(QueueUrl=url)

    @cached_property
    def _code(self) -> dict[str, dict[str, str]]:
        """Where the deployed code of each function is."""
        found = self.stack.client("cloudformation").get_template(
            StackName=self.stack.stack_name, TemplateStage="Processed"
        )["TemplateBody"]
        template = json.loads(found) if isinstance(found, str) else found
        return {
            name: resource["Properties"]["Code"]
            for name, resource in template["Resources"].items()
            if resource["Type"] == "AWS::Lambda::Function"
        }

    @cached_property
    def queues(self) -> dict[str, str]:
        """The URLs of the stack's queues by logical id."""
        return Symptoms(self.stack).physical_ids("AWS::SQS::Queue")

    def hurry(self) -> None:
        """Shorten what a failure waits for: visibility timeouts of queues, and retries of the refresh."""
        for name, url in self.queues.items():
            if not name.endswith("DeadLetterQueue"):
                self.stack.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
        machine = self.local_aws.outputs["RefreshStateMachineArn"]
        stepfunctions = self.local_aws.stepfunctions
        definition: dict[str, Any] = json.loads(
            stepfunctions.describe_state_machine(stateMachineArn=machine)["definition"]
        )
        for retrier in definition["States"]["RefreshCatalog"]["Retry"]:
            retrier["IntervalSeconds"], retrier["BackoffRate"] = 1, 1
        stepfunctions.update_state_machine(stateMachineArn=machine, definition=json.dumps(definition))


def _zipped(code: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("app.py", code)
    return archive.getvalue()


@pytest.fixture(scope="module")
def breakable() -> Iterator[Breakable]:
    """The stack, which no other test uses. Functions are broken on purpose, not by permissions."""
    with LocalStack(enforce_iam=False) as deployed:
        found = Breakable(deployed)
        found.hurry()
        yield found
