"""A revision of a package, pushed with quilt3.

No other module imports quilt3. The function's environment keeps its files below /tmp and disables its telemetry
(template.yaml).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from quilt3 import Package as QuiltPackage
from quilt3.data_transfer import S3NoValidClientError
from quilt3.packages import PackageEntry
from quilt3.util import PhysicalKey, QuiltException

from quilt_athena.contracts.limits import without_middle
from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages.entries import Entry
from quilt_athena.packages.revisions import Manifest, write_revision
from quilt_athena.packages.s3_errors import is_permanent

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from quilt_athena.packages.requests import Package

#: What quilt3 can read within the function's timeout, to hash objects without a hash.
MAX_HASHED_BYTES = 40 * 1024**3
# Of an error that quotes the package; the message also has to hold what to do.
_MAX_QUOTED = 1500


@dataclass(frozen=True)
class PushedRevision:
    """A revision: new or repaired (``created``), or the one to which `latest` already referred."""

    top_hash: str
    #: The name of its pointer, in Unix seconds.
    revision: str
    created: bool
    #: Entries that refer to other objects than given, with the same content.
    other_objects: int
    hashed_entries: int
    hashed_bytes: int


def push_revision(s3: S3Client, request: Package, entries: Iterable[Entry]) -> PushedRevision:
    """Push entries as a revision of the requested package, unless `latest` already has their top hash.

    No object is copied: entries keep their physical keys, in any bucket. quilt3 reads objects without a hash. Nothing
    is written before everything is hashed and the bucket's workflow accepts the package. An existing manifest with the
    same top hash is kept, even if it refers to other objects.

    Raises:
        PackageRejected: quilt3, the workflow or S3 rejects the package.
        ServiceUnavailableError: S3 throttled or failed, or another revision was pushed in the same second.
    """
    name = f"package {request.name} in s3://{request.bucket}"
    package = _PreparedPackage()
    if request.metadata is not None:
        package.set_meta(request.metadata)
    unhashed: list[Entry] = []
    with _named_errors(name, unhashed):
        for entry in entries:
            if entry.hash is None:
                unhashed.append(entry)
            physical_key = PhysicalKey.from_url(str(entry.physical_key))
            package.set(entry.logical_key, PackageEntry(physical_key, entry.size, entry.hash, entry.meta))
        hashed_bytes = sum(entry.size for entry in unhashed)
        if hashed_bytes > MAX_HASHED_BYTES:
            raise PackageRejected(
                f"{_listed(unhashed)}: expected at most {MAX_HASHED_BYTES:,} bytes to hash, got {hashed_bytes:,}. "
                "Select the column hash, or fewer rows"
            )
        # Not push(), which lists all manifests of the bucket to print a short hash. Quilt's own service uses _push.
        prepared = package._push(
            request.name,
            registry=f"s3://{request.bucket}",
            message=request.message,
            selector_fn=lambda *_: False,
            workflow=request.workflow if request.names_workflow else ...,
            print_info=False,
            force=True,
            dedupe=False,
        )
    count = sum(1 for _ in prepared.walk())
    manifest = Manifest(prepared.prepared_top_hash, count, prepared.find, prepared.text)
    with _named_errors(name, []):
        revision = write_revision(s3, request.bucket, request.name, manifest)
    return PushedRevision(
        manifest.top_hash, revision.pointer, revision.created, revision.other_objects, len(unhashed), hashed_bytes
    )


class _PreparedPackage(QuiltPackage):  # type: ignore[misc]  # quilt3 has no types
    """A package that quilt3 prepares and does not write, because it would overwrite an existing manifest."""

    prepared_top_hash = ""

    def find(self, logical_key: str) -> PackageEntry | None:
        """The entry of a logical key, if there is one."""
        try:
            found = self[logical_key]
        except (KeyError, AttributeError):  # AttributeError: a path below a file
            return None
        return found if isinstance(found, PackageEntry) else None

    def text(self) -> io.BytesIO:
        """The text of the manifest."""
        file = io.BytesIO()
        self._dump(file)
        file.seek(0)
        return file

    def _push_manifest(self, *arguments: Any) -> None:
        _name, _registry, self.prepared_top_hash = arguments

    def _validate_with_workflow(self, *, registry: Any, name: str, **others: Any) -> None:
        package = f"package {name} in s3://{registry.base.bucket}"
        file = registry.workflow_conf_pk
        try:
            super()._validate_with_workflow(registry=registry, name=name, **others)
        except QuiltException as error:
            cause = _s3_cause(error)
            if cause is not None and not _is_permanent(cause):
                raise ServiceUnavailableError(
                    f"{package}: its workflows cannot be read at the moment: {cause}"
                ) from error
            raise PackageRejected(
                f"{package}: its workflow rejects it: {without_middle(str(error), _MAX_QUOTED)} Change the package, "
                f"name another Workflow, or correct {file}"
            ) from error
        except (re.error, ValueError, RecursionError, S3NoValidClientError) as error:
            # An invalid pattern, or a file that is not UTF-8 or must not be read, which quilt3 does not check.
            raise PackageRejected(
                f"{package}: its workflow is invalid: {without_middle(str(error), _MAX_QUOTED)}. Correct {file} or the "
                "schema that it refers to, or name another Workflow"
            ) from error


@contextmanager
def _named_errors(name: str, unhashed: list[Entry]) -> Iterator[None]:
    """Turn errors of quilt3 and S3 into quilt-athena's, with the package and what to do."""
    try:
        yield
    except QuiltException as error:
        cause = _s3_cause(error)
        if cause is not None:
            raise _s3_error(name, unhashed, cause) from error
        raise PackageRejected(f"{name}: quilt3 rejects it: {without_middle(str(error), _MAX_QUOTED)}") from error
    except (ClientError, BotoCoreError) as error:
        raise _s3_error(name, unhashed, error) from error
    except S3NoValidClientError as error:
        raise PackageRejected(
            f"{name}: {error}. {_listed(unhashed)}: give the stack access to read the objects (parameter "
            "BucketNamePattern, the bucket's policy), or select the column hash"
            if unhashed
            else f"{name}: {error}"
        ) from error


def _s3_cause(error: BaseException) -> ClientError | BotoCoreError | None:
    """The error of S3 or of the connection that caused an error; quilt3 does not always chain them with `from`."""
    while following := error.__cause__ or error.__context__:
        error = following
        if isinstance(error, (ClientError, BotoCoreError)):
            return error
    return None


def _is_permanent(error: ClientError | BotoCoreError) -> bool:
    return isinstance(error, ClientError) and is_permanent(error)


def _s3_error(name: str, unhashed: list[Entry], error: ClientError | BotoCoreError) -> Exception:
    if not isinstance(error, ClientError) or not is_permanent(error):
        return ServiceUnavailableError(f"{name}: {error}")
    if error.operation_name == "PutObject":
        return PackageRejected(
            f"{name}: the stack may not write it there: {error}. The bucket's name must match the parameter "
            "PackageBucketNamePattern, and in another account the bucket's policy must allow it, too"
        )
    if unhashed:
        return PackageRejected(
            f"{name}: {_listed(unhashed)}, of which one cannot be read to compute it: {error}. Select the "
            "column hash, or leave out objects that no longer exist"
        )
    return PackageRejected(f"{name}: {error}")


def _listed(entries: list[Entry]) -> str:
    first = ", ".join(entry.logical_key for entry in entries[:3])[:200]
    more = f" and {len(entries) - 3:,} more" if len(entries) > 3 else ""
    count = "1 entry" if len(entries) == 1 else f"{len(entries):,} entries"
    return f"{count} without a hash ({first}{more})"
