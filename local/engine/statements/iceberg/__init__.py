"""Statements about Iceberg tables. ``dispatch`` finds out which ones are; the other modules import PyIceberg."""
