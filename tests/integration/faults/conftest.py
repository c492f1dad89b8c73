"""Fixtures of the areas whose calls fail here."""

from __future__ import annotations

from tests.integration.custom_views.conftest import custom_views
from tests.integration.packages.conftest import packager, source

__all__ = ["custom_views", "packager", "source"]
