"""A query that takes longer than any test."""

SLOW = """SELECT count(*) AS n FROM UNNEST(sequence(1, 10000)) AS a(x)
CROSS JOIN UNNEST(sequence(1, 10000)) AS b(y) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(z) WHERE sqrt(x * y * z) > 3"""
