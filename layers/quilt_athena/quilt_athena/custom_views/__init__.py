"""Custom views: SQL files, each turned into a view of every bucket, of some buckets, or of all of them together."""
