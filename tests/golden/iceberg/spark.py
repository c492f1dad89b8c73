"""Runs in PySpark's interpreter: statements from stdin, and the rows of tables as JSON on stdout.

spark.py ENDPOINT JARS. Decimals, dates and timestamps are text, bytes are hex.
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession


def plain(value: Any) -> Any:
    """What JSON lacks, as text."""
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    raise TypeError(type(value))


def main() -> None:
    """Run it."""
    endpoint, jars = sys.argv[1:]
    request = json.load(sys.stdin)
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    os.environ |= {"TZ": "UTC", "SPARK_LOCAL_IP": "127.0.0.1"}
    time.tzset()
    catalog = "spark.sql.catalog.glue"
    options = {
        "spark.driver.memory": "2g",
        "spark.driver.extraClassPath": ":".join(str(one) for one in sorted(Path(jars).glob("*.jar"))),
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": f"{jars}/../spark-warehouse",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.defaultCatalog": "glue",
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{catalog}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{catalog}.warehouse": "s3://data/warehouse",
        f"{catalog}.client.region": "us-east-1",
        f"{catalog}.glue.endpoint": endpoint,
        f"{catalog}.s3.endpoint": endpoint,
        f"{catalog}.s3.path-style-access": "true",
        f"{catalog}.cache-enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in options.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    for statement in request["statements"]:
        spark.sql(statement).collect()
    rows = {
        name: [row.asDict(recursive=True) for row in spark.table(f"{request['database']}.{name}").collect()]
        for name in request["tables"]
    }
    spark.stop()
    json.dump(rows, sys.stdout, default=plain, ensure_ascii=False)


if __name__ == "__main__":
    main()
