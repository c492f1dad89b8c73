-- The revisions of a package (user/name), the newest first.
-- Parameters: bucket, user, name
SELECT from_unixtime(try_cast("timestamp" AS bigint)) AS modified, hash AS tophash, message, user_meta
FROM all_buckets_quilt_packages_view
WHERE bucket = ?
  AND "user" = ?
  AND name = ?
  AND "timestamp" <> 'latest'
ORDER BY "timestamp" DESC
