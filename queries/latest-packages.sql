-- The packages of a bucket: latest revision, when it was made, its message, and how many revisions there are.
-- Parameters: bucket
WITH
  -- A revision's pointers say when it was made. A name of more than eleven digits is no time in seconds.
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
