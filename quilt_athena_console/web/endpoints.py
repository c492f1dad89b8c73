"""What the page fetches besides itself: pages of grid rows, and downloads."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse, Response, StreamingResponse

from quilt_athena_console import downloads
from quilt_athena_console.console import Console
from quilt_athena_console.rows import View

#: More rows than any grid asks for at once.
_MAX_PAGE = 10_000


def endpoints(console: Console) -> APIRouter:
    """The routes of a console."""
    router = APIRouter()

    @router.get("/rows/{key}")
    def page_of_rows(key: str, start: int = 0, end: int = 100, sort: str = "[]", filters: str = "{}") -> Response:
        rows = console.rows.get(key)
        if rows is None:
            raise HTTPException(404, "these rows are no longer on any page: reload it")
        try:
            cells, count = rows.page(start, min(end, start + _MAX_PAGE), View(json.loads(sort), json.loads(filters)))
        except (ValueError, KeyError) as error:
            raise HTTPException(400, f"sort or filters: {error}") from None
        return JSONResponse({"rows": cells, "count": count})

    @router.get("/results/{key}.{extension}")
    def download(key: str, extension: str) -> Response:
        result = console.results.get(key)
        if result is None:
            raise HTTPException(404, "this result is no longer on any page: run the query again")
        if extension not in downloads.FORMATS:
            raise HTTPException(404, f"there is no format {extension}: use {' or '.join(downloads.FORMATS)}")
        media_type, write = downloads.FORMATS[extension]
        chunks: Iterator[bytes] = write(result)
        name = f"{result.query_execution_id}.{extension}"
        return StreamingResponse(
            chunks, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    return router
