"""What the stack relies on in S3."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from verification.aws import Aws, error_code
from verification.check import check
from verification.expectations import Matching


@check(
    "s3-put-once",
    claim="PutObject with `If-None-Match: *` writes a new object, and fails where one exists.",
    expected={"new": "none", "existing": "PreconditionFailed", "content": "first"},
    relied_on="layers/quilt_athena/quilt_athena/packages/revisions.py; docs/decisions.md, 37",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html",
)
def put_once(aws: Aws) -> Any:
    """Writes an object twice, and reads it."""
    s3, target = aws.client("s3"), {"Bucket": aws.lines, "Key": "conditional"}
    return {
        "new": error_code(lambda: s3.put_object(**target, Body=b"first", IfNoneMatch="*")),
        "existing": error_code(lambda: s3.put_object(**target, Body=b"second", IfNoneMatch="*")),
        "content": s3.get_object(**target)["Body"].read().decode(),
    }


@check(
    "s3-read-one-version",
    claim="GetObject with `If-Match` fails once the object was overwritten, also for a range of bytes.",
    expected={"before": "none", "after": "PreconditionFailed"},
    relied_on="layers/quilt_athena/quilt_athena/aws/s3.py; docs/decisions.md, 47",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
)
def read_one_version(aws: Aws) -> Any:
    """Reads a range of an object, overwrites it, and reads another range with the old ETag."""
    s3, target = aws.client("s3"), {"Bucket": aws.lines, "Key": "ranges"}
    etag = s3.put_object(**target, Body=b"0123456789")["ETag"]
    before = error_code(lambda: s3.get_object(**target, Range="bytes=0-4", IfMatch=etag))
    s3.put_object(**target, Body=b"abcdefghij")
    after = error_code(lambda: s3.get_object(**target, Range="bytes=5-9", IfMatch=etag))
    return {"before": before, "after": after}


@check(
    "s3-bucket-missing",
    claim="HeadBucket responds 404 for a bucket that doesn't exist.",
    expected={"status": 404},
    relied_on="layers/quilt_athena/quilt_athena/registration/registrar.py; docs/decisions.md, 14 and 29",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html",
)
def bucket_missing(aws: Aws) -> Any:
    """Looks for a bucket that the run has not created."""
    try:
        aws.client("s3").head_bucket(Bucket=aws.run.bucket("missing"))
    except ClientError as error:
        return {"status": error.response["ResponseMetadata"]["HTTPStatusCode"]}
    return {"status": 200}


@check(
    "package",
    claim="The package state machine creates a package in Lambda with quilt3; the same rows create no other.",
    expected={
        "status": "SUCCEEDED", "entries": 4, "top hash": Matching("^[0-9a-f]{64}$", "0" * 64),
        "pointer": "the same hash", "created again": False,
    },
    relied_on="layers/quilt_package; docs/decisions.md, 36 and 37",
    source="concluded from the facts above, and from quilt3's code",
)  # fmt: skip
def package(aws: Aws) -> Any:
    """Makes a package of four files twice, and reads the pointer `latest`."""
    view = aws.table(aws.cells, "objects_view")
    sql = f"""SELECT logical_key, physical_key, "size", hash, tophash FROM {view} WHERE name = 'cells'
        AND "timestamp" = 'latest' AND logical_key LIKE 'plate-1/well-A1/%.tiff'"""
    request = {
        "Query": {"QueryString": sql},
        "Package": {"Bucket": aws.cells, "Name": "check/tiffs", "Message": "Check"},
    }
    first, second = (aws.execute("PackageStateMachineArn", request) for _ in range(2))
    if first.output is None or second.output is None:
        return {"status": f"{first.error}: {first.cause.get('Message')}"}
    result, again = json.loads(first.output), json.loads(second.output)
    pointer = aws.read(f"s3://{aws.cells}/.quilt/named_packages/check/tiffs/latest").decode()
    return {
        "status": first.status,
        "entries": result["Entries"],
        "top hash": result["TopHash"],
        "pointer": "the same hash" if pointer == result["TopHash"] else pointer,
        "created again": again["Created"],
    }
