-- Files of a bucket's latest packages whose metadata has a value at a JSON path, alone or in an array (A1 at $.user_meta.well).
-- Parameters: bucket, JSON path, value
WITH
  files AS (
    SELECT bucket, "user", name, logical_key, physical_key, "size", meta, hash, tophash
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
      AND "timestamp" = 'latest'
      AND physical_key IS NOT NULL
  ),
  -- The value as text, whatever its type: A1, 5, 1.5, true.
  asked AS (
    SELECT CAST(? AS varchar) AS path, json_extract_scalar(CAST(? AS JSON), '$') AS value
  )
SELECT "user", name, logical_key, physical_key, "size", meta, bucket, hash, tophash
FROM files
CROSS JOIN asked
WHERE json_extract_scalar(meta, path) = value
  OR any_match(try_cast(json_extract(meta, path) AS array(JSON)), item -> json_extract_scalar(item, '$') = value)
ORDER BY "user", name, logical_key
