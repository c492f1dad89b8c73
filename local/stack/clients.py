"""boto3 clients of the local AWS. They ignore the caller's profiles, credentials and proxies."""

from __future__ import annotations

import functools
import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local.aws.iam.keys import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.aws.server.settings import REGION

# As botocore declares its variables: name in the configuration file, environment variable, default, conversion.
_ISOLATED = {
    "profile": (None, None, None, None),
    "region": (None, None, REGION, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
    "ca_bundle": (None, None, None, None),
    "use_fips_endpoint": (None, None, None, None),
    "use_dualstack_endpoint": (None, None, None, None),
}


@functools.cache
def session() -> Any:
    """The session that creates all clients. Creating a session takes longer than creating a client."""
    return boto3.Session(
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
        region_name=REGION,
        botocore_session=botocore.session.Session(session_vars=_ISOLATED),
    )


def client(service: str, endpoint: str) -> Any:
    """A client of a service, such as "s3" or "stepfunctions", at an endpoint on this machine."""
    return session().client(
        service,
        endpoint_url=endpoint,
        # Otherwise StartSyncExecution goes to the host sync-127.0.0.1.
        config=Config(inject_host_prefix=False, proxies={}, retries={"mode": "standard"}),
    )
