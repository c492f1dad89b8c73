"""What a test does with the stack on a local AWS."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from quilt_athena.client import QuiltAthena
from quilt_athena.registration.registration import BucketState

_SECONDS = 120.0
_PAGE = 1000


class Stack:
    """The stack on a local AWS, and the buckets of one test, which ``reset`` deletes."""

    def __init__(self, endpoint: str, environment: Mapping[str, str], outputs: Mapping[str, str]) -> None:
        """Refer to a stack that runs (the attributes of a ``Server``), and note its buckets."""
        self.endpoint = endpoint
        self.environment = environment
        self.outputs = outputs
        self._session: Any = boto3.Session(  # boto3's stubs know clients by literal names only
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_REGION"],
        )
        self._buckets_before = self._buckets()

    @cached_property
    def athena(self) -> QuiltAthena:
        """The Python client of the stack."""
        return QuiltAthena(session=self._session, endpoint_url=self.endpoint, outputs=self.outputs)

    def client(self, service: str) -> Any:
        """A boto3 client of a service, such as ``s3``."""
        # Otherwise StartSyncExecution goes to the host sync-127.0.0.1.
        config = Config(inject_host_prefix=False, proxies={})
        return self._session.client(service, endpoint_url=self.endpoint, config=config)

    def register(self, bucket: str) -> None:
        """Create a bucket unless it exists, register it, and wait for its tables and views.

        Raises:
            RuntimeError: it could not be registered, for the reason in the message.
        """
        if bucket not in self._buckets():
            self._s3.create_bucket(Bucket=bucket)
        (outcome,) = self.athena.buckets.register([bucket], timeout_seconds=_SECONDS)
        if outcome.problem:
            raise RuntimeError(f"bucket {bucket} was not registered: {outcome.problem}")

    def reset(self) -> None:
        """Remove the registered buckets, and delete the buckets that were created since this object was."""
        registered = [entry.bucket for entry in self.athena.buckets.list() if entry.state is BucketState.REGISTERED]
        if registered:
            self.athena.buckets.remove(registered, timeout_seconds=_SECONDS)
        for bucket in self._buckets() - self._buckets_before:
            self._delete(bucket)

    def _delete(self, bucket: str) -> None:
        pages = self._s3.get_paginator("list_object_versions").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": _PAGE}
        )
        for page in pages:
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in found]
            if objects:
                self._s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
        self._s3.delete_bucket(Bucket=bucket)

    def _buckets(self) -> set[str]:
        return {bucket["Name"] for bucket in self._s3.list_buckets()["Buckets"]}

    @cached_property
    def _s3(self) -> Any:
        return self.client("s3")
