"""Athena's functions in DuckDB: by another name, as a macro, or in Python."""
