"""The saved queries of the template, made of the files in `queries/`: `python -m tools.saved_queries` renews them.

A file is one query: a comment that says what it answers, one that names the parameters, and the SQL. CloudFormation
can't read files, so that their text stands in template.yaml too, between two marks; a test says whether both agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from local.server import ROOT

TEMPLATE = ROOT / "template.yaml"
FOLDER = ROOT / "queries"
_BEGIN = "  # Made of queries/*.sql by `python -m tools.saved_queries`; begin\n"
_END = "  # Made of queries/*.sql; end\n"
_HEADER = re.compile(r"-- (?P<description>.+)\n-- Parameters: (?P<parameters>.+)\n(?P<sql>(?!--)[\s\S]+)")


class QueryFileError(Exception):
    """A file in `queries/` isn't as it should be; the message names it."""


@dataclass(frozen=True)
class SavedQuery:
    """A query that the stack ships; `parameters` are what its question marks stand for, in their order."""

    name: str
    description: str
    parameters: tuple[str, ...]
    sql: str

    @property
    def logical_id(self) -> str:
        """The name of its resource."""
        return "".join(part.title() for part in self.name.split("-")) + "NamedQuery"

    @classmethod
    def read(cls, path: Path) -> SavedQuery:
        """Read a file.

        Raises:
            QueryFileError: its header isn't there, or names another number of parameters than the SQL has.
        """
        match = _HEADER.fullmatch(path.read_text(encoding="utf-8"))
        if match is None:
            raise QueryFileError(f"{path.name}: expected `-- <what it answers>`, `-- Parameters: <names>`, and the SQL")
        names = tuple(name.strip() for name in match["parameters"].split(","))
        sql = match["sql"].strip()
        if sql.count("?") != len(names):
            raise QueryFileError(f"{path.name}: {len(names)} parameters are named, and the SQL has {sql.count('?')}")
        return cls(path.stem, match["description"], names, sql)


def saved_queries() -> list[SavedQuery]:
    """All of them, by name."""
    return [SavedQuery.read(path) for path in sorted(FOLDER.glob("*.sql"))]


def section() -> str:
    """The resources as they stand in the template. One waits for the other: Athena takes five a second."""
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
    """The template with the resources as they should be."""
    start, end = template.index(_BEGIN) + len(_BEGIN), template.index(_END)
    return f"{template[:start]}{section()}{template[end:]}"


def main() -> None:
    """Write the template."""
    TEMPLATE.write_text(with_section(TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
