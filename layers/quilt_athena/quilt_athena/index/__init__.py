"""The Iceberg index: manifests and pointers of all indexed buckets, written by Athena itself."""
