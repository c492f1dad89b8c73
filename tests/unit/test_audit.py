"""The audit of dependencies: what is known fails, what can't be known is said, and another failure isn't hidden."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests import audit

KNOWN = json.dumps(
    {
        "dependencies": [
            {"name": "good", "version": "1", "vulns": []},
            {"name": "bad", "version": "2", "vulns": [{"id": "GHSA-1", "fix_versions": ["3"]}]},
        ]
    }
)


def program(tmp_path: Path, code: str) -> list[str]:
    """Something that stands where pip-audit does."""
    path = tmp_path / "program.py"
    path.write_text(code)
    return [sys.executable, str(path)]


def test_every_lock_file_is_audited() -> None:
    names = {str(path.relative_to(audit.ROOT)) for path in audit.lock_files()}
    assert {"layers/quilt_athena/requirements.txt", "requirements/dev.txt", "requirements/local.txt"} <= names


def test_what_is_known_is_told(tmp_path: Path) -> None:
    report = audit.audit(program(tmp_path, f"print({KNOWN!r}); raise SystemExit(1)"), tmp_path)
    assert list(audit.vulnerabilities(report)) == [("bad", "2", "GHSA-1", "3")]


def test_no_database_is_told_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = program(tmp_path, "raise SystemExit('requests.exceptions.ConnectionError: no route')")
    look_up = audit.audit
    monkeypatch.setattr(audit, "audit", lambda _command, path: look_up(fake, path))
    assert audit.main() == 0
    assert "audit skipped: the advisory database can't be reached from here" in capsys.readouterr().out


def test_another_failure_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="pip-audit failed: no such option"):
        audit.audit(program(tmp_path, "raise SystemExit('no such option')"), tmp_path)
