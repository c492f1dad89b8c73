"""SQL divided into tokens, as far as checking and filling in a view file requires."""

from __future__ import annotations

import re

#: Comments, strings and quoted names are one token each, as in Trino, and so is a placeholder. A comment or a quote
#: without an end is one token with all that follows it, so that only one search for an end can fail: reading a file
#: takes time in proportion to its size.
TOKEN = re.compile(
    r"(?P<comment>--[^\n]*+|/\*.*?\*/)"
    r"|(?P<quoted>'(?:[^']++|'')*+'|\"(?:[^\"]++|\"\")*+\")"
    r"|(?P<unclosed>(?:/\*|'|\").*+)"
    r"|(?P<placeholder>\{(?P<name>[a-z_]+)(?::(?P<bucket>[^{}]*))?\})"
    r"|\w+|\S",
    re.DOTALL,
)


def line_of(text: str, position: int) -> str:
    """The line of a character, as error messages begin: ``line 3``."""
    return f"line {text.count(chr(10), 0, position) + 1}"
