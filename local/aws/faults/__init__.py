"""Faults on request: calls of AWS that fail, are late or kill their caller."""
