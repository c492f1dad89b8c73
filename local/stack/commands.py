"""Commands to try against the served stack, as one pastes them into a shell after the exports."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

BUCKET = "my-bucket"
PACKAGE = "first"

# Python in double quotes only, so that the shell takes it in single ones.
_PUSH = f"""
import boto3, quilt3
boto3.client("s3").create_bucket(Bucket="{BUCKET}")
package = quilt3.Package().set("hello.json", {{"hello": "world"}}, meta={{"color": "red"}})
package.push("examples/{PACKAGE}", registry="s3://{BUCKET}", force=True)
"""
_REGISTER = f"""
import boto3, json
detail = json.dumps({{"version": "0.1", "type": "added", "bucket": "{BUCKET}"}})
event = {{"Source": "quilt-athena", "DetailType": "bucket-registration", "Detail": detail}}
print(boto3.client("events").put_events(Entries=[event])["Entries"])
"""


def exports(settings: Mapping[str, str]) -> list[str]:
    """Shell lines that lead AWS clients to the stack."""
    return [f"export {name}={quote(value)}" for name, value in settings.items()]


def to_try(stack_name: str) -> list[tuple[str, str]]:
    """Three commands, each with what it does: push a package, register its bucket, ask what is in it."""
    view = f"{BUCKET.replace('-', '_')}_quilt_objects_view"
    sql = f"SELECT logical_key, size, user_meta FROM {view} WHERE name = ?"  # noqa: S608 - all of it is from here
    question = json.dumps({"QueryString": sql, "Parameters": [PACKAGE]})
    ask = f"{_program('sam')} remote invoke QueryStateMachine --stack-name {stack_name} --event"
    return [
        ("Push a package to a new bucket", _python(_PUSH)),
        ("Register the bucket, which gives it tables and views", _python(_REGISTER)),
        ("Ask a question through the query state machine", f"SAM_CLI_TELEMETRY=0 {ask} {quote(question)}"),
    ]


def _python(code: str) -> str:
    return f"{_program('python')} -W ignore -c {quote('; '.join(code.strip().splitlines()))}"


def _program(name: str) -> str:
    """The program beside the Python that runs this, as short as the current folder allows."""
    path = Path(sys.executable).parent / name
    relative = os.path.relpath(path)
    return quote(relative if len(relative) < len(str(path)) else str(path))
