"""Functions of texts.

https://trino.io/docs/current/functions/string.html
"""

from __future__ import annotations

from local.engine.functions.registry import scalar

FUNCTIONS = (
    scalar("concat(varchar...) -> varchar", lambda call: "(" + " || ".join(call.sql) + ")"),
    scalar("length(varchar(x)) -> bigint", "CAST(length({0}) AS BIGINT)"),
    scalar("lower(varchar(x)) -> varchar(x)", "lower({0})"),
)
