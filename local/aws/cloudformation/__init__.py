"""CloudFormation: resource types that MiniStack lacks."""
