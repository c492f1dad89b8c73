"""Puts our plug-ins into MiniStack's modules. Only names are replaced or wrapped; its files stay as they are."""

from __future__ import annotations


def install() -> None:
    """Install every plug-in; call once, before the server takes its first request."""
