"""Facts that no run checks, because it would change settings or use up quotas that belong to the whole account."""

from __future__ import annotations

from typing import Any

from verification.aws import Aws
from verification.check import DecidedBy, NotVerifiableHereError, check

_DOCS = "https://docs.aws.amazon.com"


@check(
    "lake-formation",
    claim="Where Lake Formation governs the catalog, the grants of templates/lake_formation.yaml are sufficient.",
    expected={},
    relied_on="templates/lake_formation.yaml; docs/access.md",
    source=f"{_DOCS}/lake-formation/latest/dg/granting-catalog-permissions.html",
    decided_by=DecidedBy.ACCOUNT,
)
def lake_formation(_: Aws) -> Any:
    """Not checked: it needs data lake administrators and default permissions, which are settings of the account. Deploy
    the stack and the template in an account with Lake Formation, and refresh the catalog."""
    raise NotVerifiableHereError(lake_formation.how)


@check(
    "encrypted-catalog",
    claim="With CatalogKmsKeyArn, the stack works where Glue encrypts the catalog with a KMS key.",
    expected={},
    relied_on="template.yaml; docs/access.md",
    source=f"{_DOCS}/athena/latest/ug/access-encrypted-data-glue-data-catalog.html",
    decided_by=DecidedBy.ACCOUNT,
)
def encrypted_catalog(_: Aws) -> Any:
    """Not checked: the encryption of the catalog is a setting of the account, and a key costs 1 USD a month."""
    raise NotVerifiableHereError(encrypted_catalog.how)


@check(
    "full-queue",
    claim="Athena reports a full queue as TooManyRequestsException, for as long as it lasts.",
    expected={},
    relied_on="statemachines/query.asl.json; docs/decisions.md, 25a",
    source=f"{_DOCS}/athena/latest/ug/service-limits.html",
    decided_by=DecidedBy.ACCOUNT,
)
def full_queue(_: Aws) -> Any:
    """Not checked: the quota of active queries is the account's, and other people's queries would be rejected."""
    raise NotVerifiableHereError(full_queue.how)


@check(
    "other-accounts",
    claim="The bucket policy in docs/access.md is sufficient for buckets of other accounts.",
    expected={},
    relied_on="docs/access.md",
    source=f"{_DOCS}/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html",
    decided_by=DecidedBy.ACCOUNT,
)
def other_accounts(_: Aws) -> Any:
    """Not checked: it needs a second account."""
    raise NotVerifiableHereError(other_accounts.how)
