"""docs/reference.md and the picture of the dashboard are those of the template and the command."""

from __future__ import annotations

from tests.unit.template.cloudformation import source
from tools import dashboard_picture, reference


def test_page_is_the_generated_one() -> None:
    page = reference.PAGE.read_text(encoding="utf-8")
    assert page == reference.page(), "run `make reference`"
    assert all(f"| `{name}` |" in page for section in ("Parameters", "Outputs") for name in source()[section])


def test_picture_of_the_dashboard_is_the_generated_one() -> None:
    picture = dashboard_picture.picture()
    assert dashboard_picture.PICTURE.read_text(encoding="utf-8") == picture, "run `make dashboard-picture`"
    assert all(f">{widget['properties']['title']}<" in picture for widget in dashboard_picture.widgets())


def test_commands_of_groups_are_listed_with_their_own_options_only() -> None:
    page = reference.page()
    put = page.partition("### `quilt-athena schedule put`")[2].partition("\n### ")[0]
    assert "| `--cron FIELDS` |" in put
    assert "`--stack NAME`" not in put
    assert page.count("| `--stack NAME` |") == 1


def test_text_has_no_markup_of_its_own() -> None:
    template = {
        "Metadata": {
            "AWS::CloudFormation::Interface": {
                "ParameterGroups": [{"Label": {"default": "Group"}, "Parameters": ["Pattern"]}]
            }
        },
        "Parameters": {"Pattern": {"Default": "a", "Description": "<b>_x a_b * `<c>`", "ConstraintDescription": "a|b"}},
    }
    assert r"| `Pattern` | `a` | \<b>\_x a_b \* `<c>` | a\|b |" in "".join(reference.parameters(template))
