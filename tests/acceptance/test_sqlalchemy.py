"""SQLAlchemy through PyAthena's dialect: reflection, queries and data frames."""

from __future__ import annotations

import json

import pytest

from tests.local_aws import LocalAws

_REFLECT = """
import json, os, sys, sqlalchemy
prefix = sys.argv[1]
database = os.environ["DATABASE"]
engine = sqlalchemy.create_engine(
    f"awsathena+rest://@athena.us-east-1.amazonaws.com:443/{database}?work_group={os.environ['WORKGROUP']}&poll_interval=0.2"
)
inspector = sqlalchemy.inspect(engine)
table, view = f"{prefix}_quilt_manifests", f"{prefix}_quilt_packages_view"
with engine.connect() as connection:
    view_of_table = sqlalchemy.Table(view, sqlalchemy.MetaData(), autoload_with=connection)
    statement = sqlalchemy.select(view_of_table.c.name).where(view_of_table.c.message == "O'Neill's cells").distinct()
    names = connection.execute(statement).scalars().all()
print(json.dumps({
    "schemas": inspector.get_schema_names(),
    "tables": [name for name in inspector.get_table_names() if name.startswith(prefix)],
    "views": [name for name in inspector.get_view_names() if name.startswith(prefix)],
    "columns": [[column["name"], str(column["type"])] for column in inspector.get_columns(table)][:3],
    "location": inspector.get_table_options(table)["awsathena_location"],
    "definition": inspector.get_view_definition(view),
    "missing": inspector.has_table("missing"),
    "names": names,
}))
"""


@pytest.mark.main_path
def test_tables_and_views_are_reflected_and_queried(local_aws: LocalAws, packages: str, prefix: str) -> None:
    found = json.loads(local_aws.run_python(_REFLECT, prefix).stdout)
    assert local_aws.outputs["DatabaseName"] in found["schemas"]
    assert found["tables"] == [f"{prefix}_quilt_manifests", f"{prefix}_quilt_packages"]
    assert found["views"] == [f"{prefix}_quilt_objects_view", f"{prefix}_quilt_packages_view"]
    assert [name for name, _ in found["columns"]] == ["logical_key", "physical_keys", "size"]
    assert found["location"].rstrip("/") == f"s3://{packages}/.quilt/packages"
    assert found["definition"].startswith(
        f"CREATE VIEW {local_aws.outputs['DatabaseName']}.{prefix}_quilt_packages_view AS"
    )
    assert (found["missing"], found["names"]) == (False, ["cells"])
