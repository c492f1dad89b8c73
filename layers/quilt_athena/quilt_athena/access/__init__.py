"""The access policy on IAM roles."""
