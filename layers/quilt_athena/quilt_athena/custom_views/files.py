"""A file of SQL that is to become views: what it may hold, and what its comments say.

One SELECT, with placeholders for the bucket and for its tables and views. Whether it is right is Athena's to say; here
it is only seen to that it is one statement, and stays one inside of another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from quilt_athena import names
from quilt_athena.catalog.declarations import placeholders
from quilt_athena.errors import InvalidBucketNameError, InvalidViewFileError

SUFFIX = ".sql"
#: Athena takes 262,144 bytes a query; a placeholder grows, and the statement around the file takes some.
MAX_FILE_BYTES = 100_000
#: What is left of a table's name (255 bytes) behind the longest identifier of a bucket and ``_quilt_``.
MAX_NAME_LENGTH = 48
MAX_FILES = 50

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RESERVED = placeholders()
_DIRECTIVE = re.compile(r"--[ \t]*(?P<key>buckets?|scopes?)[ \t]*:(?P<value>.*)", re.IGNORECASE)
_KEYS = ("buckets", "scope")
_SCOPES = ("bucket", "global")
_PATTERN = re.compile(r"[A-Za-z0-9._*?\[\]-]+")
#: Comments, strings and quoted names are one token each, as Trino reads them, and so is a placeholder.
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)"
    r"|(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")"
    r"|(?P<placeholder>\{(?P<name>[a-z_]+)(?::(?P<bucket>[^{}]*))?\})"
    r"|\w+|\S",
    re.DOTALL,
)
_QUOTED_PLACEHOLDER = re.compile(r"\{(" + "|".join(("bucket", *sorted(_RESERVED))) + r")(:[^{}]*)?\}")


@dataclass(frozen=True)
class ViewFile:
    """A file that keeps to what is asked of it. ``name`` is the file's, without ``.sql``, and ends its views' names."""

    name: str
    text: str

    @cached_property
    def is_global(self) -> bool:
        """Whether it is one view, and not one for each bucket."""
        return self._directives().get("scope") == "global"

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """The buckets that it is for, as patterns such as ``lab-*``."""
        return tuple(pattern.strip() for pattern in self._directives().get("buckets", "*").split(","))

    def is_for(self, bucket: str) -> bool:
        """Whether a bucket gets a view of it."""
        return not self.is_global and any(fnmatchcase(bucket, pattern) for pattern in self.patterns)

    def view_name(self, bucket: str | None) -> str:
        """The name of its view of a bucket; None is its one view of all buckets.

        No two files and buckets share a name: what follows the last ``_quilt_`` is the file's.
        """
        return f"{names.bucket_id(bucket) if bucket else 'all_buckets'}_quilt_{self.name}"

    def sql(self, bucket: str | None, database: str) -> str:
        """Its SELECT with the names of a bucket's tables and views (None: of the all-buckets ones) filled in."""

        def fill(token: re.Match[str]) -> str:
            if token["placeholder"] is None:
                return token[0]
            return _filled(token["name"], bucket if token["bucket"] is None else token["bucket"], database)

        return _TOKEN.sub(fill, self.text)

    def _directives(self) -> dict[str, str]:
        return {key: value for key, value, is_one in _directives(self.text) if is_one}


def parse_view_file(file_name: str, content: bytes) -> ViewFile:
    """The file as views can be made of it.

    Raises:
        InvalidViewFileError: its name, its comments or its SQL aren't what is asked of them.
    """
    file = ViewFile(view_file_name(file_name), _text_of(content))
    _check_directives(file)
    _check_statement(file.text)
    _check_placeholders(file)
    return file


def view_file_name(file_name: str) -> str:
    """The name of a file without ``.sql``.

    Raises:
        InvalidViewFileError: no view could be named so.
    """
    name = file_name.removesuffix(SUFFIX)
    if name == file_name or not _NAME.fullmatch(name) or len(name) > MAX_NAME_LENGTH:
        raise InvalidViewFileError(
            f"expected a name of lower-case letters, digits and single underscores, at most {MAX_NAME_LENGTH}, and "
            f"{SUFFIX}, such as latest_revisions{SUFFIX}"
        )
    if name in _RESERVED or "quilt" in name.split("_"):
        raise InvalidViewFileError(
            f"the name is kept for the stack's own tables and views: expected none of {', '.join(sorted(_RESERVED))}, "
            "and no part that is quilt"
        )
    return name


def is_view_file_name(name: str) -> bool:
    """Whether a view could be named after a file of this name (without ``.sql``)."""
    try:
        return bool(view_file_name(name + SUFFIX))
    except InvalidViewFileError:
        return False


def statement_bytes(sql: str) -> int:
    """How large SQL is on its way to Athena: as JSON, in which a quote takes two bytes and an ü six."""
    return len(json.dumps(sql)) - 2


def check_size(size: int) -> None:
    """Make sure that a file isn't too large, by its ``size`` in bytes.

    Raises:
        InvalidViewFileError: it is.
    """
    if size > MAX_FILE_BYTES:
        raise InvalidViewFileError(f"expected at most {MAX_FILE_BYTES:,} bytes (as JSON), found {size:,}")


