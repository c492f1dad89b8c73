"""How much one execution of the views state machine does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ViewLimits:
    """The limits of an execution and of each of its rounds."""

    #: Views that one execution creates.
    views: int = 1000
    #: Statements that one execution attempts. Its history holds 25,000 events, of which a statement takes ten.
    statements: int = 2000
    #: What a round takes of the history, in statements.
    statements_for_a_round: int = 3
    #: Plans that one execution makes, if files or buckets keep changing.
    plans: int = 4
    #: Statements of one round, and their bytes: Step Functions carries 256 KiB.
    round_statements: int = 40
    round_bytes: int = 100_000
    #: Statements that wait to be repeated, which every round carries.
    waiting: int = 300
    #: A file that Athena has rejected for this many buckets, and accepted for none, is not tried for further buckets.
    rejections: int = 20
    #: Bytes of one statement. Athena accepts 262,144 bytes per query, and a round has to carry the statement as JSON.
    statement_bytes: int = 120_000
    #: Attempts to create a view for which Athena has no capacity.
    tries: int = 6
    #: Seconds before the second attempt, doubled for each further one, and the maximum.
    first_wait: int = 15
    longest_wait: int = 240


DEFAULT_LIMITS = ViewLimits()
