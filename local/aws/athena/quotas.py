"""Athena's quotas, as the local AWS enforces them.

https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
"""

from __future__ import annotations

#: Active DML queries, running and queued together: the default in this region.
MAX_ACTIVE_DML_QUERIES = 200
