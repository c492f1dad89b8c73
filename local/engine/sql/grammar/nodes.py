"""Nodes of the tree that sqlglot has no class for."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp


class FunctionCall(exp.Expression):
    """A call of a function.

    Arguments: ``this`` (name in lower case), ``expressions``, ``star``, ``distinct``, ``order`` (``exp.Order``),
    ``filter`` (a condition), ``nulls`` (IGNORE or RESPECT), ``over`` (``exp.WindowSpec`` or the name of a window).
    """

    arg_types: ClassVar = {
        "this": True, "expressions": False, "star": False, "distinct": False, "order": False, "filter": False,
        "nulls": False, "over": False,
    }  # fmt: skip


class TypedLiteral(exp.Expression):
    """``DATE '2020-01-01'``: ``this`` is the text, ``kind`` the name of the type in lower case."""

    arg_types: ClassVar = {"this": True, "kind": True}


class JsonFunction(exp.Expression):
    """One of SQL's JSON functions: ``this`` is its name in lower case.

    Arguments: ``expressions`` (the input, or the values), ``keys`` (of JSON_OBJECT), ``path`` (text), ``passing``,
    ``returning`` (a type), ``options`` (words such as ``WITH WRAPPER``), ``empty``, ``error`` (words),
    ``default_empty`` and ``default_error`` (expressions), ``format_json`` (whether the value of that position is JSON).
    """

    arg_types: ClassVar = {
        "this": True, "expressions": False, "keys": False, "path": False, "passing": False, "returning": False,
        "options": False, "empty": False, "error": False, "default_empty": False, "default_error": False,
        "format_json": False,
    }  # fmt: skip


class Relations(exp.Expression):
    """A join tree: ``this`` is the left relation, ``expression`` the right one.

    Arguments: ``kind`` (CROSS, INNER, LEFT, RIGHT, FULL, or IMPLICIT for a comma), ``on``, ``using`` (identifiers),
    ``natural``.
    """

    arg_types: ClassVar = {
        "this": True, "expression": True, "kind": True, "on": False, "using": False, "natural": False,
    }  # fmt: skip


class NamedRelation(exp.Expression):
    """``this AS alias(columns)``, where ``this`` is a relation that can't hold an alias itself."""

    arg_types: ClassVar = {"this": True, "alias": False}


class Frame(exp.Expression):
    """A window: ``this`` (the name of a window it extends), ``partition_by``, ``order``, ``unit`` (ROWS, RANGE or
    GROUPS), ``start`` and ``end`` (words), ``start_value`` and ``end_value`` (expressions)."""

    arg_types: ClassVar = {
        "this": False, "partition_by": False, "order": False, "unit": False, "start": False, "end": False,
        "start_value": False, "end_value": False,
    }  # fmt: skip
