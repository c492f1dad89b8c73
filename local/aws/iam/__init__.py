"""IAM: checks of permissions that MiniStack doesn't make, and a record of all checks."""
