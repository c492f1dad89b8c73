-- Files of a bucket's latest packages whose metadata has a value, such as $.user_meta.well and A1 (keys are in lower case).
-- Parameters: bucket, JSON path, value
SELECT "user", name, logical_key, physical_key, "size", meta
FROM all_buckets_quilt_objects_view
WHERE bucket = ?
  AND "timestamp" = 'latest'
  AND json_extract_scalar(meta, ?) = ?
ORDER BY "user", name, logical_key
