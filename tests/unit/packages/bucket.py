"""A bucket with objects and packages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

SHA = "ab" * 32


def row(key: str = "a.tiff", **values: Any) -> dict[str, Any]:
    """A row of an objects view, as in a query result."""
    return {
        "logical_key": key,
        "physical_key": f"s3://packages/raw/{key}?versionId=v1",
        "size": "5",
        "hash": f"{{type=SHA256, value={SHA}}}",
        "meta": '{"user_meta":{"cellindex":["5"]}}',
        **values,
    }


def line(key: str = "a.tiff", **values: Any) -> dict[str, Any]:
    """The line of a manifest that becomes `row`."""
    return {
        "logical_key": key,
        "physical_keys": [f"s3://packages/raw/{key}?versionId=v1"],
        "size": 5,
        "hash": {"type": "SHA256", "value": SHA},
        "meta": {"user_meta": {"CellIndex": ["5"]}},
        **values,
    }


def s3_error(code: str, status: int, operation: str = "PutObject") -> ClientError:
    """The error that boto3 raises for an error response of S3."""
    response: Any = {
        "Error": {"Code": code, "Message": "failed by the test"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


@dataclass(frozen=True)
class Bucket:
    """A bucket."""

    s3: Any
    name: str

    @classmethod
    def create(cls, s3: Any, name: str) -> Bucket:
        """Create it, with versioning."""
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return cls(s3, name)

    def put(self, key: str, content: bytes | str) -> str:
        """Write an object. Returns its URL with its version."""
        body = content.encode() if isinstance(content, str) else content
        version = self.s3.put_object(Bucket=self.name, Key=key, Body=body)["VersionId"]
        return f"s3://{self.name}/{key}?versionId={version}"

    def manifest(self, *lines: Any) -> str:
        """Write a manifest with a header and these lines (text as it is). Returns its top hash."""
        texts = [one if isinstance(one, str) else json.dumps(one) for one in ({"version": "v0"}, *lines)]
        text = "\n".join(texts) + "\n"
        top_hash = hashlib.sha256(text.encode()).hexdigest()
        self.put(f".quilt/packages/{top_hash}", text)
        return top_hash

    def fail(self, operation: str, error: Exception, key: str = "") -> None:
        """Make an operation of this client fail from now on, for keys that contain ``key``."""

        def fail(params: dict[str, Any], **_: Any) -> None:
            if key in params["url_path"]:
                raise error

        self.s3.meta.events.register(f"before-call.s3.{operation}", fail)

    def object_keys(self, prefix: str = ".quilt/") -> list[str]:
        """The keys of the objects with a prefix."""
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=self.name, Prefix=prefix).get("Contents", [])]

    def read(self, key: str) -> str:
        """An object's text."""
        body: bytes = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return body.decode()

    def entries(self, top_hash: str) -> list[dict[str, Any]]:
        """The lines of a manifest, with the header first."""
        return [json.loads(one) for one in self.read(f".quilt/packages/{top_hash}").splitlines()]
