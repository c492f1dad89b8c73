"""The running processes, according to `ps`."""

from __future__ import annotations

import subprocess


def of_group(group: int) -> list[str]:
    """The commands of the processes in a process group, without zombies."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = [line.split(maxsplit=2) for line in listed]
    return [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]
