"""A view file: SQL from which views are created.

It contains one SELECT with placeholders for the bucket and for its tables and views. Athena decides whether the SQL is
correct; the checks here make sure that it is one statement, and remains one when it is embedded in CREATE VIEW.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from quilt_athena import names
from quilt_athena.catalog.declarations import placeholders
from quilt_athena.custom_views.directives import parse_directives
from quilt_athena.custom_views.tokens import TOKEN, line_of
from quilt_athena.errors import InvalidBucketNameError, InvalidViewFileError

SUFFIX = ".sql"
#: Athena accepts 262,144 bytes per query; names are longer than their placeholders, and CREATE VIEW takes some bytes.
MAX_FILE_BYTES = 100_000
#: What remains of a table name (255 bytes) after the longest identifier of a bucket and ``_quilt_``.
MAX_NAME_LENGTH = 48
MAX_FILES = 50

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RESERVED = placeholders()
_QUOTED_PLACEHOLDER = re.compile(r"\{(" + "|".join(("bucket", *sorted(_RESERVED))) + r")(:[^{}]*)?\}")


@dataclass(frozen=True)
class ViewFile:
    """A valid view file. ``name`` is the file's name without ``.sql``; the names of its views end in it."""

    name: str
    text: str
    #: The buckets that it is for, as patterns such as ``lab-*``.
    patterns: tuple[str, ...] = ("*",)
    #: Whether it is one view of all buckets, instead of one for each bucket.
    is_global: bool = False

    @classmethod
    def from_text(cls, name: str, text: str) -> ViewFile:
        """A file with the buckets that its text chooses.

        Raises:
            InvalidViewFileError: a directive is invalid.
        """
        directives = parse_directives(text)
        return cls(name, text, directives.patterns, directives.is_global)

    def is_for(self, bucket: str) -> bool:
        """Whether a bucket gets a view from it."""
        return not self.is_global and any(fnmatchcase(bucket, pattern) for pattern in self.patterns)

    def view_name(self, bucket: str | None) -> str:
        """The name of its view of a bucket, or of its global view for None.

        The part after the last ``_quilt_`` is the file's name, so no two files and buckets share a view name.
        """
        return f"{names.bucket_id(bucket) if bucket else 'all_buckets'}_quilt_{self.name}"

    def sql(self, bucket: str | None, database: str) -> str:
        """Its SELECT with the names of a bucket's tables and views filled in (None: of the all-buckets ones)."""

        def fill(token: re.Match[str]) -> str:
            if token["placeholder"] is None:
                return token[0]
            return _filled(token["name"], bucket if token["bucket"] is None else token["bucket"], database)

        return TOKEN.sub(fill, self.text)


def parse_view_file(file_name: str, content: bytes) -> ViewFile:
    """A valid view file.

    Raises:
        InvalidViewFileError: the name, a directive or the SQL is invalid.
    """
    file = ViewFile.from_text(view_file_name(file_name), _text_of(content))
    _check_statement(file.text)
    _check_placeholders(file)
    return file


def view_file_name(file_name: str) -> str:
    """The name of a file without ``.sql``.

    Raises:
        InvalidViewFileError: no view can have such a name.
    """
    name = file_name.removesuffix(SUFFIX)
    if name == file_name or not _NAME.fullmatch(name) or len(name) > MAX_NAME_LENGTH:
        raise InvalidViewFileError(
            f"expected a name of lower-case letters, digits and single underscores, at most {MAX_NAME_LENGTH}, and "
            f"{SUFFIX}, e.g. latest_revisions{SUFFIX}"
        )
    if name in _RESERVED or "quilt" in name.split("_"):
        raise InvalidViewFileError(
            f"the name is reserved for the stack's own tables and views: expected none of "
            f"{', '.join(sorted(_RESERVED))}, and no part 'quilt'"
        )
    return name


