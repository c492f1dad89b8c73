"""How deeply JSON from outside may be nested.

RFC 8259 lets every reader set a limit. Python's is the depth of its stack, so that the same value passes in one place
and fails in another, far from where it came in. This one is checked where it comes in, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from quilt_athena.errors import InvalidRequest

#: Levels of lists and objects; metadata and parameters that people write have fewer than ten.
MAX_NESTING = 100
#: What is wrong with a value that has more.
NESTING_PROBLEM = f"expected at most {MAX_NESTING} levels of nested lists and objects"

#: A path in a message names this many fields, and this many characters of each.
_MAX_NAMES = 3
_MAX_NAME_LENGTH = 80
# Every alternative consumes all that it looks at, so the text is read once. A string may lack its end.
_TOKEN = re.compile(r'"(?P<string>(?:[^"\\]++|\\.)*+)"?|[\[\]{}:,]', re.DOTALL)


def check_nesting(request: object) -> None:
    """Check how deeply a request is nested.

    Raises:
        InvalidRequest: too deeply; the message begins with the path of the field.
    """
    if (field := deep_field(request)) is not None:
        raise InvalidRequest(f"{field or 'request'}: {NESTING_PROBLEM}")


def deep_field(value: object) -> str | None:
    """The path of the field that exceeds ``MAX_NESTING``, such as ``Package.Metadata``; None if none does."""
    stack: list[tuple[int, tuple[str, ...], Iterator[tuple[str | None, object]]]] = [(0, (), iter([(None, value)]))]
    while stack:
        depth, path, items = stack[-1]
        name, item = next(items, (None, stack))
        if item is stack:
            stack.pop()
        elif isinstance(item, (Mapping, list)):
            inner = path if name is None or len(path) == _MAX_NAMES else (*path, name[:_MAX_NAME_LENGTH])
            if depth == MAX_NESTING:
                return ".".join(inner)
            named = (
                ((str(key), one) for key, one in item.items())
                if isinstance(item, Mapping)
                else ((None, one) for one in item)
            )
            stack.append((depth + 1, inner, named))
    return None


def deep_field_of_text(text: str) -> str | None:
    """As ``deep_field``, for JSON text that need not be valid."""
    if text.count("[") + text.count("{") <= MAX_NESTING:
        return None
    # The name before the value that is read at each level; None in a list.
    names: list[str | None] = [None]
    string = ""
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{" | "[":
                if len(names) > MAX_NESTING:
                    return ".".join([name[:_MAX_NAME_LENGTH] for name in names if name is not None][:_MAX_NAMES])
                names.append(None)
            case "}" | "]":
                if len(names) > 1:
                    names.pop()
            case ":":
                names[-1] = string
            case ",":
                names[-1] = None
            case _:
                string = token["string"]
    return None
