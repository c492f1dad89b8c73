"""Generate the saved queries of the template from their files in the layer: `python -m tools.saved_queries`.

CloudFormation cannot read files, so template.yaml repeats their text between two marker comments; a test compares both.
"""

from __future__ import annotations

import json

from local.stack.paths import ROOT
from quilt_athena.query.stack_queries import StackQuery, stack_queries

TEMPLATE = ROOT / "template.yaml"
_BEGIN = "  # Made of the layer's query/saved/*.sql by `python -m tools.saved_queries`; begin\n"
_END = "  # Made of the layer's query/saved/*.sql; end\n"


_SHARED = (
    "&named_query { Database: !Ref DatabaseName, "
    "WorkGroup: !If [CreatesWorkGroup, !Ref WorkGroup, !Ref WorkGroupName] }"
)


def _logical_id(query: StackQuery) -> str:
    return "".join(part.title() for part in query.name.split("-")) + "NamedQuery"


def section() -> str:
    """The section of the template. Each resource waits for the one before: Athena accepts five a second."""
    resources = []
    before = ""
    for query in stack_queries().values():
        lines = "\n".join(f"        {line}".rstrip() for line in query.sql.splitlines())
        description = f"{query.description} Parameters: {', '.join(query.parameters)}."
        depends = f"    DependsOn: {before}\n" if before else ""
        resources.append(
            f"  {_logical_id(query)}:\n"
            "    Type: AWS::Athena::NamedQuery\n"
            f"{depends}"
            "    Properties:\n"
            f"      Name: {query.name}\n"
            f"      Description: {json.dumps(description)}\n"
            f"      <<: {_SHARED if not before else '*named_query'}\n"
            "      QueryString: |-\n"
            f"{lines}\n"
        )
        before = _logical_id(query)
    return "\n".join(resources)


def with_section(template: str) -> str:
    """The template with the generated section."""
    start, end = template.index(_BEGIN) + len(_BEGIN), template.index(_END)
    return f"{template[:start]}{section()}{template[end:]}"


def main() -> None:
    """Update the template."""
    TEMPLATE.write_text(with_section(TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
