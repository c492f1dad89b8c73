"""Trino's types, and values as the text in Athena's results."""
