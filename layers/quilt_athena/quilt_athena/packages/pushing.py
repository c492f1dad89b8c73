"""A revision of a package, pushed with quilt3. The only module that needs it; the function's environment keeps quilt3's
files below /tmp and its telemetry off (template.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from quilt3 import Package as QuiltPackage
from quilt3.data_transfer import S3NoValidClientError
from quilt3.packages import PackageEntry
from quilt3.util import PhysicalKey, QuiltException
from quilt3.workflows import WorkflowErrorBase

from quilt_athena.aws import calling
from quilt_athena.errors import PackageRejectedError, ServiceUnavailableError
from quilt_athena.packages.rows import Entry

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from quilt_athena.packages.requests import Package

#: What quilt3 reads within the function's time, to hash objects that bring no hash.
MAX_HASHED_BYTES = 40 * 1024**3

# S3's codes that say the caller has to change something; others may pass.
_REFUSED = frozenset(
    {
        "400", "403", "404", "AccessDenied", "AllAccessDisabled", "InvalidObjectState", "InvalidRange",
        "KMS.DisabledException", "KMS.NotFoundException", "MethodNotAllowed", "NoSuchBucket", "NoSuchKey",
        "NoSuchVersion",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Pushed:
    """A revision: new (``created``), or the one that `latest` was already."""

    top_hash: str
    #: The name of its pointer, unix seconds; None where a `latest` that was there has no other pointer.
    revision: str | None
    created: bool
    hashed_entries: int
    hashed_bytes: int


def push(s3: S3Client, request: Package, entries: Iterable[Entry]) -> Pushed:
    """Push the entries as a revision of the package that is requested, unless `latest` has the same top hash.

    No object is copied: entries keep their physical keys, in whatever bucket. quilt3 reads objects that bring no hash.
    Nothing is written before everything is hashed and the bucket's workflow is content.

    Raises:
        PackageRejectedError: quilt3, the workflow or S3 refuses it.
        ServiceUnavailableError: S3 throttled or failed.
    """
    package = QuiltPackage()
    if request.metadata is not None:
        package.set_meta(request.metadata)
    unhashed: list[Entry] = []
    with _explained(request, unhashed):
        for entry in entries:
            if entry.hash is None:
                unhashed.append(entry)
            physical_key = PhysicalKey.from_url(str(entry.physical_key))
            package.set(entry.logical_key, PackageEntry(physical_key, entry.size, entry.hash, entry.meta))
        hashed_bytes = sum(entry.size for entry in unhashed)
        if hashed_bytes > MAX_HASHED_BYTES:
            raise PackageRejectedError(
                f"{_named(unhashed)}, and {hashed_bytes:,} bytes to read to compute them, more than "
                f"{MAX_HASHED_BYTES:,}. Select the column hash, or fewer rows"
            )
        # Not push(), which lists all manifests of the bucket to print a short hash. Quilt's own service does the same.
        pushed = package._push(
            request.name,
            registry=f"s3://{request.bucket}",
            message=request.message,
            selector_fn=lambda *_: False,
            workflow=request.workflow if request.names_workflow else ...,
            print_info=False,
            force=True,
            dedupe=True,
        )
    # quilt3 gives the same package back where `latest` has its top hash.
    created = pushed is not package
    top_hash = pushed.top_hash
    revision = find_revision(s3, request.bucket, request.name, top_hash)
    return Pushed(top_hash, revision, created, len(unhashed), hashed_bytes)


def find_revision(s3: S3Client, bucket: str, name: str, top_hash: str) -> str | None:
    """The newest numeric pointer of a package to a manifest; None if there is none.

    Raises:
        ServiceUnavailableError: S3 throttled or failed, or the bucket may not be listed.
    """
    prefix = f".quilt/named_packages/{name}/"
    with calling("s3:ListObjectsV2", f"s3://{bucket}/{prefix}"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        found = [content["Key"].removeprefix(prefix) for page in pages for content in page.get("Contents", [])]
    for pointer in sorted((one for one in found if one.isascii() and one.isdigit()), key=int, reverse=True):
        with calling("s3:GetObject", f"s3://{bucket}/{prefix}{pointer}", expected=["NoSuchKey"]) as call:
            content = s3.get_object(Bucket=bucket, Key=prefix + pointer)["Body"].read()
        if not call.code and content.decode(errors="replace").strip() == top_hash:
            return pointer
    return None


@contextmanager
def _explained(request: Package, unhashed: list[Entry]) -> Iterator[None]:
    """What quilt3 raises as our errors, which say whose object it is and what to do."""
    name = f"package {request.name} in s3://{request.bucket}"
    try:
        yield
    except QuiltException as error:
        # Of a workflow that is required, or isn't there, quilt3 says so without an error of its own.
        if isinstance(error, WorkflowErrorBase) or "workflow" in str(error).lower():
            raise PackageRejectedError(
                f"{name}: its workflow refuses it: {error} Change the package, name another Workflow, or mend "
                f"s3://{request.bucket}/.quilt/workflows/config.yml"
            ) from error
        if isinstance(error.__cause__, (ClientError, BotoCoreError)):
            raise _s3_error(name, unhashed, error.__cause__) from error
        raise PackageRejectedError(f"{name}: quilt3 refuses it: {error}") from error
    except (ClientError, BotoCoreError) as error:
        raise _s3_error(name, unhashed, error) from error
    except S3NoValidClientError as error:
        raise PackageRejectedError(
            f"{name}: {error}. {_named(unhashed)}, to be read to compute it: allow the stack to "
            "(parameter BucketNamePattern, the bucket's policy), or select the column hash"
            if unhashed
            else f"{name}: {error}"
        ) from error


def _s3_error(name: str, unhashed: list[Entry], error: ClientError | BotoCoreError) -> Exception:
    if not isinstance(error, ClientError):
        return ServiceUnavailableError(f"{name}: {error}")
    code: Any = error.response.get("Error", {}).get("Code", "Unknown")
    if code not in _REFUSED:
        return ServiceUnavailableError(f"{name}: {error}")
    if error.operation_name == "PutObject":
        return PackageRejectedError(
            f"{name}: it may not be written there: {error}. Packages are written to buckets of the parameter "
            "PackageBucketNamePattern; the policy of a bucket of another account must allow it too"
        )
    if unhashed:
        return PackageRejectedError(
            f"{name}: {_named(unhashed)}, and one that can't be read to compute it: {error}. Select the "
            "column hash, or leave out what is gone"
        )
    return PackageRejectedError(f"{name}: {error}")


def _named(entries: list[Entry]) -> str:
    first = ", ".join(entry.logical_key for entry in entries[:3])[:200]
    more = f" and {len(entries) - 3:,} more" if len(entries) > 3 else ""
    count = "1 entry" if len(entries) == 1 else f"{len(entries):,} entries"
    return f"{count} without a hash ({first}{more})"
