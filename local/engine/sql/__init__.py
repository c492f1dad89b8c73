"""Trino's grammar, read into the nodes of sqlglot's trees."""
