"""Query requests, literals, saved queries, results, orphaned queries and query events."""
