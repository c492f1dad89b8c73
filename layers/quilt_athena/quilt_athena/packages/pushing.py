"""A revision of a package, pushed with quilt3. The only module that needs it; the function's environment keeps quilt3's
files below /tmp and its telemetry off (template.yaml).
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

from quilt_athena.errors import PackageRejected, ServiceUnavailableError
from quilt_athena.packages.contracts import shortened
from quilt_athena.packages.revisions import Manifest, write_revision
from quilt_athena.packages.rows import Entry
from quilt_athena.packages.s3_refusals import lasts

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from quilt_athena.packages.requests import Package

#: What quilt3 reads within the function's time, to hash objects that bring no hash.
MAX_HASHED_BYTES = 40 * 1024**3
# Of a refusal that quotes what it refuses; what is to be done has to fit a message too.
_MAX_QUOTED = 1500


@dataclass(frozen=True)
class Pushed:
    """A revision: new or mended (``created``), or the one that `latest` was already."""

    top_hash: str
    #: The name of its pointer, unix seconds.
    revision: str
    created: bool
    #: Entries that refer to other objects than those given, of the same contents.
    other_objects: int
    hashed_entries: int
    hashed_bytes: int


def push(s3: S3Client, request: Package, entries: Iterable[Entry]) -> Pushed:
    """Push the entries as a revision of the package that is requested, unless `latest` has the same top hash.

    No object is copied: entries keep their physical keys, in whatever bucket. quilt3 reads objects that bring no hash.
    Nothing is written before everything is hashed and the bucket's workflow is content. Where the manifest of this top
    hash is there, it stays, also if it refers to other objects.

    Raises:
        PackageRejected: quilt3, the workflow or S3 refuses it.
        ServiceUnavailableError: S3 throttled or failed, or another revision was pushed in the same second.
    """
    name = f"package {request.name} in s3://{request.bucket}"
    package = _Unwritten()
    if request.metadata is not None:
        package.set_meta(request.metadata)
    unhashed: list[Entry] = []
    with _explained(name, unhashed):
        for entry in entries:
            if entry.hash is None:
                unhashed.append(entry)
            physical_key = PhysicalKey.from_url(str(entry.physical_key))
            package.set(entry.logical_key, PackageEntry(physical_key, entry.size, entry.hash, entry.meta))
        hashed_bytes = sum(entry.size for entry in unhashed)
        if hashed_bytes > MAX_HASHED_BYTES:
            raise PackageRejected(
                f"{_named(unhashed)}, and {hashed_bytes:,} bytes to read to compute them, more than "
                f"{MAX_HASHED_BYTES:,}. Select the column hash, or fewer rows"
            )
        # Not push(), which lists all manifests of the bucket to print a short hash. Quilt's own service does the same.
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
    manifest = Manifest(prepared.to_be_written, count, prepared.find, prepared.text)
    with _explained(name, []):
        revision = write_revision(s3, request.bucket, request.name, manifest)
    return Pushed(
        manifest.top_hash, revision.pointer, revision.created, revision.other_objects, len(unhashed), hashed_bytes
    )


class _Unwritten(QuiltPackage):  # type: ignore[misc]  # quilt3 has no types
    """A package that quilt3 prepares and doesn't write: it would write over the manifest that is there."""

    to_be_written = ""

    def find(self, logical_key: str) -> PackageEntry | None:
        """The entry of a logical key, if there is one."""
        try:
            found = self[logical_key]
        except (KeyError, AttributeError):  # of a path below a file
            return None
        return found if isinstance(found, PackageEntry) else None

    def text(self) -> io.BytesIO:
        """The manifest."""
        file = io.BytesIO()
        self._dump(file)
        file.seek(0)
        return file

    def _push_manifest(self, *written: Any) -> None:
        _name, _registry, self.to_be_written = written

    def _validate_with_workflow(self, *, registry: Any, name: str, **more: Any) -> None:
        package = f"package {name} in s3://{registry.base.bucket}"
        file = registry.workflow_conf_pk
        try:
            super()._validate_with_workflow(registry=registry, name=name, **more)
        except QuiltException as error:
            cause = _cause(error)
            if cause is not None and not _lasts(cause):
                raise ServiceUnavailableError(f"{package}: its workflows can't be read now: {cause}") from error
            raise PackageRejected(
                f"{package}: its workflow refuses it: {shortened(str(error), _MAX_QUOTED)} Change the package, name "
                f"another Workflow, or mend {file}"
            ) from error
        except (re.error, ValueError, RecursionError, S3NoValidClientError) as error:
            # A pattern that is none, a file that isn't UTF-8 or may not be read: quilt3 doesn't look.
            raise PackageRejected(
                f"{package}: its workflow can't be used: {shortened(str(error), _MAX_QUOTED)}. Mend {file}, or the "
                "schema that it names; or name another Workflow"
            ) from error


@contextmanager
def _explained(name: str, unhashed: list[Entry]) -> Iterator[None]:
    """What quilt3 and S3 raise as our errors, which say whose object it is and what to do."""
    try:
        yield
    except QuiltException as error:
        cause = _cause(error)
        if cause is not None:
            raise _s3_error(name, unhashed, cause) from error
        raise PackageRejected(f"{name}: quilt3 refuses it: {shortened(str(error), _MAX_QUOTED)}") from error
    except (ClientError, BotoCoreError) as error:
        raise _s3_error(name, unhashed, error) from error
    except S3NoValidClientError as error:
        raise PackageRejected(
            f"{name}: {error}. {_named(unhashed)}, to be read to compute it: allow the stack to "
            "(parameter BucketNamePattern, the bucket's policy), or select the column hash"
            if unhashed
            else f"{name}: {error}"
        ) from error


def _cause(error: BaseException) -> ClientError | BotoCoreError | None:
    """The error of S3's or of the way to it that another error came of; quilt3 doesn't always say `from`."""
    while following := error.__cause__ or error.__context__:
        error = following
        if isinstance(error, (ClientError, BotoCoreError)):
            return error
    return None


def _lasts(error: ClientError | BotoCoreError) -> bool:
    return isinstance(error, ClientError) and lasts(error)


def _s3_error(name: str, unhashed: list[Entry], error: ClientError | BotoCoreError) -> Exception:
    if not isinstance(error, ClientError) or not lasts(error):
        return ServiceUnavailableError(f"{name}: {error}")
    if error.operation_name == "PutObject":
        return PackageRejected(
            f"{name}: it may not be written there: {error}. Packages are written to buckets of the parameter "
            "PackageBucketNamePattern; the policy of a bucket of another account must allow it too"
        )
    if unhashed:
        return PackageRejected(
            f"{name}: {_named(unhashed)}, and one that can't be read to compute it: {error}. Select the "
            "column hash, or leave out what is gone"
        )
    return PackageRejected(f"{name}: {error}")


def _named(entries: list[Entry]) -> str:
    first = ", ".join(entry.logical_key for entry in entries[:3])[:200]
    more = f" and {len(entries) - 3:,} more" if len(entries) > 3 else ""
    count = "1 entry" if len(entries) == 1 else f"{len(entries):,} entries"
    return f"{count} without a hash ({first}{more})"
