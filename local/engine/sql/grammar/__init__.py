"""Trino's grammar of queries, which builds sqlglot's trees from the tokens of sqlglot's tokenizer.

sqlglot's own parser accepts the syntax of many databases at once and forgets how literals and types were written, so a
query that Athena rejects would run here. This grammar accepts what Trino's does, and nothing else.
https://github.com/trinodb/trino/blob/435/core/trino-parser/src/main/antlr4/io/trino/sql/parser/SqlBase.g4

===============  ===================================================================================================
``tokens``       the tokens, and the place in them
``types``        types in CAST
``literals``     literals
``calls``        calls of functions; ``json`` has those of SQL/JSON
``primaries``    operands
``expressions``  operators and predicates
``clauses``      GROUP BY, ORDER BY and windows
``relations``    what is in FROM; ``aliases`` has its names
``queries``      queries
``changes``      INSERT, DELETE, UPDATE and MERGE
``parameters``   execution parameters in the place of ``?``
===============  ===================================================================================================
"""
