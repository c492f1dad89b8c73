"""templates/lake_formation.yaml grants the stack's roles what IAM allows them, one grant after another."""

from __future__ import annotations

from typing import Any

from samcli.yamlhelper import yaml_parse

from tests.unit.template.cloudformation import ROOT, Stack
from tests.unit.template.linter import findings
from tests.unit.template.policies import allowed, roles

TEXT = (ROOT / "templates" / "lake_formation.yaml").read_text(encoding="utf-8")
TEMPLATE: dict[str, Any] = yaml_parse(TEXT)
GRANTS: dict[str, Any] = TEMPLATE["Resources"]
READING = {"Database": {"DESCRIBE"}, "Table": {"DESCRIBE", "SELECT"}, "default": {"DESCRIBE"}}
WRITING = {"Database": {"CREATE_TABLE", "DESCRIBE"}, "Table": {"ALTER", "DROP", "DESCRIBE"}}


def granted() -> dict[str, dict[str, set[str]]]:
    """The permissions of each parameter's principal, by what they are granted on."""
    found: dict[str, dict[str, set[str]]] = {}
    for grant in GRANTS.values():
        properties = grant["Properties"]
        ((kind, resource),) = properties["Resource"].items()
        database = resource.get("Name") or resource["DatabaseName"]
        assert database in ("default", {"Ref": "DatabaseName"})
        assert properties["PermissionsWithGrantOption"] == []
        principal = properties["Principal"]["DataLakePrincipalIdentifier"]["Ref"]
        what = "default" if database == "default" else kind
        found.setdefault(principal, {})[what] = set(properties["Permissions"])
    return found


def test_template_is_clean_and_needs_no_packaging() -> None:
    assert findings(TEXT) == []  # W1100: aliases and merges


def test_parameters_are_outputs_of_the_stack(deployed: Stack) -> None:
    parameters = set(TEMPLATE["Parameters"]) - {"ReaderArn"}
    assert parameters <= set(deployed.outputs)
    assert TEMPLATE["Parameters"]["ReaderArn"]["Default"] == ""


def test_every_role_that_uses_glue_is_granted_what_iam_allows_it(deployed: Stack) -> None:
    with_glue = {f"<{name}.Arn>" for name, role in roles(deployed).items() if list(allowed(role, "glue"))}
    principals = {name: deployed.outputs[name]["Value"] for name in granted() if name != "ReaderArn"}
    assert set(principals.values()) == with_glue
    others = {
        "OnboardBucketRoleArn": WRITING,
        "RefreshCatalogRoleArn": WRITING,
        "PlanViewsRoleArn": {"Database": {"DESCRIBE"}, "Table": {"ALTER", "DROP", "DESCRIBE"}},
        "WriteIndexRoleArn": WRITING,
        # It creates the index's tables, commits to them, and reads what it compares.
        "IndexQueryStateMachineRoleArn": {
            **WRITING,
            "Table": {"ALTER", "INSERT", "DELETE", "SELECT", "DESCRIBE"},
            "default": {"DESCRIBE"},
        },
        # Athena checks the SELECT of a view with the permissions of the role that creates it.
        "ViewQueryStateMachineRoleArn": {
            **WRITING,
            "Table": {"ALTER", "DESCRIBE", "SELECT"},
            "default": {"DESCRIBE"},
        },
    }
    for principal, permissions in granted().items():
        assert permissions == others.get(principal, READING), principal


def test_roles_that_run_queries_may_describe_the_default_database(deployed: Stack) -> None:
    run_queries = {
        f"<{name}.Arn>"
        for name, role in roles(deployed).items()
        if any(resource.endswith(":database/default") for _, resource in allowed(role, "glue"))
    }
    describe = {
        deployed.outputs[name]["Value"] for name, on in granted().items() if "default" in on and name != "ReaderArn"
    }
    assert describe == run_queries


def test_grants_are_made_one_after_another() -> None:
    names = list(GRANTS)
    assert "DependsOn" not in GRANTS[names[0]]
    assert [GRANTS[name]["DependsOn"] for name in names[1:]] == names[:-1]
    # A grant must not depend on one that a condition may leave out, unless the condition is its own.
    conditional = [name for name in names if "Condition" in GRANTS[name]]
    assert names[-len(conditional) :] == conditional
