-- The hundred largest files in a bucket's latest packages.
-- Parameters: bucket
SELECT try_cast("size" AS bigint) AS bytes, "user", name, logical_key, physical_key
FROM all_buckets_quilt_objects_view
WHERE bucket = ?
  AND "timestamp" = 'latest'
ORDER BY bytes DESC, "user", name, logical_key
LIMIT 100
