"""SQL literals of JSON values, safe for any value.

Athena evaluates each parameter of a query as an SQL expression (``ExecutionParameters`` of StartQueryExecution), so a
caller's value must never be passed as it is. Literals: https://trino.io/docs/current/language/types.html
"""

from quilt_athena.contracts.json_numbers import number_problem
from quilt_athena.errors import UnsupportedValueError

#: Athena's limit for one parameter, in characters.
MAX_LITERAL_LENGTH = 1024


def sql_literal(value: object) -> str:
    """The literal of a JSON scalar: ``O'Neill`` -> ``'O''Neill'``, ``1.5`` -> ``1.5E0`` (a double), null -> ``NULL``.

    Raises:
        UnsupportedValueError: the value is an array or an object, a number that JSON cannot carry exactly, a string
            that is not Unicode text, or its literal is too long.
    """
    literal = _literal(value)
    if len(literal) > MAX_LITERAL_LENGTH:
        raise UnsupportedValueError(
            f"expected a literal of at most {MAX_LITERAL_LENGTH} characters, quotes included (Athena's limit), "
            f"got {len(literal)}"
        )
    return literal


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if problem := number_problem(value):
        hint = "bigint" if isinstance(value, int) else "double"
        raise UnsupportedValueError(f"{problem}. Pass a string and write CAST(? AS {hint})")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
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
        f"expected a string, number, boolean or null, got {kind}. Write one `?` per value, or pass the JSON as a "
        "string and write json_parse(?)"
    )