def _text_of(content: bytes) -> str:
    check_size(len(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidViewFileError(f"expected UTF-8: {error}") from None
    # To Athena each of them ends a line, and with it a comment. Lines are counted as in the file.
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    check_size(statement_bytes(text))
    # A semicolon at the end is what other tools ask for.
    *_, last = (token for token in _TOKEN.finditer(f"; {text}") if not token["comment"])
    return text[: last.start() - 2] + text[last.end() - 2 :] if last[0] == ";" and last.start() else text


def _directives(text: str) -> Iterator[tuple[str, str, bool]]:
    """Key and value of comments that say what a file is for, and whether they are written as they should be."""
    for token in _TOKEN.finditer(text):
        match = _DIRECTIVE.fullmatch(token["comment"] or "")
        line_start = text.rfind("\n", 0, token.start()) + 1
        if match and not text[line_start : token.start()].strip():
            key = match["key"]
            yield key, match["value"].strip(), key in _KEYS and token.start() == line_start


def _looks_meant(key: str, value: str) -> bool:
    """Whether what isn't quite one of these comments is hardly prose."""
    if key.lower().startswith("scope"):
        return value.lower() in _SCOPES
    return all(_PATTERN.fullmatch(pattern.strip()) for pattern in value.split(","))


def _check_directives(file: ViewFile) -> None:
    given = [(key, value) for key, value, is_one in _directives(file.text) if is_one]
    for key, value, is_one in _directives(file.text):
        if not is_one and _looks_meant(key, value):
            meant = _KEYS[0] if key.lower().startswith("bucket") else _KEYS[1]
            raise InvalidViewFileError(
                f"-- {key}: {value[:80]}: expected '-- {meant}: {value[:80]}' at the beginning of a line, in lower case"
            )
    said = dict(given)
    if len(said) < len(given):
        raise InvalidViewFileError("-- scope: and -- buckets: expected each once at most")
    if said.get("scope", "bucket") not in _SCOPES:
        raise InvalidViewFileError(f"-- scope: expected bucket or global, found {said['scope'][:80]!r}")
    if file.is_global and "buckets" in said:
        raise InvalidViewFileError("-- buckets: a global view is made once: expected one of scope and buckets")
    for pattern in file.patterns:
        if not _PATTERN.fullmatch(pattern):
            raise InvalidViewFileError(f"-- buckets: expected patterns such as lab-*, found {pattern[:80]!r}")


def _check_statement(text: str) -> None:
    """One statement that can stand in parentheses."""
    depth, first, before = 0, True, None
    for token in _TOKEN.finditer(text):
        opens_comment = before and before[0] == "/" and before.end() == token.start()
        before = token
        if token["comment"]:
            continue
        found = token[0]
        if first and found.upper() not in ("SELECT", "WITH", "("):
            raise InvalidViewFileError(f"{_line(text, token.start())}: expected one SELECT, found {found[:40]!r}")
        first = False
        depth += {"(": 1, ")": -1}.get(found, 0)
        match found:
            case ";":
                raise InvalidViewFileError(f"{_line(text, token.start())}: expected one statement, found a semicolon")
            case "?":
                raise InvalidViewFileError(f"{_line(text, token.start())}: a view takes no parameters, found a ?")
            case "'" | '"':
                raise InvalidViewFileError(f"{_line(text, token.start())}: a {found} is opened and not closed")
        if depth < 0:
            raise InvalidViewFileError(f"{_line(text, token.start())}: a parenthesis is closed that was not opened")
        if found == "*" and opens_comment:
            raise InvalidViewFileError(f"{_line(text, token.start())}: a comment is opened and not closed")
    if first:
        raise InvalidViewFileError("expected one SELECT, found nothing")
    if depth:
        raise InvalidViewFileError("a parenthesis is opened and not closed")


def _check_placeholders(file: ViewFile) -> None:
    for match in _TOKEN.finditer(file.text):
        line, name, bucket = _line(file.text, match.start()), match["name"], match["bucket"]
        if match["quoted"] and (inside := _QUOTED_PLACEHOLDER.search(match[0])):
            raise InvalidViewFileError(f"{line}: {inside[0]} brings its own quotes: write it without any around it")
        if match["placeholder"] is None:
            continue
        if name not in _RESERVED | {"bucket"}:
            known = ", ".join(f"{{{one}}}" for one in ("bucket", *sorted(_RESERVED)))
            raise InvalidViewFileError(f"{line}: {match[0]} is none of the placeholders {known}")
        if name == "bucket" and (file.is_global or bucket is not None):
            raise InvalidViewFileError(f"{line}: {match[0]}: expected {{bucket}}, in a view of one bucket")
        if bucket not in (None, "*"):
            try:
                names.validate_bucket_name(bucket)
            except InvalidBucketNameError as error:
                raise InvalidViewFileError(f"{line}: {match[0]}: {error}") from None


def _filled(name: str, bucket: str | None, database: str) -> str:
    if name == "bucket":
        return names.sql_string(bucket or "")
    table = f"all_buckets_quilt_{name}" if bucket in (None, "*") else names.table_name(bucket, f"quilt_{name}")
    return f"{names.sql_identifier(database)}.{names.sql_identifier(table)}"


def _line(text: str, position: int) -> str:
    return f"line {text.count(chr(10), 0, position) + 1}"
