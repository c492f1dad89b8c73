"""Literals."""

from __future__ import annotations

import math

from local.engine.analysis.nodes import Constant
from local.engine.errors import cannot_run
from local.engine.types.representation import NotRepresented, duckdb_type, text_literal


def constant(node: Constant) -> str:
    """The DuckDB expression of a literal."""
    kind, value = node.type, node.value
    try:
        target = duckdb_type(kind)
    except NotRepresented as error:
        raise cannot_run(f"values of type {kind}") from error
    if value is None:
        return f"CAST(NULL AS {target})"
    match kind.kind:
        case "boolean":
            return "TRUE" if value else "FALSE"
        case "varchar" | "char":
            return text_literal(value)
        case "real" | "double" if not math.isfinite(value):
            return f"CAST('{value}' AS {target})"
        case "real" | "double" if value == 0 and math.copysign(1, value) < 0:
            return f"CAST('-0.0' AS {target})"
        case "varbinary":
            return f"unhex('{value.hex()}')"
        case "decimal":
            return f"CAST('{value:f}' AS {target})"
        case "date" | "time" | "timestamp":
            return f"CAST('{value}' AS {target})"
    return f"CAST({value!r} AS {target})"
