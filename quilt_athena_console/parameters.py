"""What is typed for the parameters of a query."""

from __future__ import annotations

import json
from collections.abc import Sequence

from quilt_athena.client import Parameter
from quilt_athena.client.saved_queries import parameter_count


def parse_parameter(text: str) -> Parameter:
    """A JSON number, boolean, null or string; any other text is a string as it is, as on the command line.

    ``5`` is a number, ``"5"`` (with the quotes) a string; ``.tiff``, ``[1]`` and ``007`` are strings.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, (list, dict)) else value


def parameter_names(sql: str, known: Sequence[str] = ()) -> Sequence[str]:
    """What the fields for a query's parameters are called: as in the saved query, if it still has as many."""
    count = parameter_count(sql)
    return known if len(known) == count else tuple(f"Parameter {number}" for number in range(1, count + 1))
