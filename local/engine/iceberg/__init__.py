"""Iceberg tables, through PyIceberg: its catalog and file access over the engine's interface, scans, and commits.

PyIceberg reads and writes metadata. What Athena does and PyIceberg doesn't is here: pruning of row groups with the
bytes that it saves, position deletes, compaction, and the deletion of what no snapshot needs.
"""

from local.engine.iceberg.catalog import IcebergCatalog
from local.engine.iceberg.files import ObjectFiles
from local.engine.iceberg.versions import at_version

__all__ = ["IcebergCatalog", "ObjectFiles", "at_version"]
