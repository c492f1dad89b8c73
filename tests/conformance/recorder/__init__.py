"""Records the cases: assembles a Trino, gives it the sample tables, and writes what it returns into the case files."""
