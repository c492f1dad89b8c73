-- scope: global
-- Objects that several packages share, in any buckets, and the package that used each of them first.
--
-- Packages do not copy objects: a package created from files of another one refers to the same versions of the same
-- objects. A row is a package with such an object; `step` numbers the packages in the order in which they used it.
-- Revisions whose name is not a time in seconds (more than eleven digits) come last.
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
