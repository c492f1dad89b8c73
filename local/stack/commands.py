"""Commands to try with the served stack, to be pasted into a shell after the exports."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

BUCKET = "my-bucket"
PACKAGE = "first"

# Double quotes only, because the shell gets the code in single quotes.
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
    """Shell commands that point AWS clients at the stack."""
    return [f"export {name}={quote(value)}" for name, value in settings.items()]


def to_try(stack_name: str) -> list[tuple[str, str]]:
    """Three commands with their descriptions: push a package, register its bucket, query it."""
    view = f"{BUCKET.replace('-', '_')}_quilt_objects_view"
    sql = f"SELECT logical_key, size, user_meta FROM {view} WHERE name = ?"  # noqa: S608 - built from constants
    request = json.dumps({"QueryString": sql, "Parameters": [PACKAGE]})
    invoke = f"{_program('sam')} remote invoke QueryStateMachine --stack-name {stack_name} --event"
    return [
        ("Push a package to a new bucket", _python(_PUSH)),
        ("Register the bucket, which creates its tables and views", _python(_REGISTER)),
        ("Run a query with the query state machine", f"SAM_CLI_TELEMETRY=0 {invoke} {quote(request)}"),
    ]


def _python(code: str) -> str:
    return f"{_program('python')} -W ignore -c {quote('; '.join(code.strip().splitlines()))}"


def _program(name: str) -> str:
    """The program next to the running Python, as a relative path if that is shorter."""
    path = Path(sys.executable).parent / name
    relative = os.path.relpath(path)
    return quote(relative if len(relative) < len(str(path)) else str(path))
