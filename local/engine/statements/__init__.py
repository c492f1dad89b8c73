"""Statements: what kind each one is, and running it. Queries, DDL, and the ones that only show the catalog."""
