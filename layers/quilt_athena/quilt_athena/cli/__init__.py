"""The `quilt-athena` command; `quilt-athena --help` says what it can do."""
