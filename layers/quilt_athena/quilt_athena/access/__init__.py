"""Attaching the access policy to roles."""
