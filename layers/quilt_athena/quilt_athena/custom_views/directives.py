"""The comments of a view file that choose its buckets: ``-- buckets: lab-*, raw`` and ``-- scope: global``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quilt_athena.custom_views.tokens import TOKEN
from quilt_athena.errors import InvalidViewFileError

_DIRECTIVE = re.compile(r"--[ \t]*(?P<key>buckets?|scopes?)[ \t]*:(?P<value>.*)", re.IGNORECASE)
_KEYS = ("buckets", "scope")
_SCOPES = ("bucket", "global")
_PATTERN = re.compile(r"[A-Za-z0-9._*?\[\]-]+")


@dataclass(frozen=True)
class Directives:
    """Which buckets a file is for: those that match a pattern, or all of them together in one global view."""

    patterns: tuple[str, ...]
    is_global: bool


def parse_directives(text: str) -> Directives:
    """The directives of a file's text; without any, the file is for every bucket.

    Raises:
        InvalidViewFileError: a directive is misspelled, repeated or has an invalid value.
    """
    given = []
    for key, value, is_exact in _candidates(text):
        if is_exact:
            given.append((key, value))
        elif _is_probably_meant(key, value):
            exact = "buckets" if key.lower().startswith("bucket") else "scope"
            raise InvalidViewFileError(
                f"-- {key}: {value[:80]}: expected '-- {exact}: {value[:80]}' at the beginning of a line, in lower case"
            )
    values = dict(given)
    if len(values) < len(given):
        raise InvalidViewFileError("-- scope: and -- buckets: expected each of them at most once")
    scope = values.get("scope", "bucket")
    if scope not in _SCOPES:
        raise InvalidViewFileError(f"-- scope: expected bucket or global, found {scope[:80]!r}")
    if scope == "global" and "buckets" in values:
        raise InvalidViewFileError("-- buckets: not allowed in a global view: remove it, or '-- scope: global'")
    patterns = tuple(pattern.strip() for pattern in values.get("buckets", "*").split(","))
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            raise InvalidViewFileError(
                f"-- buckets: expected bucket names or patterns, e.g. lab-*, found {pattern[:80]!r}"
            )
    return Directives(patterns, scope == "global")


def _candidates(text: str) -> Iterator[tuple[str, str, bool]]:
    """Key and value of every comment that resembles a directive, and whether it is written exactly as one."""
    for token in TOKEN.finditer(text):
        match = _DIRECTIVE.fullmatch(token["comment"] or "")
        if match is None:
            continue
        line_start = text.rfind("\n", 0, token.start()) + 1
        if not text[line_start : token.start()].strip():
            key = match["key"]
            yield key, match["value"].strip(), key in _KEYS and token.start() == line_start


def _is_probably_meant(key: str, value: str) -> bool:
    """Whether a comment that is not quite a directive is unlikely to be prose."""
    if key.lower().startswith("scope"):
        return value.lower() in _SCOPES
    return all(_PATTERN.fullmatch(pattern.strip()) for pattern in value.split(","))
