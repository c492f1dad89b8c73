"""Which tables and views exist for each bucket, and how the Glue catalog is made to match."""
