"""What Quilt's notebook does to make a bucket queryable, as its documentation has it: four DDL queries, each polled.

Source: "Querying package metadata with Athena", https://docs.quiltdata.com/advanced-usage/athena, version of 2023.
"""

from __future__ import annotations

import time
from typing import Any


def ddl(bucket: str, database: str) -> tuple[str, ...]:
    """The statements of a bucket, in the notebook's order."""
    name = bucket.replace("-", "_")
    manifests, packages = f"{name}_quilt_manifests", f"{name}_quilt_packages"
    packages_view, objects_view = f"{name}_quilt_packages_view", f"{name}_quilt_objects_view"
    match = r"^s3:\/\/([^\/]+)\/([^\/]+)\/([^\/]+)\/([^\/]+)"
    # The notebook's text: nothing in it comes from outside.
    return (
        f"""CREATE EXTERNAL TABLE IF NOT EXISTS `{database}.{manifests}`(
  `logical_key` string, `physical_keys` array<string>, `size` string, `hash` struct<type:string,value:string>,
  `meta` string, `user_meta` string, `message` string, `version` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('ignore.malformed.json'='true')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat'
LOCATION 's3://{bucket}/.quilt/packages'
TBLPROPERTIES ('has_encrypted_data'='false', 'transient_lastDdlTime'='1605312102')""",
        f"""CREATE EXTERNAL TABLE IF NOT EXISTS `{database}.{packages}`(`hash` string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://{bucket}/.quilt/named_packages'
TBLPROPERTIES ('has_encrypted_data'='false', 'transient_lastDdlTime'='1557626200')""",
        f"""CREATE OR REPLACE VIEW {database}.{packages_view} AS
WITH
  npv AS (
    SELECT regexp_extract("$path", '{match}', 4) as user,
      regexp_extract("$path", '{match}\\/([^\\/]+)', 5) as name,
      regexp_extract("$path", '[^/]+$') as timestamp,
      {database}.{packages}."hash"
    FROM {database}.{packages}
  ),
  mv AS (
    SELECT regexp_extract("$path", '[^/]+$') as tophash, manifest."meta", manifest."message"
    FROM {database}.{manifests} as manifest
    WHERE manifest."logical_key" IS NULL
  )
SELECT npv."user", npv."name", npv."hash", npv."timestamp", mv."message", mv."meta"
FROM npv JOIN mv ON npv."hash" = mv."tophash\"""",  # noqa: S608 - as above
        f"""CREATE OR REPLACE VIEW {database}.{objects_view} AS
WITH
  mv AS (
    SELECT regexp_extract("$path", '[^/]+$') as tophash, manifest."logical_key", manifest."physical_keys",
      manifest."size", manifest."hash", manifest."meta", manifest."user_meta"
    FROM {database}.{manifests} as manifest
    WHERE manifest."logical_key" IS NOT NULL
  )
SELECT npv."user", npv."name", npv."timestamp", mv."tophash", mv."logical_key", mv."physical_keys", mv."size",
  mv."hash", mv."meta", mv."user_meta"
FROM mv JOIN {database}.{packages_view} as npv ON npv."hash" = mv."tophash\"""",  # noqa: S608 - as above
    )


def onboard(athena: Any, bucket: str, database: str, workgroup: str, *, pause: float = 1.0, tries: int = 10) -> None:
    """Run the statements one after the other, as `athena_run` and `athena_await` do.

    Raises:
        RuntimeError: one failed, or ran for longer than the notebook waits (it would go on without a word).
    """
    for statement in ddl(bucket, database):
        started = athena.start_query_execution(WorkGroup=workgroup, QueryString=statement)["QueryExecutionId"]
        status: dict[str, Any] = {}
        for _ in range(tries):
            status = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
            if status["State"] not in ("QUEUED", "RUNNING"):
                break
            time.sleep(pause)
        if status["State"] != "SUCCEEDED":
            raise RuntimeError(f"{statement.split('(')[0]}: {status['State']}: {status.get('StateChangeReason')}")
        athena.get_query_results(QueryExecutionId=started)
