"""Records tables that Spark wrote, and what Spark reads of tables that the engine wrote.

    python -m tests.golden.iceberg.record DIR

DIR has PySpark in ``venv`` and the jars of Iceberg's Java library in ``jars``.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from local.stack.clients import client
from local.stack.server import Server
from tests.integration.local.queries import Queries

HERE = Path(__file__).parent
DATABASE, BUCKET = "quilt_query", "data"


def main() -> None:
    """Record everything anew."""
    folder = Path(sys.argv[1])
    cases = json.loads((HERE / "statements.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch, Server(Path(scratch) / "aws") as server:
        s3, glue = client("s3", server.endpoint), client("glue", server.endpoint)
        for bucket in (BUCKET, "results"):
            s3.create_bucket(Bucket=bucket)
        glue.create_database(DatabaseInput={"Name": DATABASE})
        queries = Queries(client("athena", server.endpoint), "s3://results/")
        for statement in cases["statements"]:
            queries.succeeded(statement, QueryExecutionContext={"Database": DATABASE})
        own = sorted(table["Name"] for table in glue.get_tables(DatabaseName=DATABASE)["TableList"])
        _, _, sql = (HERE / "spark.sql").read_text(encoding="utf-8").partition("\n")
        run = [one for one in sql.split(";\n") if one.strip()]
        every = [*own, "nested", "every", "cow", "mor"]
        rows = spark_rows(folder, server.endpoint, run, every)
        cases["rows"] = {name: rows[name] for name in own}
        write("statements.json", cases)
        theirs = [name for name in every if name not in own]
        tables = {name: glue.get_table(DatabaseName=DATABASE, Name=name)["Table"] for name in theirs}
        kept = ("Name", "TableType", "Parameters", "StorageDescriptor", "PartitionKeys")
        write(
            "spark.json",
            {
                "tables": {name: {key: table.get(key) for key in kept} for name, table in tables.items()},
                "rows": {name: rows[name] for name in theirs},
            },
        )
        _zip(s3, theirs)


def spark_rows(folder: Path, endpoint: str, statements: list[str], tables: list[str]) -> dict[str, list[Any]]:
    """Run statements in Spark; the rows of tables."""
    script = HERE / "spark.py"
    request = json.dumps({"statements": statements, "tables": tables, "database": DATABASE})
    command = [str(folder / "venv/bin/python"), str(script), endpoint, str(folder / "jars")]
    done = subprocess.run(command, input=request, text=True, stdout=subprocess.PIPE, check=True)
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def write(name: str, content: Any) -> None:
    """Write a file of this folder as JSON."""
    (HERE / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _zip(s3: Any, tables: list[str]) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{table}/"):
                for one in page.get("Contents", ()):
                    archive.writestr(one["Key"], s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read())
    (HERE / "spark.zip").write_bytes(body.getvalue())


if __name__ == "__main__":
    main()
