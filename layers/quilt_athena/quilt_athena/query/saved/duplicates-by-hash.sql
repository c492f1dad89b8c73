-- Contents stored more than once in a bucket's latest packages, most wasted bytes first; up to ten objects of each.
-- Parameters: bucket
SELECT
  hash.value AS hash,
  count(DISTINCT physical_key) AS places,
  max(try_cast("size" AS bigint)) * (count(DISTINCT physical_key) - 1) AS bytes_wasted,
  CAST(slice(array_sort(array_agg(DISTINCT physical_key)), 1, 10) AS JSON) AS physical_keys,
  hash.type AS hash_type
FROM all_buckets_quilt_objects_view
WHERE bucket = CAST(? AS varchar)
  AND "timestamp" = 'latest'
  AND hash.value IS NOT NULL
  AND physical_key IS NOT NULL
  AND "size" IS DISTINCT FROM '0'
GROUP BY hash.type, hash.value
HAVING count(DISTINCT physical_key) > 1
ORDER BY bytes_wasted DESC NULLS LAST, hash, hash_type
LIMIT 1000
