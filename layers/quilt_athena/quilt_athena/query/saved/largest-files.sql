-- The hundred largest objects in a bucket's latest packages, each with one of its logical keys and its number of packages.
-- Parameters: bucket
WITH
  files AS (
    SELECT
      try_cast("size" AS bigint) AS bytes,
      "user",
      name,
      logical_key,
      physical_key,
      "user" || '/' || name AS package,
      "user" || '/' || name || '/' || logical_key AS place
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
      AND "timestamp" = 'latest'
  )
SELECT
  max(bytes) AS bytes,
  min_by("user", place) AS "user",
  min_by(name, place) AS name,
  min_by(logical_key, place) AS logical_key,
  physical_key,
  count(DISTINCT package) AS packages
FROM files
WHERE bytes IS NOT NULL
GROUP BY physical_key
ORDER BY bytes DESC, "user", name, logical_key
LIMIT 100
