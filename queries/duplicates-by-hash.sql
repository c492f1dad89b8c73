-- Contents that lie at several places in a bucket's latest packages, those that waste most first.
-- Parameters: bucket
SELECT
  hash.value AS hash,
  count(DISTINCT physical_key) AS places,
  max(try_cast("size" AS bigint)) * (count(DISTINCT physical_key) - 1) AS bytes_wasted,
  array_sort(array_agg(DISTINCT physical_key)) AS physical_keys
FROM all_buckets_quilt_objects_view
WHERE bucket = ?
  AND "timestamp" = 'latest'
  AND hash.value IS NOT NULL
GROUP BY hash.value
HAVING count(DISTINCT physical_key) > 1
ORDER BY bytes_wasted DESC, hash
