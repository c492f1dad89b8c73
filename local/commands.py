"""Commands to try against the served stack, as one pastes them into a shell after the exports."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

BUCKET = "my-bucket"
PACKAGE = "examples/first"


def exports(settings: Mapping[str, str]) -> list[str]:
    """Shell lines that lead AWS clients to the stack."""
    return [f"export {name}={quote(value)}" for name, value in settings.items()]


def to_try(stack_name: str) -> list[tuple[str, str]]:
    """Three commands, each with what it does: push a package, register its bucket, ask what is in it."""
    push = (
        "import boto3, quilt3; "
        f"boto3.client('s3').create_bucket(Bucket='{BUCKET}'); "
        "package = quilt3.Package(); package.set_meta({'project': 'first steps'}); "
        "package.set('hello.json', {'hello': 'world'}, meta={'color': 'red'}); "
        f"package.push('{PACKAGE}', registry='s3://{BUCKET}', force=True)"
    )
    event = {
        "Source": "quilt-athena",
        "DetailType": "bucket-registration",
        "Resources": [f"arn:aws:s3:::{BUCKET}"],
        "Detail": json.dumps({"version": "0.1", "type": "added", "bucket": BUCKET}),
    }
    register = f"import boto3; print(boto3.client('events').put_events(Entries=[{event!r}]))"
    table = f"{BUCKET.replace('-', '_')}_quilt_objects_view"
    sql = f"SELECT logical_key, size, user_meta FROM {table} WHERE name = ?"  # noqa: S608 - all of it is from here
    question = {"QueryString": sql, "Parameters": [PACKAGE.partition("/")[2]]}
    ask = f"remote invoke QueryExpressStateMachine --stack-name {stack_name} --output json --event"
    python, sam = _program("python"), _program("sam")
    return [
        ("Push a package to a bucket", f"{python} -c {quote(push)}"),
        ("Register the bucket, which gives it tables and views", f"{python} -c {quote(register)}"),
        ("Ask a question through the query state machine", f"{sam} {ask} {quote(json.dumps(question))}"),
    ]


def _program(name: str) -> str:
    """The program beside the Python that runs this, as short as the current folder allows."""
    path = Path(sys.executable).parent / name
    relative = os.path.relpath(path)
    return quote(relative if len(relative) < len(str(path)) else str(path))
