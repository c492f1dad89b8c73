"""cfn-lint in process."""

from __future__ import annotations

from cfnlint.api import lint  # type: ignore[import-untyped]  # it ships no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]  # it ships no types

# The schemas of the resources used here are the same everywhere: one region is enough.
_REGION = "us-east-1"


def findings(template: str) -> list[str]:
    """What cfn-lint, errors and warnings alike, says about a template's text."""
    matches = lint(template, config=ManualArgs(regions=[_REGION]))
    return [f"{match.rule.id} {match.message} {'/'.join(map(str, match.path or []))}" for match in matches]
