"""The registry of buckets, and the processing of bucket events from the queue to the catalog."""
