"""The bucket of users' view files, and of the plans of executions that are made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.custom_views.files import MAX_FILES, SUFFIX, ViewFile, check_size, parse_view_file
from quilt_athena.errors import InvalidViewFileError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

#: Where the files lie in their bucket.
FILES_PREFIX = "views/"
_PLANS_PREFIX = "plans/"


@dataclass(frozen=True)
class ViewFiles:
    """Those that are right, and of the others (by file name) what is wrong.

    ``versions`` tells whether the files of that name are the same some time later, for all of them.
    """

    files: tuple[ViewFile, ...]
    wrong: dict[str, str]
    versions: dict[str, str]

    @property
    def wrong_names(self) -> frozenset[str]:
        """The names of the wrong ones, without ``.sql``."""
        return frozenset(name.removesuffix(SUFFIX) for name in self.wrong)


@dataclass(frozen=True)
class ViewStore:
    """One stack's bucket of them."""

    s3: S3Client
    bucket: str

    def read(self) -> ViewFiles:
        """All files, in the order of their names.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: S3 doesn't give them, or not now.
        """
        files, wrong = [], {}
        listed = self.listed()
        for number, (name, found) in enumerate(listed.items()):
            try:
                if number >= MAX_FILES:
                    raise InvalidViewFileError(f"expected at most {MAX_FILES} files: this is one more")
                check_size(found["Size"])
                content = self.content(name)
                if content is None:
                    raise InvalidViewFileError("it was removed while it was read")
                files.append(parse_view_file(name, content))
            except InvalidViewFileError as error:
                wrong[name] = str(error)
        return ViewFiles(tuple(files), wrong, _versions(listed))

    def versions(self) -> dict[str, str]:
        """Those of ``read``, now.

        Raises: as ``read``.
        """
        return _versions(self.listed())

    def listed(self) -> dict[str, ObjectTypeDef]:
        """What S3 says of the files right below the prefix, by their names, in that order.

        Raises: as ``read``.
        """
        with calling("s3:ListBucket", self._location(FILES_PREFIX)):
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=FILES_PREFIX)
            objects = [found for page in pages for found in page.get("Contents", [])]
        files = {found["Key"].removeprefix(FILES_PREFIX): found for found in objects}
        return {name: found for name, found in files.items() if name.endswith(SUFFIX) and "/" not in name}

    def content(self, name: str) -> bytes | None:
        """What is in a file; None if it is gone.

        Raises: as ``read``.
        """
        key = FILES_PREFIX + name
        with calling("s3:GetObject", self._location(key), expected=["NoSuchKey"]):
            return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return None

    def has_had_files(self) -> bool:
        """Whether there ever was one: the bucket keeps versions, so that a file that is gone still shows.

        Raises: as ``read``.
        """
        with calling("s3:ListBucketVersions", self.bucket):
            page = self.s3.list_object_versions(Bucket=self.bucket, Prefix=FILES_PREFIX, MaxKeys=1)
        return bool(page.get("Versions") or page.get("DeleteMarkers"))

    def keep_plan(self, name: str, plan: dict[str, Any]) -> None:
        """Write down what an execution is to do.

        Raises: as ``read``.
        """
        with calling("s3:PutObject", self._location(_plan_key(name))):
            self.s3.put_object(Bucket=self.bucket, Key=_plan_key(name), Body=json.dumps(plan).encode())

    def plan(self, name: str) -> dict[str, Any]:
        """What was written down.

        Raises: as ``read``.
        """
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
