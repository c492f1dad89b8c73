"""Custom views: users' SQL files, each of which becomes a view of every bucket, of some buckets, or of all of them."""
