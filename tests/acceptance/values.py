"""One row with a value of every type that clients convert, and what NULL and '' look like beside each other."""

TYPES = """
SELECT 1 AS whole, BIGINT '9007199254740993' AS large, 1.5E0 AS number, DECIMAL '12.30' AS exact, true AS flag,
  DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 12:34:56.789' AS moment, CAST(NULL AS varchar) AS nothing,
  '' AS empty,
  'a,"b"' || chr(10) || 'é' AS text, ARRAY[1, 2] AS list, CAST(ROW(1, 'x') AS ROW(p integer, q varchar)) AS pair,
  JSON '{"k": [1, null]}' AS json, X'6865' AS bytes, CAST(NULL AS integer) AS no_number
"""
TEXT = 'a,"b"\né'
