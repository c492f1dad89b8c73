"""Parameters of a query as people type them."""

from __future__ import annotations

import json
import math
from typing import Any


def parse_parameter(text: str) -> str | int | float | bool | None:
    """The value of ``--param``: a JSON number, boolean, null or string; anything else is a string as it stands.

    ``5`` is a number, ``"5"`` (with the quotes) a string, ``.tiff`` and ``[1]`` and ``007`` are strings.
    """
    try:
        value: Any = json.loads(text, parse_constant=_refuse)
    except ValueError:
        return text
    if isinstance(value, (list, dict)) or (isinstance(value, float) and not math.isfinite(value)):
        return text
    scalar: str | int | float | bool | None = value
    return scalar


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
