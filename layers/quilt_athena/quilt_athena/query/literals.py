"""Values made into literals of Athena's query language, whatever the values hold.

Athena takes each parameter of a query as the text of an expression (``ExecutionParameters`` of StartQueryExecution),
so a value that came from outside must never become such a text by itself. Literals:
https://trino.io/docs/current/language/types.html
"""

import math

from quilt_athena.errors import UnsupportedValueError

#: Athena's limit for the text of one parameter, in characters.
MAX_LITERAL_LENGTH = 1024

#: Whole numbers beyond lose digits on the way through JSON readers, Step Functions' included.
MAX_SAFE_INTEGER = 2**53 - 1


def sql_literal(value: object) -> str:
    """The literal of a JSON scalar: ``O'Neill`` -> ``'O''Neill'``, ``1.5`` -> ``1.5E0`` (a double), null -> ``NULL``.

    Raises:
        UnsupportedValueError: an array, an object, a number that isn't one or isn't exact, or a literal too long.
    """
    literal = _literal(value)
    if len(literal) > MAX_LITERAL_LENGTH:
        raise UnsupportedValueError(
            f"expected a literal of at most {MAX_LITERAL_LENGTH} characters (Athena's limit, quotes included), "
            f"got {len(literal)}"
        )
    return literal


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise UnsupportedValueError(
                "expected a whole number within ±(2^53 - 1): beyond, numbers in JSON lose digits. "
                "Give it as a string and write CAST(? AS bigint)"
            )
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UnsupportedValueError("expected a finite number, as JSON has no other")
        mantissa, _, exponent = repr(value).partition("e")
        return f"{mantissa}E{int(exponent or 0)}"
    if isinstance(value, str):
        if "\x00" in value:
            raise UnsupportedValueError("expected a string without NUL characters")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise UnsupportedValueError("expected a string of Unicode characters, got half of a surrogate pair")
        return "'" + value.replace("'", "''") + "'"
    kind = "an array" if isinstance(value, list) else "an object" if isinstance(value, dict) else type(value).__name__
    raise UnsupportedValueError(
        f"expected a string, number, boolean or null, got {kind}. For several values write as many `?`; or give "
        "the JSON as a string and write json_parse(?)"
    )
