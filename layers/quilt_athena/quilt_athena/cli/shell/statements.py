"""SQL divided into statements, which end with a semicolon."""

from __future__ import annotations

from quilt_athena.custom_views.tokens import TOKEN


def split(text: str) -> tuple[list[str], str]:
    """The complete statements, without their semicolons, and the text after the last one.

    Semicolons in strings, quoted names and comments end nothing. A statement of comments alone is none.
    """
    statements: list[str] = []
    begin, has_code, rest_begin = 0, False, 0
    for token in TOKEN.finditer(text):
        if token[0] == ";":
            if has_code:
                statements.append(text[begin : token.start()].strip())
            begin, has_code = token.end(), False
            rest_begin = begin
        elif not token["comment"]:
            has_code = True
    return statements, text[rest_begin:] if has_code else ""
