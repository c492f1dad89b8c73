"""Glue: the catalog that the engine reads, and what MiniStack's Glue does differently."""
