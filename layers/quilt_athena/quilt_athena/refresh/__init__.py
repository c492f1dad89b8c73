"""The refresh: detecting and repairing drift between registry, S3 and catalog, checking views, reporting."""
