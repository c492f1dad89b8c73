"""How much work one refresh does. Nobody should have to tune these; tests pass others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RefreshLimits:
    """What one refresh does at most."""

    #: Registered buckets that are looked up in S3, chosen at random if there are more: an hourly refresh sees each of
    #: 10,000 buckets twice a day. A call takes about 20 ms, so 1,000 of them take seconds.
    existence_checks: int = 1000
    #: Buckets whose views are checked, those that were changed first: Athena bills at least 10 MB for each, and a Map
    #: state carries the queries of 100 within 256 KiB. The others are checked by the next refresh.
    view_checks: int = 100
    #: How many of them are unchanged buckets, chosen at random: enough to notice what breaks all views at once.
    sampled_view_checks: int = 2
    #: Buckets that are worked on at the same time: enough to keep the function's processor busy while calls wait, few
    #: enough that Glue and S3 do not throttle the functions that process events.
    workers: int = 4
