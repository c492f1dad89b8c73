"""The environment of every process that uses the local AWS, so that none of them reaches the real AWS.

It leaves out the caller's profiles, credentials, endpoints, proxies and certificate bundles, and keeps what a program
needs to run at all (PATH, language, terminal, temporary folder).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from local.aws.iam.keys import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.aws.server.settings import REGION

_PASSED = frozenset(
    {
        "PATH", "TMPDIR", "TEMP", "TMP", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME", "SHELL", "SYSTEMROOT",
        "TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "VIRTUAL_ENV",
        "DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH",
    }
)  # fmt: skip


def client_settings(endpoint: str) -> dict[str, str]:
    """The variables to export so that any AWS client (CLI, SDK, quilt3) uses `endpoint`."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # Otherwise StartSyncExecution goes to the host sync-127.0.0.1.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }


def isolated(home: Path, *, endpoint: str | None = None, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child process.

    Args:
        home: the folder that becomes its home.
        endpoint: the endpoint of its AWS clients. Without one, they have neither endpoint nor credentials.
        base: the environment to start from; this process's by default.
    """
    source = os.environ if base is None else base
    passed = {name: value for name, value in source.items() if name in _PASSED or name.startswith("LC_")}
    return passed | _without_aws(home) | (client_settings(endpoint) if endpoint else {})


def _without_aws(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "NO_PROXY": "*",
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(home / ".aws-sam"),
        "QUILT_DISABLE_USAGE_METRICS": "true",
        "PYTHONUNBUFFERED": "1",
    }
