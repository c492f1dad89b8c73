"""The edge to boto3: calls with typed errors, client settings, objects read in ranges."""
