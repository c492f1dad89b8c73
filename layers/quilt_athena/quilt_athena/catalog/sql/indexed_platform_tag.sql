-- platform_tag.sql for an indexed bucket: the same rows, from the index.
SELECT
  "user" || '/' || name AS pkg_name,
  "timestamp" AS tag_name,
  hash AS top_hash
FROM {packages_index}
WHERE bucket IN ({indexed_buckets})
  AND NOT regexp_like("timestamp", '^[0-9]+$')
