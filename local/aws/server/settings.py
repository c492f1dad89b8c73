"""MiniStack's settings: environment variables that it reads when it is imported."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

#: The region of everything on the local AWS.
REGION = "us-east-1"


def apply(*, port: int, data: Path, enforce_iam: bool) -> None:
    """Set MiniStack's port, and folders below `data` that no other server uses."""
    temporary = data / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(temporary)
    # The functions' processes inherit this environment, so it must not contain another endpoint.
    for name in [name for name in os.environ if name.startswith(("AWS_ENDPOINT_URL", "MINISTACK_", "LOCALSTACK"))]:
        del os.environ[name]
    os.environ.update(
        {
            "TMPDIR": str(temporary),
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            # The host in its URLs, such as those of queues.
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "S3_DATA_DIR": str(data / "s3"),
            "S3_PERSIST": "0",
            "PERSIST_STATE": "0",
            "STATE_DIR": str(data / "state"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            # AWS's quota: beyond it invocations are throttled. The number of processes has its own limit
            # (local/aws/lambda_/processes.py), at which they wait.
            "LAMBDA_ACCOUNT_CONCURRENCY": "1000",
            # A socket that doesn't exist, so that MiniStack never uses Docker.
            "DOCKER_HOST": f"unix://{data / 'no-docker'}",
            # Functions inherit it: otherwise their StartSyncExecution goes to the host sync-127.0.0.1.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AUTH": "true" if enforce_iam else "false",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        }
    )
