"""Java's regular expressions, which Athena uses, in Python's spelling.

The two are similar. What is spelled differently is translated: ``(?<name>…)``, ``\\p{Alpha}``, ``\\z``, and ``$1`` in
a replacement.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import groupby

_CLASSES = {
    "XDigit": "0-9a-fA-F", "Punct": "!-/:-@\\[-`{-~", "ASCII": "\\x00-\\x7f", "Space": "\\s",
}  # fmt: skip
#: Classes by the categories of Unicode's letters.
_CATEGORIES = {
    "Alpha": ("L", "Nl"), "Digit": ("Nd",), "Alnum": ("L", "Nl", "Nd"), "Upper": ("Lu",), "Lower": ("Ll",),
    **{name: (name,) for name in ("L", "Lu", "Ll", "Lt", "Lm", "Lo", "N", "Nd", "Nl", "No", "P", "S", "Z", "M")},
}  # fmt: skip
_ASCII = {
    r"\d": "0-9", r"\w": "a-zA-Z0-9_", r"\s": " \\t\\n\\x0b\\f\\r",
    r"\D": "^0-9", r"\W": "^a-zA-Z0-9_", r"\S": "^ \\t\\n\\x0b\\f\\r",
}  # fmt: skip
_POSIX = {
    "alpha": "Alpha", "digit": "Digit", "alnum": "Alnum", "upper": "Upper", "lower": "Lower", "punct": "Punct",
    "space": "Space", "xdigit": "XDigit",
}  # fmt: skip
#: ``[a-c&&[^b]]``
_INTERSECTION = re.compile(r"(?<!\\)\[((?:\\.|[^\[\]&\\])+)&&\[((?:\\.|[^\[\]&\\])+)\]\]")
_SPELLING = re.compile(
    r"\[:(\^?)(\w+):\]|\\Q.*?(?:\\E|\Z)|\\p\{(\w+)\}|\\P\{(\w+)\}|\(\?<(?![=!])|\\k<(\w+)>|\\z|\\Z|\\h|\\.", re.DOTALL
)
#: Flags that Trino's regular expressions lack; i, m, s and x exist.
_FLAGS = re.compile(r"(?<!\\)\(\?[imsx-]*[a-hj-ln-rt-wyzA-Z][a-zA-Z-]*[:)]")
_REPLACEMENT = re.compile(r"\\(.)|\$(\d+)|\$\{(\w+)\}|(\$)", re.DOTALL)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled pattern.

    Raises:
        ValueError: it is wrong or can't be translated. The message is Athena's, in ``ATHENA{}``.
    """
    if _FLAGS.search(pattern):
        raise ValueError("ATHENA{INVALID_FUNCTION_ARGUMENT: undefined group option}")
    try:
        with warnings.catch_warnings():
            # Java's set operations, which Python warns of.
            warnings.simplefilter("error", FutureWarning)
            return re.compile(_SPELLING.sub(_respell, _INTERSECTION.sub(_intersect, pattern)))
    except (KeyError, FutureWarning) as error:
        raise ValueError(
            f"ATHENA{{NOT_SUPPORTED: the local engine can't run the regular expression {pattern[:200]}: {error}}}"
        ) from None
    except re.error as error:
        raise ValueError(
            "ATHENA{INVALID_FUNCTION_ARGUMENT: the local engine can't run the regular expression "
            f"{pattern[:200]}: {error}}}"
        ) from None


def _intersect(match: re.Match[str]) -> str:
    return f"(?:(?=[{match[2]}])[{match[1]}])"


@lru_cache(maxsize=64)
def _class(name: str) -> str:
    """The ranges of a class of letters."""
    if name in _CLASSES:
        return _CLASSES[name]
    ranges: list[list[int]] = []
    for category, first, last in _runs():
        if category.startswith(_CATEGORIES[name]):
            if ranges and ranges[-1][1] == first - 1:
                ranges[-1][1] = last
            else:
                ranges.append([first, last])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


@cache
def _runs() -> list[tuple[str, int, int]]:
    """Unicode's characters in runs of the same category: (category, first, last). Takes a fifth of a second."""
    runs, first = list[tuple[str, int, int]](), 0
    for category, characters in groupby(map(unicodedata.category, map(chr, range(0x110000)))):
        following = first + sum(1 for _ in characters)
        runs.append((category, first, following - 1))
        first = following
    return runs


def _respell(match: re.Match[str]) -> str:
    text = match[0]
    if text.startswith(r"\Q"):
        return re.escape(text[2:].removesuffix(r"\E"))
    if match[2]:
        letters = _class(_POSIX.get(match[2], ""))
        if match[1]:
            raise KeyError(text)
        return letters
    if match[3]:
        inside = match.string[: match.start()].count("[") > match.string[: match.start()].count("]")
        letters = _class(match[3])
        if inside and letters.startswith("^"):
            raise KeyError(text)
        return letters if inside else f"[{letters}]"
    if match[4]:
        letters = _class(match[4])
        return f"[{letters[1:]}]" if letters.startswith("^") else f"[^{letters}]"
    if match[5]:
        return f"(?P={match[5]})"
    if text in _ASCII:
        # Java's classes are ASCII. A negated one inside brackets can't be spelled.
        inside = match.string[: match.start()].count("[") > match.string[: match.start()].count("]")
        if not inside:
            return f"[{_ASCII[text]}]"
        return text if _ASCII[text].startswith("^") else _ASCII[text]
    return {"(?<": "(?P<", r"\z": r"\Z", r"\Z": r"(?=\n?\Z)", r"\h": r"[ \t\xa0]"}.get(text, text)


@lru_cache(maxsize=512)
def expand_replacement(compiled: re.Pattern[str], replacement: str) -> Callable[[re.Match[str]], str]:
    """A function that returns the text that replaces a match. ``replacement`` is in Java's spelling."""
    parts: list[str | int] = []
    end = 0
    for found in _REPLACEMENT.finditer(replacement):
        parts.append(replacement[end : found.start()])
        end = found.end()
        if found[1]:
            parts.append(found[1])
        elif found[2]:
            # As many digits as make an existing group; the rest is text.
            digits = found[2]
            while len(digits) > 1 and int(digits) > compiled.groups:
                digits = digits[:-1]
            if int(digits) > compiled.groups:
                raise ValueError(
                    f"ATHENA{{INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: unknown group {{ {digits} }}}}"
                )
            parts += [int(digits), found[2][len(digits) :]]
        elif found[3] and found[3] in compiled.groupindex:
            parts.append(compiled.groupindex[found[3]])
        else:
            raise ValueError(f"ATHENA{{INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: {replacement}}}")
    parts.append(replacement[end:])
    return lambda match: "".join(part if isinstance(part, str) else match[part] or "" for part in parts)
