"""A typed tree, written in DuckDB's SQL with the representations of ``local.engine.types.representation``.

================  ====================================================================================================
``queries``       queries and relations
``expressions``   expressions
``constants``     literals
``comparisons``   comparisons, per type
``aggregates``    aggregate and window functions
================  ====================================================================================================
"""
