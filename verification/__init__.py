"""`make verify-aws`: what could not be tested without AWS, checked in an AWS account (docs/verification.md).

A run deploys a throwaway stack, observes AWS through it, compares what it observes with what the stack relies on, and
deletes everything that carries its tag. `checks/` declares the checks, one module for each area; nothing that is
deployed imports this package.
"""
