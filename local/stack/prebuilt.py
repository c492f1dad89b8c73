"""Deploys the stack that the installed package contains: a transformed template, and the code as zip files.

`tools/prebuilt.py` writes them when the package is built. A clone has none, and is built and deployed with SAM.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.stack.clients import client
from local.stack.paths import ROOT
from local.stack.server import LocalAwsError

FOLDER = ROOT / "prebuilt"
TEMPLATE = FOLDER / "template.json"
#: The template refers to it.
_BUCKET = "quilt-athena-prebuilt"
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_POLL_SECONDS = 0.2


class Prebuilt:
    """The built stack in a folder, for one endpoint."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        """Refer to the folder that has `template.json`."""
        self._folder = folder
        self._endpoint = endpoint

    def deploy(self, stack_name: str, parameters: Mapping[str, str], meanwhile: Callable[[], None]) -> None:
        """Create the stack, and call `meanwhile` repeatedly until it is complete.

        Raises LocalAwsError with CloudFormation's reason.
        """
        s3, cloudformation = client("s3", self._endpoint), client("cloudformation", self._endpoint)
        s3.create_bucket(Bucket=_BUCKET)
        for path in self._folder.rglob("*"):
            if path.is_file():
                s3.put_object(Bucket=_BUCKET, Key=path.relative_to(self._folder).as_posix(), Body=path.read_bytes())
        try:
            cloudformation.create_stack(
                StackName=stack_name,
                TemplateURL=f"{self._endpoint}/{_BUCKET}/template.json",
                Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
                Capabilities=_CAPABILITIES,
            )
        except ClientError as error:
            raise LocalAwsError(f"The stack {stack_name} could not be created: {error}") from error
        while (status := _status(cloudformation, stack_name)).endswith("IN_PROGRESS"):
            meanwhile()
            time.sleep(_POLL_SECONDS)
        meanwhile()
        if status != "CREATE_COMPLETE":
            raise LocalAwsError(
                f"The stack {stack_name} is {status}:\n" + "\n".join(_reasons(cloudformation, stack_name))
            )


def _status(cloudformation: Any, stack_name: str) -> str:
    return str(cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"])


def _reasons(cloudformation: Any, stack_name: str) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
