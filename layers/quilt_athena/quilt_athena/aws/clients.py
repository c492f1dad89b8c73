"""Settings of boto3 clients, which also do all retries of single calls."""

from botocore.config import Config

#: For every client: boto3's jittered retries, and no call that outlives a function.
CLIENT_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=20)

#: For work that nobody waits for: a throttled call slows down all calls of the client until throttling ends.
PATIENT_CLIENT_CONFIG = Config(
    retries={"mode": "adaptive", "total_max_attempts": 8}, connect_timeout=5, read_timeout=20, max_pool_connections=20
)
