"""Mutation testing: small faults are put into the code one by one, and the unit tests must fail for each.

``areas`` says what is mutated and which tests must notice, ``python_code`` and ``definition`` make the mutants,
``run`` runs the tests, and ``survivors`` compares what no test noticed with a committed list.
"""
