"""The deployments that the tests look at: each a choice of parameters that people will make."""

from __future__ import annotations

from functools import cache

from tests.unit.template.cloudformation import Stack

KEY = "arn:aws-test:kms:eu-test-1:123456789012:key/0000-1111"
CATALOG_KEY = "arn:aws-test:kms:eu-test-1:123456789012:key/6666-7777"
DATA_KEYS = (
    "arn:aws-test:kms:eu-test-1:123456789012:key/2222-3333",
    "arn:aws-test:kms:eu-test-1:999999999999:key/4444-5555",
)
BOUNDARY = "arn:aws-test:iam::123456789012:policy/boundary"
ROLES = ("arn:aws-test:iam::123456789012:role/analyst", "arn:aws-test:iam::123456789012:role/team/chemist")
ROLE_PATTERN = "arn:aws-test:iam::123456789012:role/ReadWriteQuiltV2*"
REGISTRAR = "arn:aws-test:iam::123456789012:role/registrar-*"
TOPIC = "arn:aws-test:sns:eu-test-1:123456789012:alarms"

PARAMETERS: dict[str, dict[str, str]] = {
    "defaults": {},
    # Everything that a strict organisation asks for.
    "hardened": {
        "KmsKeyArn": KEY,
        "DataKmsKeyArns": ",".join(DATA_KEYS),
        "CatalogKmsKeyArn": CATALOG_KEY,
        "PermissionsBoundaryArn": BOUNDARY,
        "RolePath": "/service/",
        "AlarmTopicArn": TOPIC,
        "BucketNamePattern": "company-*",
        "EventBusName": "own-bus",
        "CreateEventBus": "true",
        "RegistrarArns": REGISTRAR,
        "AccessPolicyRoleArns": ",".join((*ROLES, ROLE_PATTERN)),
    },
    # Whoever worked through the notebook already has a database and a workgroup.
    "existing": {
        "CreateDatabase": "false",
        "CreateWorkGroup": "false",
        "ExistingResultsLocation": "s3://notebook-results/athena/",
        "BytesScannedCutoffPerQuery": "0",
    },
}
NAMES = tuple(PARAMETERS)


@cache
def stack(name: str) -> Stack:
    """A deployment by its name in PARAMETERS."""
    return Stack(PARAMETERS[name])
