"""Creates a stack that is already built: a template, and the code as zip files.

The installed package contains one, which `tools/prebuilt.py` writes when the package is built. SAM builds and packages
that of a clone, which is then kept (`kept.py`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.stack.clients import client
from local.stack.paths import ROOT
from local.stack.server import LocalAwsError

FOLDER = ROOT / "prebuilt"
#: Where the template finds the code.
BUCKET = "quilt-athena-prebuilt"
_TEMPLATE_KEY = "template.json"
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_POLL_SECONDS = 0.2
_POLLS_PER_REPORT = 5


def create_bucket(endpoint: str) -> None:
    """Create the bucket for the code, if it doesn't exist."""
    s3 = client("s3", endpoint)
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET)


def upload_template(template: bytes, endpoint: str) -> None:
    """Upload a template that refers to objects in `BUCKET`."""
    client("s3", endpoint).put_object(Bucket=BUCKET, Key=_TEMPLATE_KEY, Body=template)


def upload(folder: Path, endpoint: str) -> None:
    """Upload a folder that has a template, and the objects that it refers to."""
    s3 = client("s3", endpoint)
    for path in folder.rglob("*"):
        if path.is_file():
            s3.put_object(Bucket=BUCKET, Key=path.relative_to(folder).as_posix(), Body=path.read_bytes())


def create_stack(
    stack_name: str, parameters: Mapping[str, str], meanwhile: Callable[[], None], *, endpoint: str
) -> None:
    """Create a stack of the uploaded template, and call `meanwhile` repeatedly until it is complete.

    Raises LocalAwsError with CloudFormation's reason.
    """
    cloudformation = client("cloudformation", endpoint)
    try:
        cloudformation.create_stack(
            StackName=stack_name,
            TemplateURL=f"{endpoint}/{BUCKET}/{_TEMPLATE_KEY}",
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=_CAPABILITIES,
        )
    except ClientError as error:
        raise LocalAwsError(f"The stack {stack_name} could not be created: {error}") from error
    polls = 0
    while (status := _status(cloudformation, stack_name)).endswith("IN_PROGRESS"):
        polls += 1
        if polls % _POLLS_PER_REPORT == 0:
            meanwhile()
        time.sleep(_POLL_SECONDS)
    meanwhile()
    if status != "CREATE_COMPLETE":
        raise LocalAwsError(f"The stack {stack_name} is {status}:\n" + "\n".join(_reasons(cloudformation, stack_name)))


def _status(cloudformation: Any, stack_name: str) -> str:
    return str(cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"])


def _reasons(cloudformation: Any, stack_name: str) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