def is_view_file_name(name: str) -> bool:
    """Whether a view can be named after a file with this name (without ``.sql``)."""
    try:
        return bool(view_file_name(name + SUFFIX))
    except InvalidViewFileError:
        return False


def statement_bytes(sql: str) -> int:
    """The size of SQL as JSON, in which it is sent to Athena: a quote takes two bytes, an ü six."""
    return len(json.dumps(sql)) - 2


def check_file_size(size: int) -> None:
    """Check the size of a file, in bytes.

    Raises:
        InvalidViewFileError: the file is too large.
    """
    if size > MAX_FILE_BYTES:
        raise InvalidViewFileError(f"expected at most {MAX_FILE_BYTES:,} bytes (as JSON), found {size:,}")


def _text_of(content: bytes) -> str:
    check_file_size(len(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidViewFileError(f"expected UTF-8: {error}") from None
    # Each of these ends a line for Athena, and with it a comment. Line numbers remain those of the file.
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    check_file_size(statement_bytes(text))
    # Other tools require a semicolon at the end; CREATE VIEW ... AS SELECT * FROM (...) cannot contain it.
    *_, last = (token for token in TOKEN.finditer(f"; {text}") if not token["comment"])
    return text[: last.start() - 2] + text[last.end() - 2 :] if last[0] == ";" and last.start() else text


def _check_statement(text: str) -> None:
    """Check that the text is one statement, which can be put in parentheses."""
    depth, is_first = 0, True
    for token in TOKEN.finditer(text):
        if token["comment"]:
            continue
        found = token[0]
        if token["unclosed"] and found[0] == "/":
            raise _invalid(text, token, "expected the end of the comment, */, found none")
        if is_first and found.upper() not in ("SELECT", "WITH", "("):
            raise _invalid(text, token, f"expected one SELECT, found {found[:40]!r}")
        is_first = False
        if token["unclosed"]:
            raise _invalid(text, token, f"expected a closing {found[0]}, found none")
        depth += {"(": 1, ")": -1}.get(found, 0)
        match found:
            case ";":
                raise _invalid(text, token, "expected one statement, found a semicolon")
            case "?":
                raise _invalid(text, token, "expected no parameters in a view, found ?")
        if depth < 0:
            raise _invalid(text, token, "expected an opening parenthesis before this closing one")
    if is_first:
        raise InvalidViewFileError("expected one SELECT, found nothing")
    if depth:
        raise InvalidViewFileError("expected a closing parenthesis for each opening one, found too few")


def _check_placeholders(file: ViewFile) -> None:
    for token in TOKEN.finditer(file.text):
        name, bucket = token["name"], token["bucket"]
        if token["quoted"] and (inside := _QUOTED_PLACEHOLDER.search(token[0])):
            raise _invalid(file.text, token, f"{inside[0]} includes its quotes: remove the quotes around it")
        if token["placeholder"] is None:
            continue
        if name not in _RESERVED | {"bucket"}:
            known = ", ".join(f"{{{one}}}" for one in ("bucket", *sorted(_RESERVED)))
            raise _invalid(file.text, token, f"{token[0]} is not a placeholder: expected one of {known}")
        if name == "bucket" and (file.is_global or bucket is not None):
            raise _invalid(file.text, token, f"{token[0]}: expected {{bucket}}, and only in a view of one bucket")
        if bucket not in (None, "*"):
            try:
                names.validate_bucket_name(bucket)
            except InvalidBucketNameError as error:
                raise _invalid(file.text, token, f"{token[0]}: {error}") from None


def _invalid(text: str, token: re.Match[str], problem: str) -> InvalidViewFileError:
    return InvalidViewFileError(f"{line_of(text, token.start())}: {problem}")


def _filled(name: str, bucket: str | None, database: str) -> str:
    if name == "bucket":
        return names.sql_string(bucket or "")
    table = f"all_buckets_quilt_{name}" if bucket in (None, "*") else names.table_name(bucket, f"quilt_{name}")
    return f"{names.sql_identifier(database)}.{names.sql_identifier(table)}"
