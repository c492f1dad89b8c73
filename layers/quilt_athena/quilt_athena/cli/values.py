"""Values on the command line: query parameters and JSON objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from quilt_athena.contracts.json_numbers import parse_finite


def parse_parameter(text: str) -> str | int | float | bool | None:
    """The value of ``--param``: a JSON number, boolean, null or string; any other text is a string as it is.

    ``5`` is a number, ``"5"`` (with the quotes) a string; ``.tiff``, ``[1]`` and ``007`` are strings.
    """
    try:
        value = parse_finite(text)
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
        value = parse_finite(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"expected a JSON object, or @FILE with one: {error}", param_hint=option) from None
    if not isinstance(value, dict):
        raise click.BadParameter("expected a JSON object, e.g. '{\"Study\": 1}'", param_hint=option)
    return value
