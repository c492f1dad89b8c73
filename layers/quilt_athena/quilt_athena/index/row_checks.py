"""Comparing rows: whether the index has the lines of manifests, and each of them once.

ETags and sizes show that a manifest is in the index, not that its rows are what they should be: somebody else may have
written to the tables. So the daily comparison also copies manifests again (those that were indexed since the last one,
and some of the others), and compares the number and a checksum of their lines with the rows of the index. A pointer's
hash is compared with the pointer's ETag, which is the MD5 of the same text, unless S3 encrypted it with a key in KMS.
"""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from quilt_athena.index.jobs import Job, Phase
from quilt_athena.index.limits import IndexLimits
from quilt_athena.index.object_keys import manifest_key
from quilt_athena.index.pending import PendingObject
from quilt_athena.index.staging import Contents, Staging
from quilt_athena.query.csv_results import read_csv
from quilt_athena.runtime.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class RowChecks:
    """The check of rows in a comparison of a bucket."""

    s3: S3Client
    staging: Staging
    limits: IndexLimits

    def begin(self, job: Job, since: datetime | None) -> Job:
        """Stage manifests whose markers the job has listed: those indexed after ``since`` (UTC; None: all), and others.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: S3 does not respond as expected.
        """
        markers = read_csv(self.s3, job.results[0])
        next(markers, None)
        sampled = sample(markers, since, job.id, self.limits)
        objects = [PendingObject(job.buckets[0], manifest_key(tophash)) for tophash in sampled]
        # What cannot be read, or was deleted, is a difference between the listings, if it is one.
        manifests = self.staging.choose(objects, self.limits.bytes).manifests
        if not manifests:
            return job
        staged = self.staging.stage(job.id, Contents(manifests=manifests)).manifests
        return replace(job, phases=(Phase.CHECK_ROWS, *job.phases), manifests=len(staged))

    def succeed(self, job: Job, result: Mapping[str, Any]) -> Job:
        """The job after the check: the manifests that differ are replaced."""
        different = {(row["bucket"], row["tophash"]) for row in result["Rows"]}
        if not different:
            return job.then()
        logger.warning("rows differ", buckets=job.buckets, manifests=sorted(tophash for _, tophash in different))
        self.staging.write_replaced(job.id, different)
        return replace(job.then(Phase.REPLACE), differences=len(different))

    def finish(self, job: Job) -> None:
        """Delete what was staged."""
        if job.manifests:
            self.staging.delete(job.id)


def sample(markers: Iterable[list[str | None]], since: datetime | None, seed: str, limits: IndexLimits) -> list[str]:
    """The top hashes whose rows are checked, from rows of ``list_markers``; the same ones for the same ``seed``.

    As many as ``limits`` allow of those that were indexed after ``since``, or whose rows have no marker, and
    ``limits.sampled`` of the others.
    """
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    after = since.replace(tzinfo=None).isoformat(" ", "milliseconds") if since else ""
    changed: list[tuple[float, str]] = []
    others: list[tuple[float, str]] = []
    for tophash, _etag, _size, copies, indexed_at in markers:
        is_new = copies == "0" or (indexed_at or "") >= after
        kept, room = (changed, limits.objects) if is_new else (others, limits.sampled)
        heapq.heappush(kept, (chance.random(), tophash or ""))
        if len(kept) > room:
            heapq.heappop(kept)
    return [tophash for _, tophash in (*changed, *others)]


def doubtful_pointers(pointers: Iterable[list[str | None]], seed: str, limits: IndexLimits) -> list[str]:
    """Pointers whose hash may not be what the object with their ETag contains, at most ``limits.sampled``.

    From rows of ``list_pointers``, as these name them; the same ones for the same ``seed``.
    """
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    found = (
        (chance.random(), pointer or "")
        for pointer, tophash, etag in pointers
        if hashlib.md5((tophash or "").encode(), usedforsecurity=False).hexdigest() != etag
    )
    return [pointer for _, pointer in heapq.nlargest(limits.sampled, found)]
