"""The layer of the deployed stack, as SAM built it."""

from __future__ import annotations

import io
import zipfile

from tests.local_aws import LocalAws


def test_client_and_command_are_not_in_the_layer(local_aws: LocalAws) -> None:
    cloudformation = local_aws.stack.client("cloudformation")
    described = cloudformation.get_template(StackName=local_aws.stack.stack_name, TemplateStage="Processed")
    layers = [
        resource["Properties"]["Content"]
        for name, resource in described["TemplateBody"]["Resources"].items()
        if resource["Type"] == "AWS::Lambda::LayerVersion" and name.startswith("QuiltAthenaLayer")
    ]
    (content,) = layers
    uploaded = local_aws.s3.get_object(Bucket=content["S3Bucket"], Key=content["S3Key"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(uploaded)) as archive:
        files = [name.split("/") for name in archive.namelist()]
    assert {folder[0] for folder in files} == {"python"}
    installed = {folder[1].split("-")[0] for folder in files}
    assert {"quilt_athena", "pydantic"} <= installed
    assert not {"click", "rich", "pyarrow", "boto3", "hatchling"} & installed
    package = {folder[2] for folder in files if folder[1] == "quilt_athena"}
    assert "catalog" in package
    assert not {"client", "cli"} & package
