"""Delays before retries: exponential, and random so that clients that failed together do not retry together.

boto3 retries single calls by itself (``quilt_athena.aws.clients``); this is for what it does not retry.
"""

from __future__ import annotations

import math
import random
from typing import Protocol


class Chance(Protocol):
    """A source of random numbers, such as the module ``random``."""

    def uniform(self, a: float, b: float, /) -> float:
        """A random number between two."""


def retry_delay(
    retry: int,
    *,
    first: float,
    longest: float = math.inf,
    chance: Chance = random,
) -> float:
    """The seconds to wait before a retry.

    Args:
        retry: the number of the retry, from 1.
        first: the longest delay before the first retry, in seconds; it doubles with each retry.
        longest: the maximum of all delays.
        chance: chooses the delay, between half of the longest one and all of it.
    """
    delay = min(longest, first * 2 ** (retry - 1))
    return chance.uniform(delay / 2, delay)
