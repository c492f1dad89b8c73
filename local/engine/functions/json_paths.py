"""JSON paths of Athena's JSON functions, in DuckDB's spelling."""

from __future__ import annotations

import re

from local.engine.errors import QueryError, cannot_run

_PATH_STEP = re.compile(
    r"""\.\s*([A-Za-z_0-9$@\u0080-\uffff-]+)|\[\s*(\d+)\s*\]|\[\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*\]"""
)


def json_path(path: str) -> str:
    """Trino's JSON path in DuckDB's spelling: ``$.a["b c"][0]`` -> ``$."a"."b c"[0]``.

    Raises:
        QueryError: ``path`` isn't a path of keys and indexes.
    """
    rest = path.strip()
    if rest.startswith("$"):
        rest = rest[1:]
    elif rest[:1] not in (".", "["):
        rest = "." + rest
    steps, end = "", 0
    while end < len(rest):
        match = _PATH_STEP.match(rest, end)
        if not match:
            if "*" in rest or ".." in rest or "?" in rest:
                raise cannot_run(f"the JSON path {path!r}, which is more than keys and indexes,")
            raise QueryError(f"INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '{path}'")
        end = match.end()
        key = next((part for part in (match[1], match[3], match[4]) if part is not None), None)
        if key is None:
            steps += f"[{match[2]}]"
        elif '"' in key or "\\" in key:
            raise cannot_run(f"the JSON path {path!r}, which has a quote in a key,")
        else:
            steps += f'."{key}"'
    return f"${steps}"
