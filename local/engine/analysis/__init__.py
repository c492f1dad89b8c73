"""What a query means: its tree, with every name found, every expression typed and every coercion written out.

================  ====================================================================================================
``nodes``         the typed tree, which ``local.engine.lowering`` writes in DuckDB's SQL
``scopes``        which names are visible where
``context``       what the analysis of one statement shares: the catalog, names, errors
``queries``       queries, set operations, WITH
``select``        SELECT: its clauses, and the order in which names become visible
``relations``     FROM: tables, views, joins, UNNEST
``expressions``   expressions
``literals``      literals
``calls``         calls: overloads, lambdas, aggregates, windows
``grouping``      GROUP BY: splits expressions into what is computed before and after grouping
================  ====================================================================================================
"""
