"""SQL with the results that a real Trino gave, and the check that the local engine gives the same: see README.md."""
