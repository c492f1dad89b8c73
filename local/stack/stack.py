"""The stack on the local AWS: its server, build, deployment and clients."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any

from botocore.exceptions import ClientError

from local.stack import kept, prebuilt
from local.stack.clients import client
from local.stack.dependencies import build_settings
from local.stack.environment import client_settings, isolated
from local.stack.paths import ROOT
from local.stack.sam import Sam
from local.stack.server import LocalAwsError, Server

STACK_NAME = "quilt-athena"
TEMPLATE = ROOT / "template.yaml"


@dataclass(frozen=True)
class Progress:
    """One step of a start: "server", "build", "deploy", "resource" (one was created) or "ready"."""

    step: str
    text: str


def _silent(_: Progress) -> None:
    """Report nothing."""


class LocalStack:
    """The deployed stack, from `start()` to `stop()`. Use it as a context manager.

    Each has its own server, port, folder and processes, so any number can run side by side.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        template: Path = TEMPLATE,
        stack_name: str = STACK_NAME,
        parameters: Mapping[str, str] | None = None,
        enforce_iam: bool = True,
        record: Path | None = None,
        on_progress: Callable[[Progress], None] = _silent,
    ) -> None:
        """Reserve `port`, or any free one. Raises PortInUseError if another process uses it.

        The other arguments are those of `Server`, and the template, name and parameters of the stack.
        """
        self.stack_name = stack_name
        self._parameters = parameters or {}
        self._report = on_progress
        self.work = Path(tempfile.mkdtemp(prefix="quilt-athena-"))
        try:
            self.server = Server(self.work, port=port, enforce_iam=enforce_iam, record=record)
        except BaseException:
            shutil.rmtree(self.work)
            raise
        self._sam = Sam(template, self.work, self.environment())
        # What the installed package has instead of a template for SAM.
        is_prebuilt = template == TEMPLATE and not template.exists()
        self._prebuilt = prebuilt.FOLDER if is_prebuilt else None
        self._kept = kept.folder() if template == TEMPLATE and not is_prebuilt else None

    @property
    def endpoint(self) -> str:
        """The URL for AWS_ENDPOINT_URL."""
        return self.server.endpoint

    def environment(self) -> dict[str, str]:
        """The environment of a child process that can reach this stack only."""
        return isolated(self.work / "home", endpoint=self.endpoint)

    @property
    def client_settings(self) -> dict[str, str]:
        """The variables to export to use this stack with any AWS client."""
        return client_settings(self.endpoint)

    def start(self) -> None:
        """Start the server, build and deploy. Raises LocalAwsError, after stopping everything."""
        try:
            self._report(Progress("server", f"Starting the local AWS on {self.endpoint}"))
            self.server.launch()
            built = self._kept if self._kept is not None and self._kept.exists() else self._prebuilt
            if built is None:
                # While the server starts.
                self._build()
            self.server.wait_until_healthy()
            prebuilt.create_bucket(self.endpoint)
            if built is None:
                prebuilt.upload_template(self._sam.package(prebuilt.BUCKET), self.endpoint)
            else:
                prebuilt.upload(built, self.endpoint)
            self.server.report_ready(self._create(self.stack_name, self._parameters))
            if built is None and self._kept is not None:
                kept.save(self._kept, self.endpoint, self.stack_name)
        except BaseException:
            self.stop()
            raise

    def deploy(self, stack_name: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Create or update a stack of the built template; returns its outputs.

        Raises LocalAwsError with the messages of SAM and CloudFormation.
        """
        if self._prebuilt is not None:
            return self._create(stack_name, parameters)
        if not self._sam.is_built:
            self._build()
        return self._deploy(stack_name, partial(self._sam.deploy, stack_name, parameters, bucket=prebuilt.BUCKET))

    def _build(self) -> None:
        self._report(Progress("build", "Building and packaging the template with SAM"))
        self._sam.build(build_settings())

    def _create(self, stack_name: str, parameters: Mapping[str, str]) -> dict[str, str]:
        return self._deploy(stack_name, partial(prebuilt.create_stack, stack_name, parameters, endpoint=self.endpoint))

    def _deploy(self, stack_name: str, deploy: Callable[[Callable[[], None]], None]) -> dict[str, str]:
        self._report(Progress("deploy", f"Deploying the stack {stack_name}"))
        reported: set[str] = set()

        def report() -> None:
            for event in self._events(stack_name):
                name = event["LogicalResourceId"]
                if event["ResourceStatus"] == "CREATE_COMPLETE" and name not in reported | {stack_name}:
                    reported.add(name)
                    self._report(Progress("resource", f"{event['ResourceType']} {name}"))

        deploy(report)
        stack = self._description(stack_name)
        if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            raise LocalAwsError(f"The stack {stack_name} is {stack['StackStatus']}, not CREATE_COMPLETE.")
        self._report(Progress("ready", f"The stack {stack_name} is {stack['StackStatus']}"))
        return _outputs(stack)

    def stop(self) -> None:
        """Stop every process of the stack and delete its data."""
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
        """A boto3 client for a service of this stack's AWS, such as "s3" or "stepfunctions"."""
        return client(service, self.endpoint)

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        return _outputs(self._description(self.stack_name))

    @cached_property
    def _cloudformation(self) -> Any:
        return self.client("cloudformation")

    def _description(self, stack_name: str) -> dict[str, Any]:
        stack: dict[str, Any] = self._cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
        return stack

    def _events(self, stack_name: str) -> list[dict[str, Any]]:
        """The events of the stack's resources, oldest first."""
        try:
            pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_name)
            events: list[dict[str, Any]] = [event for page in pages for event in page["StackEvents"]]
        except ClientError:
            # SAM has not created the stack yet.
            return []
        return events[::-1]


def _outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
