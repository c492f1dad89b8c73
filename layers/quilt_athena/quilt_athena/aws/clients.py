"""How clients of AWS services are configured."""

from botocore.config import Config

#: For every client: boto3's own jittered retries first, and no call that outlives a function.
CLIENT_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=20)

#: Of work that nobody waits for: what is throttled slows all the client's calls down until it isn't any more.
PATIENT_CLIENT_CONFIG = Config(
    retries={"mode": "adaptive", "total_max_attempts": 8}, connect_timeout=5, read_timeout=20, max_pool_connections=20
)
