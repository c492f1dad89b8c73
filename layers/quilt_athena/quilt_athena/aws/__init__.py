"""The edge to boto3: calls with typed errors, client settings, ranged S3 reads."""
