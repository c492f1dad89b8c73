"""Package requests, validated before their query is paid for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.packages.requests import check_package_bucket, parse_package_request, query_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class PackagePreparer:
    """Validates package requests; ``stack_buckets`` are the stack's own, in which no package may be."""

    s3: S3Client
    stack_buckets: Collection[str]

    def prepare(self, request: Any) -> dict[str, Any]:
        """The query request to run, as ``Query``.

        Raises:
            InvalidRequest: the request breaks its contract, or its bucket cannot be used.
            ServiceUnavailableError: S3 throttled the call or failed.
        """
        check_package_bucket(self.s3, parse_package_request(request).package.bucket, self.stack_buckets)
        return {"Query": query_of(request)}
