"""The stack on the laptop AWS: server, build, deployment, and clients of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from botocore.exceptions import ClientError

from local.clients import client
from local.deployment import Deployment
from local.environment import client_settings, isolated
from local.server import ROOT, LocalAwsError, Server
from local.wheels import build_settings

STACK_NAME = "quilt-athena"
TEMPLATE = ROOT / "template.yaml"


@dataclass(frozen=True)
class Progress:
    """One step of starting: "server", "build", "deploy", "resource" (one of the stack's was made) or "ready"."""

    step: str
    text: str


def _silent(_: Progress) -> None:
    """Report nothing."""


class LocalStack:
    """The deployed stack, from `start()` to `stop()`. Use as a context manager.

    Each has its own server, port, folder and processes: any number run side by side.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        template: Path = TEMPLATE,
        stack_name: str = STACK_NAME,
        parameters: Mapping[str, str] | None = None,
        enforce_iam: bool = False,
        on_progress: Callable[[Progress], None] = _silent,
    ) -> None:
        """Take `port`, or a free one. Raises PortInUseError if it is taken."""
        self.stack_name = stack_name
        self._report = on_progress
        self.work = Path(tempfile.mkdtemp(prefix="quilt-athena-"))
        try:
            self.server = Server(self.work, port=port, enforce_iam=enforce_iam)
        except LocalAwsError:
            shutil.rmtree(self.work)
            raise
        self._deployment = Deployment(
            template=template,
            stack_name=stack_name,
            work=self.work,
            environment=self.environment(),
            parameters=parameters or {},
        )

    @property
    def endpoint(self) -> str:
        """The URL that AWS clients take as AWS_ENDPOINT_URL."""
        return self.server.endpoint

    def environment(self) -> dict[str, str]:
        """The environment for a child process that is to reach this stack and nothing else."""
        return isolated(self.work / "home", endpoint=self.endpoint)

    @property
    def client_settings(self) -> dict[str, str]:
        """What a shell exports to reach this stack with any AWS client."""
        return client_settings(self.endpoint)

    def start(self) -> None:
        """Start the server, build and deploy. Raises LocalAwsError; nothing keeps running then."""
        try:
            self._report(Progress("server", f"Starting the laptop AWS on {self.endpoint}"))
            self.server.start()
            self._report(Progress("build", "Building the template with SAM"))
            self._deployment.build(build_settings())
            self._report(Progress("deploy", f"Deploying the stack {self.stack_name} with SAM"))
            self._deployment.deploy(self._events, self._resource_made)
            status = self._description()["StackStatus"]
            if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                raise LocalAwsError(f"The stack {self.stack_name} is {status}, not CREATE_COMPLETE.")
            self._report(Progress("ready", f"The stack {self.stack_name} is {status}"))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every process of the stack and remove what it kept."""
        self.server.stop()
        shutil.rmtree(self.work, ignore_errors=True)

    def __enter__(self) -> LocalStack:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def client(self, service: str) -> Any:
        """A boto3 client of this stack's AWS, for services such as "s3" or "stepfunctions"."""
        return client(service, self.endpoint)

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        return {output["OutputKey"]: output["OutputValue"] for output in self._description().get("Outputs", [])}

    @cached_property
    def _cloudformation(self) -> Any:
        return self.client("cloudformation")

    def _description(self) -> dict[str, Any]:
        stack: dict[str, Any] = self._cloudformation.describe_stacks(StackName=self.stack_name)["Stacks"][0]
        return stack

    def _events(self) -> Iterator[Mapping[str, Any]]:
        try:
            yield from self._cloudformation.describe_stack_events(StackName=self.stack_name)["StackEvents"]
        except ClientError:
            # SAM has not made it yet.
            return

    def _resource_made(self, name: str, kind: str) -> None:
        self._report(Progress("resource", f"{kind} {name}"))
