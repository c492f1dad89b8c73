"""Partitions, where MiniStack's Glue differs: one can't be made of a table that isn't there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import glue

Response = tuple[int, dict[str, str], bytes]


def of_existing_tables(create_partition: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """Wrap CreatePartition and its like: the table must be there."""

    @functools.wraps(create_partition)
    def create(data: dict[str, Any]) -> Response:
        if f"{data['DatabaseName']}/{data['TableName']}" not in glue._tables:
            refused: Response = error_response_json(
                "EntityNotFoundException", f"Table {data['TableName']} not found.", 400
            )
            return refused
        return create_partition(data)

    return create
