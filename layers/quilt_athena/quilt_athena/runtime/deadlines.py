"""How long a function may still run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def has_more_than(seconds: float, context: LambdaContext) -> Callable[[], bool]:
    """A check of whether more than ``seconds`` are left before Lambda ends this invocation."""
    return lambda: context.get_remaining_time_in_millis() > seconds * 1000
