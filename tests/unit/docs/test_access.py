"""docs/access.md compares the access policy with the notebook's as they are."""

from __future__ import annotations

import json
import re

from local.stack.paths import ROOT
from tests.unit.template import stacks
from tests.unit.template.cloudformation import as_list
from tests.unit.template.policies import access_policy, statements

PAGE = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("| the notebook's statement |") : PAGE.index("**The policy allows people to read")]
# The Sids of the policy that the notebook creates (section II).
NOTEBOOK = {
    "GrantQuiltAthenaFullAccess",
    "GrantQuiltAthenaAccess",
    "GrantQuiltGlueAccess",
    "GrantQuiltGlueWriteAccess",
    "GrantQuiltAthenaBucketAccess",
    "GrantQuiltAthenaInputAccess",
    "GrantQuiltAthenaOutputAccess",
}


def test_statements_of_the_notebook_are_all_compared() -> None:
    assert set(re.findall(r"GrantQuilt\w+", TABLE)) == NOTEBOOK


def test_access_policy_has_and_lacks_the_actions_in_the_comparison() -> None:
    actions = {a for s in statements(access_policy(stacks.stack("defaults"))) for a in as_list(s["Action"])}
    for row in TABLE.strip().splitlines()[2:]:
        theirs, ours = row.split("|")[1:3]
        if ours.strip() == "none":
            for action in re.findall(r"`(\w+:[A-Za-z]+)\*?`", theirs):
                assert not [one for one in actions if one.startswith(action)], row
        if "has" in ours:
            for action in re.findall(r"`(athena:[A-Za-z]+)`", theirs):
                assert action in actions, row


def test_parameters_in_the_page_exist() -> None:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    names = set(
        re.findall(r"`((?:[A-Z][a-z]+){2,}(?:Arns?|Name|Prefix|Path|Bus|Formation|Days|Query|Pattern|Sources))`", PAGE)
    )
    assert len(names) > 12
    for name in names - {"AthenaAccessPolicyArn", "ManagedUserRoleExtraPolicies", "BatchGetNamedQuery"}:
        assert re.search(rf"^  {name}:$", template, re.MULTILINE), name


def test_statements_are_valid_json() -> None:
    blocks = re.findall(r"^```json [\w-]+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 12
    assert all(isinstance(json.loads(block), list) for block in blocks)
