-- The packages of a bucket: the latest revision, its time and message, and the number of revisions.
-- Parameters: bucket
WITH
  -- A revision's pointers are named by its time in seconds. A name of more than eleven digits is something else.
  revisions AS (
    SELECT
      "user",
      name,
      hash,
      bool_or("timestamp" = 'latest') AS is_latest,
      max(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS made,
      max(message) AS message,
      count(*) FILTER (WHERE "timestamp" <> 'latest') AS pointers
    FROM all_buckets_quilt_packages_view
    WHERE bucket = CAST(? AS varchar)
    GROUP BY "user", name, hash
  )
SELECT
  "user",
  name,
  max(hash) FILTER (WHERE is_latest) AS tophash,
  CAST(from_unixtime(max(made) FILTER (WHERE is_latest)) AS timestamp) AS modified,
  max(message) FILTER (WHERE is_latest) AS message,
  sum(pointers) AS revisions
FROM revisions
GROUP BY "user", name
ORDER BY "user", name
