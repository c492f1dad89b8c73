"""Detecting drift between registry, S3 and catalog, repairing it, checking views, reporting."""
