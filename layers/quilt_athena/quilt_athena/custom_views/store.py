"""The bucket with users' view files, and with the plans of executions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.custom_views.files import MAX_FILES, SUFFIX, ViewFile, check_file_size, parse_view_file
from quilt_athena.errors import InvalidViewFileError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

#: The prefix of view files in their bucket.
FILES_PREFIX = "views/"
_PLANS_PREFIX = "plans/"


@dataclass(frozen=True)
class ViewFiles:
    """The valid files; the reason for each invalid one, by file name; and the version of every file, by file name."""

    files: tuple[ViewFile, ...]
    invalid: dict[str, str]
    versions: dict[str, str]

    @property
    def invalid_names(self) -> frozenset[str]:
        """The names of the invalid files, without ``.sql``."""
        return frozenset(name.removesuffix(SUFFIX) for name in self.invalid)


@dataclass(frozen=True)
class ViewStore:
    """A stack's bucket for view files.

    Every method raises ``ServiceUnavailableError`` or ``ServiceRejectedError`` if S3 does not respond as expected.
    """

    s3: S3Client
    bucket: str

    def read(self) -> ViewFiles:
        """Read all files, in the order of their names."""
        files, invalid = [], {}
        listed = self.listed()
        for number, (name, found) in enumerate(listed.items()):
            try:
                if number >= MAX_FILES:
                    raise InvalidViewFileError(f"expected at most {MAX_FILES} files, and this one is beyond that")
                check_file_size(found["Size"])
                content = self.content(name)
                if content is None:
                    raise InvalidViewFileError("it was deleted while it was being read")
                files.append(parse_view_file(name, content))
            except InvalidViewFileError as error:
                invalid[name] = str(error)
        return ViewFiles(tuple(files), invalid, _versions(listed))

    def versions(self) -> dict[str, str]:
        """The current version of every file, as in ``ViewFiles``."""
        return _versions(self.listed())

    def listed(self) -> dict[str, ObjectTypeDef]:
        """The files directly below the prefix as S3 lists them, by name and in that order."""
        with calling("s3:ListBucket", self._location(FILES_PREFIX)):
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=FILES_PREFIX)
            objects = [found for page in pages for found in page.get("Contents", [])]
        files = {found["Key"].removeprefix(FILES_PREFIX): found for found in objects}
        return {name: found for name, found in files.items() if name.endswith(SUFFIX) and "/" not in name}

    def content(self, name: str) -> bytes | None:
        """The content of a file; None if it does not exist."""
        key = FILES_PREFIX + name
        with calling("s3:GetObject", self._location(key), expected=["NoSuchKey"]):
            return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return None

    def has_had_files(self) -> bool:
        """Whether there has ever been a file: the bucket is versioned, so deleted files are still visible."""
        with calling("s3:ListBucketVersions", self.bucket):
            page = self.s3.list_object_versions(Bucket=self.bucket, Prefix=FILES_PREFIX, MaxKeys=1)
        return bool(page.get("Versions") or page.get("DeleteMarkers"))

    def write_plan(self, name: str, plan: dict[str, Any]) -> None:
        """Store the plan of an execution."""
        with calling("s3:PutObject", self._location(_plan_key(name))):
            self.s3.put_object(Bucket=self.bucket, Key=_plan_key(name), Body=json.dumps(plan).encode())

    def read_plan(self, name: str) -> dict[str, Any]:
        """Read the plan of an execution."""
        with calling("s3:GetObject", self._location(_plan_key(name))):
            body = self.s3.get_object(Bucket=self.bucket, Key=_plan_key(name))["Body"].read()
        plan: dict[str, Any] = json.loads(body)
        return plan

    def _location(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"


def _plan_key(name: str) -> str:
    return f"{_PLANS_PREFIX}{name}.json"


def _versions(listed: Mapping[str, ObjectTypeDef]) -> dict[str, str]:
    return {name: found["ETag"] for name, found in listed.items()}
