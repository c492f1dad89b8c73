"""The names of a query's columns in Athena. DuckDB renames columns of a subquery that have the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

Names = list[str]
#: The columns of a table or view.
ColumnsOf = Callable[[exp.Table], Names]


def column_names(query: exp.Expr, columns_of: ColumnsOf, named: Mapping[str, Names] | None = None) -> Names:
    """The names in order, in lower case. ``named`` has the columns of the WITH queries around the query."""
    named = dict(named or {})
    with_ = query.args.get("with_")
    for cte in with_.expressions if isinstance(with_, exp.With) else ():
        named[cte.alias.lower()] = _aliased(cte, column_names(cte.this, columns_of, named))
    if isinstance(query, exp.SetOperation | exp.Subquery):
        return column_names(query.this, columns_of, named)
    if not isinstance(query, exp.Select):
        return []
    names: Names = []
    for item in query.expressions:
        star = item.this if isinstance(item, exp.Column) else item
        if not isinstance(star, exp.Star):
            names.append(item.output_name.lower())
            continue
        table = item.table.lower() if isinstance(item, exp.Column) else ""
        for source, using in _sources(query):
            if table in ("", source.alias_or_name.lower()):
                # A column in USING appears once.
                shared = set() if table else using
                names += [name for name in _of_relation(source, columns_of, named) if name not in shared]
    return [name for name in names if name]


def _sources(select: exp.Select) -> Iterator[tuple[exp.Expr, set[str]]]:
    """The relations in FROM, each with the columns in its USING."""
    if isinstance(from_ := select.args.get("from_"), exp.From):
        yield from_.this, set()
    for join in select.args.get("joins") or ():
        yield join.this, {column.name.lower() for column in join.args.get("using") or ()}


def _of_relation(source: exp.Expr, columns_of: ColumnsOf, named: Mapping[str, Names]) -> Names:
    if isinstance(source, exp.Subquery):
        return _aliased(source, column_names(source.this, columns_of, named))
    if not isinstance(source, exp.Table):
        return _aliased(source, [])
    is_named = not source.db and source.name.lower() in named
    return _aliased(source, named[source.name.lower()] if is_named else columns_of(source))


def _aliased(node: exp.Expr, names: Names) -> Names:
    """The names in ``AS x(a, b)``, if there are any."""
    return [name.lower() for name in node.alias_column_names] or names
