"""A query that takes longer than any test."""

SLOW = """SELECT count(*) AS n FROM UNNEST(sequence(1, 1000000)) AS a(x)
CROSS JOIN UNNEST(sequence(1, 1000000)) AS b(y) WHERE sqrt(x * y) > 3"""
