-- The packages of a bucket: latest revision, when it was made, its message, and how many revisions there are.
-- Parameters: bucket
SELECT
  "user",
  name,
  max(hash) FILTER (WHERE "timestamp" = 'latest') AS tophash,
  from_unixtime(max(try_cast("timestamp" AS bigint))) AS modified,
  max(message) FILTER (WHERE "timestamp" = 'latest') AS message,
  count(*) FILTER (WHERE "timestamp" <> 'latest') AS revisions
FROM all_buckets_quilt_packages_view
WHERE bucket = ?
GROUP BY "user", name
ORDER BY "user", name
