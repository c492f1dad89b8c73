"""dbt with its Athena adapter: tables, views, and incremental models on Hive and Iceberg tables, with their tests.

dbt has an environment of its own: `make .venv/.dbt`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.stack.paths import ROOT
from tests.local_aws import LocalAws

_PYTHON = Path(sys.prefix) / "dbt" / "bin" / "python"
_COMMANDS = (("debug",), ("run",), ("test",), ("run", "--vars", "{again: true}"))
# In one process, because importing dbt takes seconds.
_RUN = """
import json, sys
from dbt.cli.main import dbtRunner
for command in json.loads(sys.argv[1]):
    done = dbtRunner().invoke([*command, "--quiet", "--no-use-colors"])
    if not done.success:
        sys.exit(f"dbt {' '.join(command)} failed: {done.exception or done.result}")
"""
_MODELS = {
    "entries": """
        {{ config(materialized="table") }}
        SELECT logical_key, CAST(size AS bigint) AS size, 'x' AS part
        FROM {{ source("quilt", var("view")) }} WHERE name = 'cells' AND timestamp = 'latest'""",
    "keys": """
        {{ config(materialized="view") }}
        SELECT logical_key AS key, part FROM {{ ref("entries") }}""",
    "merged": """
        {{ config(materialized="incremental", table_type="iceberg", incremental_strategy="merge", unique_key="key") }}
        SELECT key, {% if is_incremental() %} 2 {% else %} 1 {% endif %} AS run FROM {{ ref("keys") }}
        {% if is_incremental() %} WHERE key LIKE 'cell-0%' UNION ALL SELECT 'new', 2 {% endif %}""",
    "replaced": """
        {{ config(materialized="incremental", partitioned_by=["part"]) }}
        {% if var("again", false) %} SELECT 'only' AS key, 'x' AS part {% else %}
        SELECT key, part FROM {{ ref("keys") }} UNION ALL SELECT 'kept', 'y' {% endif %}""",
}
_TESTS = """
version: 2
sources: [{name: quilt, schema: %(database)s, tables: [{name: %(view)s}]}]
models:
  - {name: entries, columns: [{name: logical_key, data_tests: [unique, not_null]}]}
  - {name: keys, columns: [{name: part, data_tests: [{accepted_values: {arguments: {values: [x]}}}]}]}
"""


@pytest.fixture
def project(tmp_path: Path, local_aws: LocalAws, packages: str, prefix: str) -> Path:
    """A project with these models, in a schema of its own."""
    view, database = f"{prefix}_quilt_objects_view", local_aws.outputs["DatabaseName"]
    target: dict[str, Any] = {
        "type": "athena", "region_name": "us-east-1", "database": "awsdatacatalog", "schema": "dbt_models",
        "threads": 2, "work_group": local_aws.outputs["WorkGroupName"], "s3_staging_dir": f"s3://{packages}/dbt/",
        "s3_data_dir": f"s3://{packages}/dbt-data/", "poll_interval": 0.2,
    }  # fmt: skip
    files = {
        "dbt_project.yml": json.dumps({"name": "quilt", "version": "1.0", "profile": "local", "vars": {"view": view}}),
        "profiles.yml": json.dumps({"local": {"target": "local", "outputs": {"local": target}}}),
        "models/schema.yml": _TESTS % {"database": database, "view": view},
        **{f"models/{name}.sql": sql for name, sql in _MODELS.items()},
    }
    (tmp_path / "models").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.main_path
def test_models_are_built_tested_and_updated(local_aws: LocalAws, project: Path) -> None:
    assert _PYTHON.exists(), f"dbt is not installed: make -C {ROOT} .venv/.dbt"
    done = subprocess.run(
        [_PYTHON, "-c", _RUN, json.dumps(_COMMANDS)],
        cwd=project,
        env={**local_aws.stack.environment(), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_PROFILES_DIR": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = local_aws.glue.get_table(DatabaseName="dbt_models", Name="merged")["Table"]
    assert table["Parameters"]["table_type"] == "ICEBERG"
    assert local_aws.rows('SELECT key, run FROM dbt_models.merged ORDER BY key') == [
        ["cell-0.tiff", "2"], ["cell-1.tiff", "1"], ["cell-2.tiff", "1"], ["cell-3.tiff", "1"], ["new", "2"],
    ]  # fmt: skip
    assert local_aws.rows("SELECT key, part FROM dbt_models.replaced ORDER BY key") == [["kept", "y"], ["only", "x"]]
