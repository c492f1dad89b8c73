"""Athena's query operations, around the engine in `local.engine`. The rest of MiniStack's Athena stays as it is."""
