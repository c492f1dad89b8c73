"""The layer that SAM built for the deployed stack."""

from __future__ import annotations

from tests.local_aws import LocalAws, folder


def test_client_and_command_are_not_in_the_layer(local_aws: LocalAws) -> None:
    (package,) = local_aws.stack.work.glob("build/QuiltAthenaLayer/python/quilt_athena")
    assert "catalog" in folder(package)
    assert not {"client", "cli"} & set(folder(package))
    installed = {name.split("-")[0] for name in folder(package.parent)}
    assert not {"click", "rich", "pyarrow", "boto3", "hatchling"} & installed
