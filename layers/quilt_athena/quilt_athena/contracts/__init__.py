"""Base models, envelope and limits that all contracts use."""
