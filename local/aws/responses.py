"""What MiniStack's handlers return."""

from __future__ import annotations

#: Status, headers and body.
Response = tuple[int, dict[str, str], bytes]
