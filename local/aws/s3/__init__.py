"""S3: the objects that the engine reads, and what MiniStack's S3 lacks."""
