"""Mathematical functions.

https://trino.io/docs/current/functions/math.html
"""

from __future__ import annotations

import math
import re

from local.engine.functions.casts import declare
from local.engine.functions.registry import Function, FunctionError, invalid_argument, scalar, udf
from local.engine.functions.templates import fail_if
from local.engine.types.model import INTEGER_KINDS

_DOUBLE = re.compile(
    r"[\s\x00-\x20]*[+-]?(NaN|Infinity|((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+)[fFdD]?)[\s\x00-\x20]*"
)
_ONE = ("sqrt", "cbrt", "exp", "ln", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "degrees", "radians")
_ONE_OF_PYTHON = ("sinh", "cosh", "tanh")


def is_double(text: str) -> bool:
    """Whether Java's ``Double.parseDouble`` can read it."""
    return _DOUBLE.fullmatch(text) is not None


def double_of_text(text: str, kind: str) -> float:
    """A double as Java's ``Double.parseDouble`` reads it."""
    if not _DOUBLE.fullmatch(text):
        raise FunctionError("INVALID_CAST_ARGUMENT", f"Cannot cast '{text}' to {kind}")
    if "x" in text or "X" in text:
        return float.fromhex(text.strip().rstrip("fFdD"))
    return float(text.strip().rstrip("fFdD") if "N" not in text and "I" not in text else text.strip())


def java_round(value: float, digits: int) -> float:
    """Half up, away from zero, to a number of digits."""
    if math.isnan(value) or math.isinf(value):
        return value
    factor = 10.0**digits
    scaled = abs(value) * factor
    if math.isinf(scaled) or factor == 0:
        return value if factor else 0.0
    rounded = math.floor(scaled + 0.5) / factor
    return -rounded if value < 0 else rounded


def java_truncate(value: float, digits: int) -> float:
    """Cut off after a number of digits."""
    factor = 10.0**digits
    if math.isnan(value) or math.isinf(value) or math.isinf(value * factor):
        return value
    return math.trunc(value * factor) / factor


def to_base(value: int, radix: int) -> str:
    """A number in another base."""
    if not 2 <= radix <= 36:
        raise invalid_argument("Radix must be between 2 and 36")
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def from_base(text: str, radix: int) -> int:
    """A number from text in another base."""
    if not 2 <= radix <= 36:
        raise invalid_argument("Radix must be between 2 and 36")
    try:
        if not re.fullmatch(r"[+-]?[0-9A-Za-z]+", text):
            raise ValueError(text)
        value = int(text, radix)
    except ValueError:
        raise invalid_argument(f"Not a valid base-{radix} number: {text}") from None
    if not -(2**63) <= value < 2**63:
        raise invalid_argument(f"Not a valid base-{radix} number: {text}")
    return value


def width_bucket(value: float, low: float, high: float, buckets: int) -> int:
    """The bucket of a value between two bounds."""
    if buckets <= 0:
        raise invalid_argument("bucketCount must be greater than 0")
    if math.isnan(value):
        raise invalid_argument("operand must not be NaN")
    if not math.isfinite(low):
        raise invalid_argument("first bound must be finite")
    if not math.isfinite(high):
        raise invalid_argument("second bound must be finite")
    if low == high:
        raise invalid_argument("bounds cannot equal each other")
    lower, upper = min(low, high), max(low, high)
    if value < lower:
        result = 0
    elif value >= upper:
        result = buckets + 1
    else:
        result = int(buckets * (value - lower) / (upper - lower) + 1)
    return buckets - result + 1 if low > high else result


