"""NaN in comparisons: DuckDB takes NaN for equal to itself, Trino's ``=`` doesn't."""

from __future__ import annotations

from local.engine.types.model import TrinoType
from local.engine.types.representation import field_names


def is_or_has_nan(sql: str, kind: TrinoType, depth: int = 0) -> str:
    """A DuckDB expression: whether a value of a type is NaN, or holds one. Empty if the type has none."""
    match kind.kind:
        case "real" | "double":
            return f"coalesce(isnan({sql}), FALSE)"
        case "array":
            inside = is_or_has_nan(f"n{depth}", kind.inner[0], depth + 1)
            return inside and f"coalesce(len(list_filter({sql}, lambda n{depth}: {inside})) > 0, FALSE)"
        case "map":
            values = (f"map_keys({sql})", f"map_values({sql})")
            found = [
                inside and f"coalesce(len(list_filter({value}, lambda n{depth}: {inside})) > 0, FALSE)"
                for value, one in zip(values, kind.inner, strict=True)
                for inside in (is_or_has_nan(f"n{depth}", one, depth + 1),)
            ]
        case "row":
            names = (name.replace("'", "''") for name in field_names(kind))
            found = [
                is_or_has_nan(f"struct_extract({sql}, '{name}')", one, depth)
                for name, one in zip(names, kind.inner, strict=True)
            ]
        case _:
            return ""
    return " OR ".join(filter(None, found)) and f"({' OR '.join(filter(None, found))})"
