"""Who asks for what, and whether IAM lets it: where MiniStack doesn't look, and a record of all that was asked."""
