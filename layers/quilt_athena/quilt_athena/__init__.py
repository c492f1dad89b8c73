"""quilt-athena: Quilt package metadata, queryable with Amazon Athena."""
