"""Athena's functions that DuckDB has under the same or another name, with the same arguments and meaning.

https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

#: The same name in both.
SAME = frozenset({
    "abs", "acos", "array_agg", "array_intersect", "asin", "atan", "atan2", "avg", "bool_and", "bool_or",
    "cbrt", "ceil", "ceiling", "chr", "coalesce", "corr", "cos", "cosh", "cot", "count", "covar_pop",
    "covar_samp", "cume_dist", "day", "degrees", "dense_rank", "exp", "first_value", "flatten", "floor",
    "greatest", "grouping", "hour", "kurtosis", "lag", "last_value", "lead", "least", "length", "listagg", "ln",
    "log10", "log2", "lower", "lpad", "ltrim", "map", "map_concat", "map_entries", "map_from_entries",
    "map_keys", "map_values", "max", "min", "minute", "mod", "month", "now", "nth_value", "ntile", "nullif",
    "percent_rank", "pi", "power", "quarter", "radians", "rank", "regr_intercept", "regr_slope", "replace",
    "reverse", "row", "row_number", "rpad", "rtrim", "second", "sign", "sin", "sinh", "skewness", "sqrt",
    "starts_with", "stddev", "stddev_pop", "stddev_samp", "tan", "tanh", "to_base64", "translate", "trim",
    "upper", "var_pop", "var_samp", "variance", "year",
})  # fmt: skip

#: Athena's name -> DuckDB's name, or that of a macro (``trino_``: macros.sql) or a Python function (``udf_``: udfs.py).
RENAMED = {
    "approx_distinct": "approx_count_distinct", "arbitrary": "any_value",
    "array_distinct": "trino_array_distinct", "array_except": "trino_array_except", "array_join": "trino_array_join",
    "array_max": "list_max", "array_min": "list_min", "array_position": "trino_array_position",
    "array_remove": "trino_array_remove", "array_reverse": "list_reverse", "arrays_overlap": "list_has_any",
    "bitwise_xor": "xor", "char_length": "length", "character_length": "length",
    "codepoint": "ascii", "concat_ws": "concat_ws", "contains": "trino_contains", "crc32": "udf_crc32",
    "day_of_month": "day", "day_of_week": "isodow", "day_of_year": "dayofyear", "dow": "isodow",
    "doy": "dayofyear", "every": "bool_and", "filter": "list_filter", "from_base64": "udf_from_base64",
    "from_hex": "unhex", "from_utf8": "decode", "geometric_mean": "geometric_mean",
    "is_json_scalar": "trino_is_json_scalar", "is_nan": "isnan",
    "json_array_contains": "trino_json_array_contains", "json_array_get": "trino_json_array_get",
    "json_array_length": "trino_json_array_length", "last_day_of_month": "last_day",
    "levenshtein_distance": "levenshtein", "max_by": "arg_max", "min_by": "arg_min", "pow": "power",
    "rand": "random", "random": "random", "regexp_count": "udf_regexp_count", "regexp_like": "udf_regexp_like",
    "regexp_position": "udf_regexp_position", "regexp_split": "udf_regexp_split", "repeat": "trino_repeat",
    "sequence": "trino_sequence",
    "slice": "trino_slice", "split": "trino_split", "split_part": "trino_split_part", "strpos": "trino_strpos",
    "substr": "trino_substr", "substring": "trino_substr", "to_hex": "hex", "to_unixtime": "epoch",
    "to_utf8": "encode", "transform": "list_transform", "truncate": "trunc", "url_decode": "udf_url_decode",
    "url_encode": "udf_url_encode", "url_extract_parameter": "udf_url_parameter", "uuid": "uuid",
    "week": "weekofyear", "week_of_year": "weekofyear", "year_of_week": "isoyear", "yow": "isoyear",
}  # fmt: skip
