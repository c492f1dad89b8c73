"""Base models, event envelope, numbers and limits that all contracts use."""
