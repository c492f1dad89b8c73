"""tools/retain_log_groups.py: which resources of a deployed template it changes."""

from __future__ import annotations

from tests.unit.template.cloudformation import transformed
from tools.retain_log_groups import with_retained_log_groups


def test_log_groups_are_retained_and_nothing_else_changes() -> None:
    template = transformed()
    retained = with_retained_log_groups(template)
    assert template == transformed(), "the template given is left alone"
    assert {key: value for key, value in retained.items() if key != "Resources"} == {
        key: value for key, value in template.items() if key != "Resources"
    }
    for name, resource in template["Resources"].items():
        changed = retained["Resources"][name]
        if resource["Type"] == "AWS::Logs::LogGroup":
            assert (changed["DeletionPolicy"], changed["UpdateReplacePolicy"]) == ("Retain", "Retain")
            assert changed["Properties"] == resource["Properties"]
            assert changed["Metadata"] != resource.get("Metadata"), "a policy alone is not taken for a change"
        else:
            assert changed == resource
