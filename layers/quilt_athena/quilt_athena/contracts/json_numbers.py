"""Numbers in JSON: which ones every reader keeps exactly, and how text with other ones is read.

JSON itself limits nothing (RFC 8259, section 6), but most readers, Step Functions' included, hold each number in a
double: whole numbers beyond ±(2^53 - 1) lose digits. NaN and the infinities do not exist in JSON, though Python's
``json`` reads and writes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn

from quilt_athena.contracts.nesting import NESTING_PROBLEM, deep_field_of_text

#: The largest whole number that no JSON reader changes.
MAX_SAFE_INTEGER = 2**53 - 1


def number_problem(value: object) -> str | None:
    """What is wrong with ``value`` if it is a number that JSON cannot carry exactly; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
        return "expected a whole number within ±(2^53 - 1): larger numbers lose digits in JSON"
    if isinstance(value, float) and not math.isfinite(value):
        return f"expected a finite number, got {value}: JSON has no NaN or Infinity"
    return None


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"expected a finite number, got {constant}")


def parse_finite(text: str, constant: Callable[[str], Any] = _reject) -> Any:
    """The value of JSON text without numbers that a double cannot hold.

    ``constant`` gives the value of ``NaN``, ``Infinity`` and ``-Infinity``; by default they are errors.

    Raises:
        ValueError: ``text`` is not such JSON, or is nested more deeply than ``MAX_NESTING``.
    """
    if deep_field_of_text(text) is not None:
        raise ValueError(NESTING_PROBLEM)
    return json.loads(text, parse_constant=constant, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"expected a number that a double can hold, got {text[:40]}")
    return number
