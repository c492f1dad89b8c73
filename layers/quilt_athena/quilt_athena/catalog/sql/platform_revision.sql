-- What Quilt's platform calls "<bucket>_package_revision" since version 1.70.
WITH
  pointers AS (
    SELECT
      regexp_extract("$path", '/([^/]+/[^/]+)/[^/]+$', 1) AS pkg_name,
      regexp_extract("$path", '[^/]+$') AS "timestamp",
      hash AS top_hash
    FROM {packages}
    WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/named_packages/[^/]+/[^/]+/[0-9]+$')
  )
SELECT
  pkg_name,
  -- A pointer's name of more than eleven digits is not a time in seconds.
  CAST(from_unixtime(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS timestamp(3))
    AS "timestamp",
  top_hash
FROM pointers
