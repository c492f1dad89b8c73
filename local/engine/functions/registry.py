"""What a function of Trino is here: its signature, and how a call of it is written in DuckDB's SQL.

Modules of this package declare functions (``FUNCTIONS``) and the Python functions that they use (``UDFS``);
``catalogue`` collects them. Only what is declared runs: everything else fails with FUNCTION_NOT_FOUND if Trino lacks
it too, or NOT_SUPPORTED.

A scalar's ``lowering`` is a template or a Python function that is given the ``Call``. In a template ``{0}``, ``{1}``
are arguments, already coerced to the signature's types; ``{args}`` is all of them with commas; ``{type}`` is the DuckDB
type of the result; ``{0.type}`` that of an argument. An argument that a template names more than once is evaluated
once. Double the brackets to write one (``{{``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.engine.functions.signature import Numbers, Signature, read_signature
from local.engine.types.model import TrinoType

SCALAR: Final = "scalar"
AGGREGATE: Final = "aggregate"
WINDOW: Final = "window"


class _NotConstant:
    def __repr__(self) -> str:
        return "NOT_CONSTANT"

    def __bool__(self) -> bool:
        return False


#: The ``constant`` of an argument whose value is known only when the query runs.
NOT_CONSTANT: Final = _NotConstant()


@dataclass(frozen=True)
class Argument:
    """An argument of a call.

    Attributes:
        sql: its DuckDB expression; a lambda is spelled as one (``lambda x: x + 1``).
        type: its Trino type, after coercion.
        constant: its value as a Python object if it is a literal (None: NULL), else ``NOT_CONSTANT``.
    """

    sql: str
    type: TrinoType
    constant: Any = NOT_CONSTANT


@dataclass(frozen=True)
class Call:
    """A call of a scalar function to be written in DuckDB's SQL.

    Attributes:
        arguments: its arguments.
        result: the Trino type of its result.
        types: what the type variables of the signature stand for.
        numbers: what the numbers of the signature stand for.
    """

    arguments: tuple[Argument, ...]
    result: TrinoType
    types: Mapping[str, TrinoType]
    numbers: Numbers

    @property
    def sql(self) -> tuple[str, ...]:
        """The DuckDB expressions of the arguments."""
        return tuple(argument.sql for argument in self.arguments)


Lowering = str | Callable[[Call], str]


@dataclass(frozen=True)
class Aggregation:
    """How an aggregate function is computed: DuckDB's aggregate ``function`` of ``arguments``, then ``finish``.

    Attributes:
        function: DuckDB's name.
        arguments: templates of its arguments, as of a scalar.
        where: a template of a condition: rows for which it isn't true are skipped.
        finish: a template of the result; ``{r}`` is what DuckDB's aggregate returned, which is named only once unless
            it is cheap: use ``{r}`` as often as needed, it is evaluated once.
        filtered: whether FILTER, DISTINCT and ORDER BY may be used.
    """

    function: str
    arguments: tuple[str, ...]
    where: str = ""
    finish: str = "{r}"


@dataclass(frozen=True, eq=False)
class Function:
    """One overload of a function of Trino."""

    signature: Signature
    kind: str
    lowering: Lowering | Aggregation | Callable[[Call], Aggregation]
    null_on_null: bool = False

    @property
    def name(self) -> str:
        """Its name in lower case."""
        return self.signature.name


@dataclass(frozen=True)
class Udf:
    """A Python function in DuckDB.

    Attributes:
        name: its name in DuckDB, which starts with ``py_``.
        function: gets a Python value for each argument and returns one; or Arrow arrays if ``arrow``.
        arguments: DuckDB types.
        result: a DuckDB type.
        skips_null: whether the result is NULL if an argument is; ``function`` isn't called then.
        arrow: whether ``function`` gets and returns Arrow arrays, which is much faster.
    """

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    result: str
    skips_null: bool = True
    arrow: bool = False


class FunctionError(Exception):
    """Raised by a UDF: the query fails with this error of Trino, or TRY returns NULL."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"ATHENA{{{kind}: {message}}}")


def invalid_argument(message: str) -> FunctionError:
    """The error of most functions for an argument that has the right type and an impossible value."""
    return FunctionError("INVALID_FUNCTION_ARGUMENT", message)


def scalar(
    signature: str,
    lowering: Lowering,
    *,
    null_on_null: bool = False,
    where: Callable[[Numbers], Numbers] | None = None,
    comparable: str = "",
    orderable: str = "",
) -> Function:
    """Declare a scalar function.

    Args:
        signature: in Trino's notation, see ``signature.py``.
        lowering: the DuckDB expression.
        null_on_null: write the call so that it returns NULL if an argument is NULL. Needed only where the DuckDB
            expression wouldn't.
        where: see ``read_signature``.
        comparable: see ``read_signature``.
        orderable: see ``read_signature``.
    """
    read = read_signature(signature, where=where, comparable=comparable, orderable=orderable)
    return Function(read, SCALAR, lowering, null_on_null)


def aggregate(
    signature: str,
    function: str | Callable[[Call], Aggregation],
    *arguments: str,
    skip: str = "",
    finish: str = "{r}",
    where: Callable[[Numbers], Numbers] | None = None,
    comparable: str = "",
    orderable: str = "",
) -> Function:
    """Declare an aggregate function.

    Args:
        signature: in Trino's notation.
        function: DuckDB's aggregate function, or a Python function that returns the ``Aggregation``.
        arguments: templates of its arguments; by default the arguments as they are.
        skip: a template of a condition on which a row is skipped.
        finish: a template of the result, in which ``{r}`` is what DuckDB's aggregate returned.
        where: see ``read_signature``.
        comparable: see ``read_signature``.
        orderable: see ``read_signature``.
    """
    read = read_signature(signature, where=where, comparable=comparable, orderable=orderable)
    if not isinstance(function, str):
        return Function(read, AGGREGATE, function)
    templates = arguments or tuple(f"{{{number}}}" for number in range(len(read.arguments)))
    condition = f"({skip}) IS NOT TRUE" if skip else ""
    return Function(read, AGGREGATE, Aggregation(function, templates, condition, finish))


def window(signature: str, function: str, *arguments: str, finish: str = "{r}") -> Function:
    """Declare a function that exists only with OVER. The arguments are those of ``aggregate``."""
    read = read_signature(signature)
    templates = arguments or tuple(f"{{{number}}}" for number in range(len(read.arguments)))
    return Function(read, WINDOW, Aggregation(function, templates, "", finish))


def udf(
    name: str,
    function: Callable[..., Any],
    arguments: str,
    result: str,
    *,
    skips_null: bool = True,
    arrow: bool = False,
) -> Udf:
    """Declare a Python function.

    Args:
        name: without ``py_``.
        function: see ``Udf``.
        arguments: DuckDB types with commas between them; inside a type ``;`` stands for a comma.
        result: a DuckDB type; ``;`` stands for a comma too.
        skips_null: see ``Udf``.
        arrow: see ``Udf``.
    """
    kinds = tuple(kind.strip().replace(";", ",") for kind in arguments.split(",") if kind.strip())
    return Udf(f"py_{name}", function, kinds, result.replace(";", ","), skips_null, arrow)
