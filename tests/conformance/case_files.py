"""Reads the case files, `cases/<class>/<topic>.sql`. README.md describes their format."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.cases import ATHENA, RESULT, Case, CaseFile, LinesTable, Result
from tests.conformance.types import split_list

CASES = Path(__file__).parent / "cases"
_TABLE = "--|"
_NOT_SUPPORTED, _DIFFERS, _PARAMETERS = "-- NOT_SUPPORTED: ", "-- Athena: ", "-- Parameters: "
_TABLE_HEADER = re.compile(r"table (\w+) \((.*)\) (\w+)((?: '[^']*'='[^']*')*)")


def read_all(folder: Path = CASES) -> list[CaseFile]:
    """All case files below a folder, by name."""
    return [
        parse(path.read_text(encoding="utf-8"), path.relative_to(folder).with_suffix("").as_posix())
        for path in sorted(folder.rglob("*.sql"))
    ]


def parse(text: str, topic: str) -> CaseFile:
    """Read the content of a case file.

    Raises:
        ValueError: a line is out of place.
    """
    found, section, case = CaseFile(topic), "", Case(topic, "", "")
    results: dict[str, list[str]] = {RESULT: [], ATHENA: [], _TABLE: []}
    for line in [*text.splitlines(), ""]:
        if case.statement and not line.startswith(RESULT) and case.statement.endswith(";"):
            case.trino, case.athena = _result(results[RESULT]), _result(results[ATHENA])
            case.statement = case.statement.removesuffix(";").rstrip()
            case, results = Case(topic, section, ""), {RESULT: [], ATHENA: [], _TABLE: []}
        if case.statement and not case.statement.endswith(";"):
            case.statement += "\n" + line.rstrip()
        elif line.startswith(RESULT):
            content = line.removeprefix(RESULT).strip()
            results[ATHENA if content.startswith(ATHENA) else RESULT].append(content.removeprefix(ATHENA))
        elif line.startswith("--") or not line.strip():
            section = case.section = line.removeprefix("-- ## ") if line.startswith("-- ## ") else section
            case.athena_reason = line.removeprefix(_DIFFERS) if line.startswith(_DIFFERS) else case.athena_reason
            case.not_supported_because = (
                line.removeprefix(_NOT_SUPPORTED) if line.startswith(_NOT_SUPPORTED) else case.not_supported_because
            )
            if line.startswith(_PARAMETERS):
                case.parameters = tuple(json.loads(line.removeprefix(_PARAMETERS)))
            if line.startswith(_TABLE):
                _add_table(found.tables, line.removeprefix(_TABLE).removeprefix(" "))
            found.parts.append(line + "\n")
        else:
            case.statement = line.rstrip()
            found.parts.append(case)
    if case.statement:
        raise ValueError(f"{topic}: a statement lacks its semicolon: {case.statement}")
    found.parts.pop()
    return found


def _add_table(tables: list[LinesTable], line: str) -> None:
    if header := _TABLE_HEADER.fullmatch(line):
        name, columns, serde, properties = header.groups()
        pairs = tuple((one, kind) for one, _, kind in (part.partition(" ") for part in split_list(columns)))
        tables.append(LinesTable(name, pairs, serde, tuple(re.findall(r"'([^']*)'='([^']*)'", properties)), ()))
    elif tables:
        last = tables.pop()
        tables.append(LinesTable(last.name, last.columns, last.serde, last.properties, (*last.lines, line)))
    else:
        raise ValueError(f"a line of no table: {line}")


def _result(lines: Sequence[str]) -> Result | None:
    if not lines:
        return None
    if lines[0].startswith("error "):
        name, _, message = lines[0].removeprefix("error ").partition(": ")
        return Result(error=name, message=message)
    columns = []
    for column in lines[0].split(" | "):
        name, length = json.JSONDecoder().raw_decode(column) if column.startswith('"') else (column.split()[0], 0)
        columns.append((name, column[length or len(name) :].strip()))
    return Result(tuple(columns), tuple(tuple(json.loads(line)) for line in lines[1:]))
