"""What holds data: private, encrypted, limited in cost, and still there when the stack is gone."""

from __future__ import annotations

import pytest

from quilt_athena.index.tables import STAGING, STAGING_COLUMNS
from tests.unit.template import stacks
from tests.unit.template.cloudformation import Stack, transformed

#: The state machines' own, of which the next deployment of the same stack needs the names.
SERVICE_WORKGROUPS = ("StandardWorkGroup", "ExpressWorkGroup", "IndexWorkGroup")
RETAINED = {
    "AWS::Athena::WorkGroup",
    "AWS::DynamoDB::Table",
    "AWS::Glue::Database",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
}
DELETED = {"AWS::Logs::LogGroup", "AWS::SQS::Queue"}


@pytest.mark.parametrize("resource_type", sorted(RETAINED | DELETED))
def test_it_is_chosen_what_outlives_the_stack(resource_type: str) -> None:
    chosen = [
        (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        for name, resource in transformed()["Resources"].items()
        if resource["Type"] == resource_type and name not in SERVICE_WORKGROUPS
    ]
    expected = ("RetainExceptOnCreate", "Retain") if resource_type in RETAINED else ("Delete", "Delete")
    assert set(chosen) == {expected}


@pytest.mark.parametrize("name", SERVICE_WORKGROUPS)
def test_workgroups_of_the_state_machines_are_deleted_with_their_history(name: str) -> None:
    group = transformed()["Resources"][name]
    assert (group["DeletionPolicy"], group["UpdateReplacePolicy"]) == ("Delete", "Delete")
    assert group["Properties"]["RecursiveDeleteOption"] is True


def test_buckets_are_private_and_owned(defaults: Stack) -> None:
    buckets = defaults.of_type("AWS::S3::Bucket")
    assert set(buckets) == {"ResultsBucket", "ServiceResultsBucket", "ViewsBucket", "IndexBucket"}
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_buckets_take_only_encrypted_connections(defaults: Stack) -> None:
    policies = {
        p["Bucket"]: p["PolicyDocument"]["Statement"] for p in defaults.of_type("AWS::S3::BucketPolicy").values()
    }
    for name in defaults.of_type("AWS::S3::Bucket"):
        (statement,) = policies[f"<{name}>"]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Resource"] == [f"<{name}.Arn>", f"<{name}.Arn>/*"]
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("name", ["ResultsBucket", "ServiceResultsBucket"])
def test_results_expire_and_broken_uploads_are_swept(name: str) -> None:
    buckets = Stack({"ResultsExpirationDays": "7"}).of_type("AWS::S3::Bucket")
    expire, abort = buckets[name]["LifecycleConfiguration"]["Rules"]
    assert (expire["Status"], expire["ExpirationInDays"]) == ("Enabled", "7")
    assert (abort["Status"], abort["AbortIncompleteMultipartUpload"]) == ("Enabled", {"DaysAfterInitiation": 1})


def test_packages_are_rejected_in_every_bucket_of_the_stack(defaults: Stack) -> None:
    function = defaults.of_type("AWS::Lambda::Function")["PreparePackageFunction"]
    names = function["Environment"]["Variables"]["STACK_BUCKET_NAMES"].split(",")
    assert sorted(names) == sorted(f"<{name}>" for name in defaults.of_type("AWS::S3::Bucket"))


def test_the_registry_forgets_removals_of_unknown_buckets(defaults: Stack) -> None:
    table = defaults.of_type("AWS::DynamoDB::Table")["RegistryTable"]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_files_of_views_are_kept_and_plans_are_not(deployed: Stack) -> None:
    bucket = deployed.of_type("AWS::S3::Bucket")["ViewsBucket"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    expire, abort = bucket["LifecycleConfiguration"]["Rules"]
    assert (expire["Status"], expire["Prefix"], expire["ExpirationInDays"]) == ("Enabled", "plans/", 7)
    assert (abort["Status"], abort["AbortIncompleteMultipartUpload"]) == ("Enabled", {"DaysAfterInitiation": 1})


def test_staging_expires_and_the_index_is_not_versioned(deployed: Stack) -> None:
    bucket = deployed.of_type("AWS::S3::Bucket")["IndexBucket"]
    # With versions, VACUUM would delete nothing.
    assert "VersioningConfiguration" not in bucket
    *expire, abort = bucket["LifecycleConfiguration"]["Rules"]
    assert {(rule["Status"], rule["Prefix"], rule["ExpirationInDays"]) for rule in expire} == {
        ("Enabled", "staging/", 3),
        ("Enabled", "plans/", 3),
    }
    assert (abort["Status"], abort["AbortIncompleteMultipartUpload"]) == ("Enabled", {"DaysAfterInitiation": 1})


def test_staging_table_has_the_columns_that_statements_read(deployed: Stack) -> None:
    (table,) = deployed.of_type("AWS::Glue::Table").values()
    declared = table["TableInput"]
    assert declared["Name"] == STAGING
    columns = [(column["Name"], column["Type"]) for column in declared["StorageDescriptor"]["Columns"]]
    assert columns == [(column.name, column.type) for column in STAGING_COLUMNS]


def test_tables_can_be_restored(deployed: Stack) -> None:
    tables = deployed.of_type("AWS::DynamoDB::Table")
    for table in tables.values():
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["BillingMode"] == "PAY_PER_REQUEST"
    keys = {name: [key["AttributeName"] for key in table["KeySchema"]] for name, table in tables.items()}
    assert keys == {"RegistryTable": ["bucket"], "IndexTable": ["pk", "sk"]}


@pytest.mark.parametrize(
    ("name", "bucket"),
    [("WorkGroup", "ResultsBucket"), *((name, "ServiceResultsBucket") for name in SERVICE_WORKGROUPS)],
)
def test_workgroup_binds_whoever_uses_it(defaults: Stack, name: str, bucket: str) -> None:
    configuration = defaults.of_type("AWS::Athena::WorkGroup")[name]["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["PublishCloudWatchMetricsEnabled"] is True
    assert configuration["ResultConfiguration"] == {
        "OutputLocation": f"s3://<{bucket}>/results/",
        "ExpectedBucketOwner": "123456789012",
        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
    }


@pytest.mark.parametrize(("parameter", "limit"), [("10000000", "10000000"), ("0", None)])
def test_bytes_scanned_are_limited_by_parameter(parameter: str, limit: str | None) -> None:
    groups = Stack({"BytesScannedCutoffPerQuery": parameter}).of_type("AWS::Athena::WorkGroup")
    limits = {name: group["WorkGroupConfiguration"].get("BytesScannedCutoffPerQuery") for name, group in groups.items()}
    assert limits.pop("IndexWorkGroup") == 1024**4  # its own: what suits analysts would stop the index
    assert limits == dict.fromkeys(["WorkGroup", "StandardWorkGroup", "ExpressWorkGroup"], limit)


def test_what_exists_is_used_and_not_made(existing: Stack) -> None:
    made = {resource["Type"] for resource in existing.resources.values()}
    assert "AWS::Glue::Database" not in made
    assert set(existing.of_type("AWS::Athena::WorkGroup")) == set(SERVICE_WORKGROUPS)
    kept = {"ServiceResultsBucket", "ViewsBucket", "IndexBucket"}
    assert set(existing.of_type("AWS::S3::Bucket")) == kept
    assert set(existing.of_type("AWS::S3::BucketPolicy")) == {f"{name}Policy" for name in kept}
    assert existing.outputs["ResultsBucketName"]["Value"] == "notebook-results"


def test_database_and_workgroup_exist_independently() -> None:
    only_database = {"CreateWorkGroup": "false", "ExistingResultsLocation": "s3://b-u-c-k-e-t/"}
    assert Stack(only_database).of_type("AWS::Glue::Database")
    assert "ResultsBucket" not in Stack(only_database).of_type("AWS::S3::Bucket")
    assert Stack({"CreateDatabase": "false"}).of_type("AWS::Athena::WorkGroup")


def test_a_customers_key_encrypts_everything(hardened: Stack) -> None:
    for bucket in hardened.of_type("AWS::S3::Bucket").values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": stacks.KEY}
    for table in hardened.of_type("AWS::DynamoDB::Table").values():
        assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": stacks.KEY}
    for group in hardened.of_type("AWS::Athena::WorkGroup").values():
        results = group["WorkGroupConfiguration"]["ResultConfiguration"]
        assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": stacks.KEY}
    assert {log["KmsKeyId"] for log in hardened.of_type("AWS::Logs::LogGroup").values()} == {stacks.KEY}


def test_without_a_key_s3_encrypts_with_its_own(defaults: Stack) -> None:
    for bucket in defaults.of_type("AWS::S3::Bucket").values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
