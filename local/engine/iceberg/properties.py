"""Table properties: Athena's names and Iceberg's.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties
"""

from __future__ import annotations

from collections.abc import Mapping

from local.engine.errors import QueryError, cannot_run

_CODECS = ("zstd", "snappy", "gzip", "lz4", "none")
#: Athena's properties that hold a number, and Iceberg's. Those that Iceberg lacks keep their name.
_NUMBERS = {
    "optimize_rewrite_min_data_file_size_bytes": "optimize_rewrite_min_data_file_size_bytes",
    "optimize_rewrite_max_data_file_size_bytes": "optimize_rewrite_max_data_file_size_bytes",
    "optimize_rewrite_data_file_threshold": "optimize_rewrite_data_file_threshold",
    "optimize_rewrite_delete_file_threshold": "optimize_rewrite_delete_file_threshold",
    "vacuum_min_snapshots_to_keep": "history.expire.min-snapshots-to-keep",
    "vacuum_max_snapshot_age_seconds": "history.expire.max-snapshot-age-ms",
    "vacuum_max_metadata_files_to_keep": "write.metadata.previous-versions-max",
    "write_target_data_file_size_bytes": "write.target-file-size-bytes",
}
_PATHS = ("write.data.path", "write.object-storage.path")
_MILLISECONDS = "vacuum_max_snapshot_age_seconds"


def defaults(location: str) -> dict[str, str]:
    """The properties of a table that Athena creates: a hash precedes the partition in the paths of data files."""
    return {
        "write.format.default": "parquet",
        "write.parquet.compression-codec": "zstd",
        "write.object-storage.enabled": "true",
        "write.object-storage.path": f"{location.rstrip('/')}/data",
    }


def from_athena(properties: Mapping[str, str]) -> dict[str, str]:
    """Iceberg's properties for those of TBLPROPERTIES or WITH, without ``table_type``.

    Raises:
        QueryError: Athena doesn't accept a property, or its value.
    """
    found: dict[str, str] = {}
    for name, value in properties.items():
        key = name.lower()
        if key == "format":
            if value.lower() != "parquet":
                raise cannot_run(f"Iceberg tables with the format {value}")
            found["write.format.default"] = "parquet"
        elif key == "write_compression":
            codec = "none" if value.lower() in ("none", "uncompressed") else value.lower()
            if codec not in _CODECS:
                raise QueryError(f"INVALID_TABLE_PROPERTY: Unsupported write_compression for Parquet: {value}")
            found["write.parquet.compression-codec"] = "uncompressed" if codec == "none" else codec
        elif key in _NUMBERS:
            if not value.isdigit():
                raise QueryError(f"INVALID_TABLE_PROPERTY: {name} must be a number, not {value!r}")
            found[_NUMBERS[key]] = f"{int(value)}000" if key == _MILLISECONDS else value
        elif key in _PATHS:
            found[key] = value
        else:
            raise QueryError(f"FAILED: SemanticException Unsupported table property key: {name}")
    return found


def to_athena(properties: Mapping[str, str]) -> dict[str, str]:
    """The properties as SHOW CREATE TABLE and SHOW TBLPROPERTIES print them. Others remain hidden."""
    found = {"table_type": "iceberg", "format": properties.get("write.format.default", "parquet").lower()}
    found["write_compression"] = properties.get("write.parquet.compression-codec", "zstd").lower()
    for name, key in _NUMBERS.items():
        if key in properties:
            value = properties[key]
            found[name] = value.removesuffix("000") if name == _MILLISECONDS else value
    return found


def names_in_iceberg(names: list[str]) -> list[str]:
    """Iceberg's names of Athena's properties, to remove them.

    Raises:
        QueryError: Athena doesn't accept a property.
    """
    own = {**_NUMBERS, "format": "write.format.default", "write_compression": "write.parquet.compression-codec"}
    own |= {path: path for path in _PATHS}
    for name in names:
        if name.lower() not in own:
            raise QueryError(f"FAILED: SemanticException Unsupported table property key: {name}")
    return [own[name.lower()] for name in names]
