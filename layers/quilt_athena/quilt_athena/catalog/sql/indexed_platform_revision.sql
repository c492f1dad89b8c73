-- platform_revision.sql for an indexed bucket: the same rows, from the index.
SELECT
  "user" || '/' || name AS pkg_name,
  CAST(from_unixtime(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS timestamp(3))
    AS "timestamp",
  hash AS top_hash
FROM {packages_index}
WHERE bucket IN ({indexed_buckets})
  AND regexp_like("timestamp", '^[0-9]+$')
