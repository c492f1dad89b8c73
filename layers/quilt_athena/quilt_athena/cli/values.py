"""Values on the command line: query parameters and JSON objects."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import click


def parse_parameter(text: str) -> str | int | float | bool | None:
    """The value of ``--param``: a JSON number, boolean, null or string; any other text is a string as it is.

    ``5`` is a number, ``"5"`` (with the quotes) a string; ``.tiff``, ``[1]`` and ``007`` are strings.
    """
    try:
        value = _loads(text)
    except ValueError:
        return text
    if isinstance(value, (list, dict)):
        return text
    scalar: str | int | float | bool | None = value
    return scalar


def parse_object(text: str | None, option: str) -> dict[str, Any] | None:
    """The JSON object given to ``option``, or in the file named after ``@``.

    Raises:
        BadParameter: it isn't a JSON object, or the file can't be read.
    """
    if text is None:
        return None
    try:
        value = _loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"expected a JSON object, or @FILE with one: {error}", param_hint=option) from None
    if not isinstance(value, dict):
        raise click.BadParameter("expected a JSON object, e.g. '{\"Study\": 1}'", param_hint=option)
    return value


def _loads(text: str) -> Any:
    """Parse JSON without Python's extensions NaN and Infinity, which the stack would reject."""
    return json.loads(text, parse_constant=_reject, parse_float=_finite)


def _reject(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a double")
    return number
