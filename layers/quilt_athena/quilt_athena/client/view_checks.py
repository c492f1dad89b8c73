"""View files tried on one bucket each, before they are applied to all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quilt_athena.client.queries import Queries, Query
from quilt_athena.client.view_files import LocalViewFile
from quilt_athena.custom_views.files import parse_view_file
from quilt_athena.errors import QueryFailed, ServiceUnavailableError


def check_view_files(files: Sequence[LocalViewFile], buckets: Sequence[str], database: str, queries: Queries) -> None:
    """Let Athena explain the SQL of each file for the first of ``buckets`` that it is for, which reads no data.

    A file that reads the view of another one of ``files`` isn't checked: that view may not exist yet. Nor are files
    that are for none of ``buckets``, or any if there are no buckets or this caller may not run queries: Athena checks
    them later.

    Raises:
        QueryFailed: Athena rejects some files; the message names them all, with the reasons.
        QueryTimedOut, QueryServiceError: it could not be found out.
    """
    if not buckets:
        return
    try:
        checks = list(_started(files, buckets, database, queries))
    except ServiceUnavailableError:
        return
    failed = []
    for file, bucket, query in checks:
        try:
            query.result()
        except QueryFailed as error:
            failed.append(f"\n  {file.path}: {f'for bucket {bucket}: ' if bucket else ''}{error}")
    if failed:
        raise QueryFailed(f"nothing was uploaded, because Athena rejects:{''.join(failed)}")


def _started(
    files: Sequence[LocalViewFile], buckets: Sequence[str], database: str, queries: Queries
) -> Iterator[tuple[LocalViewFile, str | None, Query]]:
    """The running checks: each file, its bucket (None: of a global view), and the query."""
    views = {file.path: parse_view_file(file.name, file.content) for file in files}
    for file in files:
        view = views[file.path]
        bucket = None if view.is_global else next(filter(view.is_for, buckets), None)
        if bucket is None and not view.is_global:
            continue
        sql = view.sql(bucket, database)
        if not any(f"_quilt_{other.name}" in sql for other in views.values() if other is not view):
            yield file, bucket, queries.start(f"EXPLAIN {sql}")
