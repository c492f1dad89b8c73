-- scope: global
-- Objects that several packages share, whichever buckets those are in, and where each was first used.
--
-- Packages don't copy: one made of another's files points to the same versions of the same objects. A row is a package
-- that holds such an object: the one with `step` 1 had it first, the others came after it in that order. Revisions whose
-- name is no time (more than eleven digits) come last.
WITH
  uses AS (
    SELECT
      physical_key,
      bucket,
      "user" || '/' || name AS package,
      min(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS first_used,
      min(logical_key) AS logical_key,
      max(try_cast("size" AS bigint)) AS bytes
    FROM {objects_view}
    WHERE physical_key LIKE 's3://%' AND "timestamp" <> 'latest'
    GROUP BY physical_key, bucket, "user" || '/' || name
  ),
  steps AS (
    SELECT
      uses.*,
      row_number() OVER (PARTITION BY physical_key ORDER BY first_used, bucket, package) AS step,
      count(*) OVER (PARTITION BY physical_key) AS packages,
      first_value(bucket || '/' || package) OVER (
        PARTITION BY physical_key ORDER BY first_used, bucket, package
      ) AS first_package
    FROM uses
  )
SELECT
  physical_key,
  bytes,
  packages,
  step,
  bucket,
  package,
  logical_key,
  CAST(from_unixtime(first_used) AS timestamp) AS first_used,
  first_package
FROM steps
WHERE packages > 1
