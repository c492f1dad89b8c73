"""Trino's grammar of queries, which builds sqlglot's trees from the tokens of sqlglot's tokenizer.

sqlglot's own parser accepts the syntax of many databases at once and forgets how literals and types were written, so a
query that Athena rejects would run here. This grammar accepts what Trino's does, and nothing else.
https://github.com/trinodb/trino/blob/435/core/trino-parser/src/main/antlr4/io/trino/sql/parser/SqlBase.g4

===============  ===================================================================================================
``tokens``       the tokens, and the place in them
``types``        types in CAST
``expressions``  expressions
``queries``      queries and relations
===============  ===================================================================================================
"""
