"""The limits of what the index writer does at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class IndexLimits:
    """The size of a batch, and when the writer gives up."""

    #: Objects in a batch: a revision is a manifest, two pointers and, if `package-revision` reports it too, a package.
    objects: int = 4000
    #: The size of the manifests in a batch.
    bytes: int = 1024**3
    #: A statement writes at most 100 partitions, and the manifests of a bucket are in two.
    buckets: int = 50
    #: Manifests whose rows a comparison checks, besides those that are new.
    sampled: int = 100
    #: Statements of one job that may fail before its batch is divided.
    failures: int = 3
    #: By how much batches are divided beyond a single object, as a factor, before the writer gives up.
    single_failures: int = 16
    #: How often in a row a statement is repeated of which it is not known whether it runs: about an hour.
    waits: int = 20
    #: Rounds of one execution: its history holds 25,000 events.
    rounds: int = 500
    #: What bounds one round: the function's timeout is 900 seconds.
    mismatches: int = 1000


DEFAULT_LIMITS = IndexLimits()
