"""Statements about Iceberg tables. ``run`` returns None for a statement about anything else."""

from local.engine.statements.iceberg.dispatch import run
from local.engine.statements.iceberg.session import Session

__all__ = ["Session", "run"]
