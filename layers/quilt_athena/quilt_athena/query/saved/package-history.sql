-- The revisions of a package (user/name), newest first.
-- Parameters: bucket, user, name
WITH
  -- A pointer's name of more than eleven digits is not a time in seconds: such a revision has no time, and is last.
  revisions AS (
    SELECT
      CAST(from_unixtime(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS timestamp)
        AS modified,
      hash AS tophash,
      message,
      user_meta
    FROM all_buckets_quilt_packages_view
    WHERE bucket = CAST(? AS varchar)
      AND "user" = CAST(? AS varchar)
      AND name = CAST(? AS varchar)
      AND "timestamp" <> 'latest'
  )
SELECT modified, tophash, message, user_meta
FROM revisions
ORDER BY modified DESC NULLS LAST, tophash
