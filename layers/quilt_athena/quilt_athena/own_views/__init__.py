"""Users' own views: files of SQL, each made a view of every bucket, of some buckets, or of all of them together."""
