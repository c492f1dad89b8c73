"""Athena's query language, resolved against the catalog and translated to DuckDB's SQL."""
