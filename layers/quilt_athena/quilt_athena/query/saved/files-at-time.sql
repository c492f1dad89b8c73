-- The files of a package as it was at a time (ISO 8601): those of its newest revision that is not later.
-- Parameters: bucket, user, name, time
WITH
  -- A pointer's name of more than eleven digits is not a time in seconds.
  revisions AS (
    SELECT
      bucket,
      "user",
      name,
      "timestamp",
      from_unixtime(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS modified
    FROM all_buckets_quilt_packages_view
    WHERE bucket = CAST(? AS varchar)
      AND "user" = CAST(? AS varchar)
      AND name = CAST(? AS varchar)
  ),
  newest AS (
    SELECT bucket, "user", name, "timestamp", modified
    FROM revisions
    WHERE modified <= from_iso8601_timestamp(CAST(? AS varchar))
    ORDER BY modified DESC
    LIMIT 1
  )
SELECT
  files.logical_key,
  files.physical_key,
  files."size",
  files.meta,
  files.hash,
  files.tophash,
  CAST(newest.modified AS timestamp) AS modified
FROM newest
JOIN all_buckets_quilt_objects_view AS files
  ON files.bucket = newest.bucket
  AND files."user" = newest."user"
  AND files.name = newest.name
  AND files."timestamp" = newest."timestamp"
ORDER BY files.logical_key