def bucket_of(value: float, bins: list[float]) -> int:
    """The number of the bin of a value."""
    if not bins:
        raise invalid_argument("Bins cannot be an empty array")
    if math.isnan(value):
        raise invalid_argument("Operand cannot be NaN")
    if any(one is None or math.isnan(one) or math.isinf(one) for one in bins):
        raise invalid_argument("Bin values must be finite")
    # Trino looks only at the bins that its search meets, so unsorted ones may go unnoticed.
    low, high = 0, len(bins)
    while low < high:
        if bins[low] > bins[high - 1]:
            raise invalid_argument("Bin values are not sorted in ascending order")
        middle = (low + high) // 2
        if value < bins[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def power(base: float, exponent: float) -> float:
    """``Math.pow``."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def log(base: float, value: float) -> float:
    """The logarithm to a base."""
    if value < 0 or base < 0 or math.isnan(value) or math.isnan(base):
        return math.nan
    top = -math.inf if value == 0 else math.log(value)
    bottom = -math.inf if base == 0 else math.log(base)
    if bottom == 0:
        return math.nan if top == 0 or math.isnan(top) else math.copysign(math.inf, top)
    if math.isinf(top) and math.isinf(bottom):
        return math.nan
    return top / bottom


def one_argument(name: str, value: float) -> float:
    """A function of ``math``, with Java's results where Python raises."""
    if math.isnan(value):
        return value
    try:
        found: float = getattr(math, name)(value)
    except OverflowError:
        return math.copysign(math.inf, value) if name == "sinh" else math.inf
    except ValueError:
        return -math.inf if name in ("log", "log2", "log10") and value == 0 else math.nan
    return found


_PYTHON_NAMES = {"ln": "log"}
_FLOATS = ("real", "double")


def _rounding(name: str) -> tuple[Function, ...]:
    return (
        *(scalar(f"{name}({kind}) -> {kind}", "{0}") for kind in INTEGER_KINDS),
        *(scalar(f"{name}({kind}) -> {kind}", f"CAST({name}({{0}}) AS {{type}})") for kind in _FLOATS),
    )


def _checked_abs(kind: str, bits: int) -> Function:
    lowest = -(2 ** (bits - 1))
    return scalar(
        f"abs({kind}) -> {kind}",
        fail_if(
            f"{{0}} = {lowest}",
            "NUMERIC_VALUE_OUT_OF_RANGE",
            f"'Value {lowest} is out of range for abs({kind})'",
            "abs({0})",
            "{type}",
        ),
    )


def _modulo(kind: str) -> Function:
    return scalar(
        f"mod({kind}, {kind}) -> {kind}",
        fail_if("{1} = 0", "GENERIC_INTERNAL_ERROR", "'/ by zero'", "({0} % {1})", "{type}"),
    )


FUNCTIONS = (
    *(
        scalar(f"{name}(double) -> double", f"py_math('{_PYTHON_NAMES.get(name, name)}', {{0}})")
        for name in (*_ONE, *_ONE_OF_PYTHON)
    ),
    *(_checked_abs(kind, bits) for kind, bits in zip(INTEGER_KINDS, (8, 16, 32, 64), strict=True)),
    *(scalar(f"abs({kind}) -> {kind}", "abs({0})") for kind in _FLOATS),
    *_rounding("ceil"),
    *_rounding("floor"),
    *(scalar(f"ceiling({kind}) -> {kind}", "CAST(ceil({0}) AS {type})") for kind in _FLOATS),
    *(scalar(f"ceiling({kind}) -> {kind}", "{0}") for kind in INTEGER_KINDS),
    *(scalar(f"round({kind}) -> {kind}", "{0}") for kind in INTEGER_KINDS),
    *(
        scalar(f"round({kind}, bigint) -> {kind}", "CAST(py_decimal_round(CAST({0} AS VARCHAR), {1}) AS {type})")
        for kind in INTEGER_KINDS
    ),
    *(scalar(f"round({kind}) -> {kind}", "CAST(py_round(CAST({0} AS DOUBLE), 0) AS {type})") for kind in _FLOATS),
    *(
        scalar(f"round({kind}, bigint) -> {kind}", "CAST(py_round(CAST({0} AS DOUBLE), {1}) AS {type})")
        for kind in _FLOATS
    ),
    *(scalar(f"truncate({kind}) -> {kind}", "CAST(trunc({0}) AS {type})") for kind in _FLOATS),
    *(
        scalar(f"sign({kind}) -> {kind}", "CAST(CASE WHEN isnan({0}) OR {0} = 0 THEN {0} ELSE sign({0}) END AS {type})")
        for kind in _FLOATS
    ),
    *(scalar(f"sign({kind}) -> {kind}", "CAST(sign({0}) AS {type})") for kind in INTEGER_KINDS),
    *(_modulo(kind) for kind in INTEGER_KINDS),
    *(scalar(f"mod({kind}, {kind}) -> {kind}", "({0} % {1})") for kind in _FLOATS),
    *(scalar(f"{name}(double, double) -> double", "py_power({0}, {1})") for name in ("power", "pow")),
    scalar("atan2(double, double) -> double", "atan2({0}, {1})"),
    scalar("log(double, double) -> double", "py_log({0}, {1})"),
    scalar("pi() -> double", "pi()"),
    scalar("e() -> double", f"CAST({math.e!r} AS DOUBLE)"),
    scalar("nan() -> double", "CAST('nan' AS DOUBLE)"),
    scalar("infinity() -> double", "CAST('inf' AS DOUBLE)"),
    *(scalar(f"is_nan({kind}) -> boolean", "isnan({0})") for kind in _FLOATS),
    scalar("is_finite(double) -> boolean", "isfinite({0})"),
    scalar("is_infinite(double) -> boolean", "isinf({0})"),
    *(scalar(f"{name}() -> double", "random()") for name in ("random", "rand")),
    *(
        scalar(
            f"{name}({kind}) -> {kind}",
            fail_if(
                "{0} <= 0",
                "INVALID_FUNCTION_ARGUMENT",
                "'bound must be positive'",
                "CAST(floor(random() * {0}) AS {type})",
                "{type}",
            ),
        )
        for name in ("random", "rand")
        for kind in INTEGER_KINDS
    ),
    *(
        scalar(
            f"{name}({kind}, {kind}) -> {kind}",
            fail_if(
                "{0} >= {1}",
                "INVALID_FUNCTION_ARGUMENT",
                "'start value must be less than stop value'",
                "CAST({0} + CAST(floor(random() * (CAST({1} AS HUGEINT) - {0})) AS HUGEINT) AS {type})",
                "{type}",
            ),
        )
        for name in ("random", "rand")
        for kind in INTEGER_KINDS
    ),
    scalar("to_base(bigint, bigint) -> varchar(64)", "py_to_base({0}, {1})"),
    scalar("from_base(varchar(x), bigint) -> bigint", "py_from_base({0}, {1})"),
    scalar("width_bucket(double, double, double, bigint) -> bigint", "py_width_bucket({0}, {1}, {2}, {3})"),
    scalar("width_bucket(double, array(double)) -> bigint", "py_bucket_of({0}, {1})"),
    scalar("bitwise_and(bigint, bigint) -> bigint", "({0} & {1})"),
    scalar("bitwise_or(bigint, bigint) -> bigint", "({0} | {1})"),
    scalar("bitwise_xor(bigint, bigint) -> bigint", "xor({0}, {1})"),
    scalar("bitwise_not(bigint) -> bigint", "(~{0})"),
    *(
        scalar(
            f"bitwise_left_shift({kind}, bigint) -> {kind}",
            f"CAST(py_shift('left', {bits}, CAST({{0}} AS BIGINT), {{1}}) AS {{type}})",
        )
        for kind, bits in zip(INTEGER_KINDS, (8, 16, 32, 64), strict=True)
    ),
    *(
        scalar(
            f"bitwise_right_shift({kind}, bigint) -> {kind}",
            f"CAST(py_shift('right', {bits}, CAST({{0}} AS BIGINT), {{1}}) AS {{type}})",
        )
        for kind, bits in zip(INTEGER_KINDS, (8, 16, 32, 64), strict=True)
    ),
    *(
        scalar(
            f"bitwise_right_shift_arithmetic({kind}, bigint) -> {kind}",
            f"CAST(py_shift('arithmetic', {bits}, CAST({{0}} AS BIGINT), {{1}}) AS {{type}})",
        )
        for kind, bits in zip(INTEGER_KINDS, (8, 16, 32, 64), strict=True)
    ),
    scalar("bit_count(bigint, bigint) -> bigint", "py_bit_count({0}, {1})"),
)


def shift(direction: str, bits: int, value: int, count: int) -> int:
    """The shifts of Java, in a type of so many bits."""
    if count < 0:
        raise invalid_argument("Specified shift must be positive")
    if direction == "arithmetic":
        return value >> min(count, bits - 1)
    mask = (1 << bits) - 1
    if count >= bits:
        return 0
    found = ((value & mask) << count) & mask if direction == "left" else (value & mask) >> count
    return found - (1 << bits) if found >> (bits - 1) else found


def bit_count(value: int, bits: int) -> int:
    """The number of bits that are set in a number of so many bits."""
    if not 2 <= bits <= 64:
        raise invalid_argument(f"Bits specified in bit_count must be between 2 and 64, got {bits}")
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise invalid_argument(
            f"Number must be representable with the bits specified. {value} cannot be represented with {bits} bits"
        )
    return (value & ((1 << bits) - 1)).bit_count()


declare("varchar", "double", "py_double_of_text({0}, 'DOUBLE')")
declare("varchar", "real", "CAST(py_double_of_text({0}, 'REAL') AS FLOAT)")

UDFS = (
    udf("double_of_text", double_of_text, "VARCHAR, VARCHAR", "DOUBLE"),
    udf("math", one_argument, "VARCHAR, DOUBLE", "DOUBLE"),
    udf("round", java_round, "DOUBLE, BIGINT", "DOUBLE"),
    udf("truncate_double", java_truncate, "DOUBLE, BIGINT", "DOUBLE"),
    udf("power", power, "DOUBLE, DOUBLE", "DOUBLE"),
    udf("log", log, "DOUBLE, DOUBLE", "DOUBLE"),
    udf("to_base", to_base, "BIGINT, BIGINT", "VARCHAR"),
    udf("from_base", from_base, "VARCHAR, BIGINT", "BIGINT"),
    udf("width_bucket", width_bucket, "DOUBLE, DOUBLE, DOUBLE, BIGINT", "BIGINT"),
    udf("bucket_of", bucket_of, "DOUBLE, DOUBLE[]", "BIGINT"),
    udf("shift", shift, "VARCHAR, INTEGER, BIGINT, BIGINT", "BIGINT"),
    udf("bit_count", bit_count, "BIGINT, BIGINT", "BIGINT"),
)
