"""Generate the saved queries of the template from the files in `queries/`: `python -m tools.saved_queries`.

A file is one query: a comment that describes it, a comment that names the parameters, and the SQL. CloudFormation
cannot read files, so template.yaml repeats their text between two marker comments; a test compares both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from local.stack.paths import ROOT

TEMPLATE = ROOT / "template.yaml"
FOLDER = ROOT / "queries"
_BEGIN = "  # Made of queries/*.sql by `python -m tools.saved_queries`; begin\n"
_END = "  # Made of queries/*.sql; end\n"
_HEADER = re.compile(r"-- (?P<description>.+)\n-- Parameters: (?P<parameters>.+)\n(?P<sql>(?!--)[\s\S]+)")


class QueryFileError(Exception):
    """A file in `queries/` is malformed; the message names it."""


@dataclass(frozen=True)
class ShippedQuery:
    """A saved query of the stack; `parameters` name its `?` in order."""

    name: str
    description: str
    parameters: tuple[str, ...]
    sql: str

    @property
    def logical_id(self) -> str:
        """The logical ID of its resource."""
        return "".join(part.title() for part in self.name.split("-")) + "NamedQuery"

    @classmethod
    def read(cls, path: Path) -> ShippedQuery:
        """Read a file.

        Raises:
            QueryFileError: its header is missing, or names another number of parameters than the SQL has.
        """
        match = _HEADER.fullmatch(path.read_text(encoding="utf-8"))
        if match is None:
            raise QueryFileError(f"{path.name}: expected `-- <description>`, `-- Parameters: <names>`, and the SQL")
        names = tuple(name.strip() for name in match["parameters"].split(","))
        sql = match["sql"].strip()
        if sql.count("?") != len(names):
            raise QueryFileError(f"{path.name}: {len(names)} parameters are named, and the SQL has {sql.count('?')}")
        return cls(path.stem, match["description"], names, sql)


def saved_queries() -> list[ShippedQuery]:
    """All shipped queries, by name."""
    return [ShippedQuery.read(path) for path in sorted(FOLDER.glob("*.sql"))]


def section() -> str:
    """The section of the template. Each resource waits for the one before: Athena accepts five a second."""
    resources = []
    before = ""
    for query in saved_queries():
        lines = "\n".join(f"        {line}".rstrip() for line in query.sql.splitlines())
        depends = f"    DependsOn: {before}\n" if before else ""
        resources.append(
            f"  {query.logical_id}:\n"
            "    Type: AWS::Athena::NamedQuery\n"
            f"{depends}"
            "    Properties:\n"
            f"      Name: {query.name}\n"
            "      Description: >-\n"
            f"        {query.description} Parameters: {', '.join(query.parameters)}.\n"
            "      Database: !Ref DatabaseName\n"
            "      WorkGroup: !If [CreatesWorkGroup, !Ref WorkGroup, !Ref WorkGroupName]\n"
            "      QueryString: |-\n"
            f"{lines}\n"
        )
        before = query.logical_id
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
