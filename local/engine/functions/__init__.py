"""The functions, operators and casts that the engine runs, and what they are in DuckDB's SQL."""
