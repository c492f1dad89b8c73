"""SQL reads tables of the catalog only: no files, environment, network or settings of the machine it runs on."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from local.engine import QueryError
from local.engine.functions.connection import new_connection
from tests.unit.engine.conftest import Run

STATEMENTS = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_parquet('http://169.254.169.254/latest/meta-data')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    'SELECT * FROM "https://example.com/x.parquet"',
    "SELECT getenv('HOME')",
    "SELECT getvariable('x')",
    "SELECT current_setting('home_directory')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "COPY (SELECT 1) TO '/tmp/out.csv'",
    "ATTACH '/tmp/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "PRAGMA database_list",
    "EXPORT DATABASE '/tmp/out'",
    "CREATE SECRET (TYPE s3)",
    "CREATE TABLE t AS SELECT * FROM read_csv('/etc/passwd')",
    "UNLOAD (SELECT * FROM read_csv('/etc/passwd')) TO 's3://x/' WITH (format = 'JSON')",
    "CREATE VIEW v AS SELECT * FROM read_csv('/etc/passwd')",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_statement_cannot_leave_the_engine(run: Run, sql: str) -> None:
    with pytest.raises(QueryError) as caught:
        run(sql, output_location="s3://x/")
    assert not caught.value.reason.startswith("GENERIC_INTERNAL_ERROR")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/hostname'",
        "COPY (SELECT 1) TO '/tmp/quilt-athena-out.csv'",
        "ATTACH '/tmp/quilt-athena.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET autoload_known_extensions = true",
        "SELECT getenv('HOME')",
    ],
)
def test_duckdb_itself_is_locked(sql: str) -> None:
    with pytest.raises(duckdb.Error):
        new_connection().execute(sql)


def test_a_server_that_runs_statements_in_processes_imports_neither_duckdb_nor_arrow() -> None:
    code = "import sys, local.engine; print([name for name in ('duckdb', 'pyarrow') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
