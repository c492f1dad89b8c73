-- platform_manifest.sql for an indexed bucket: the same rows, from the index. As in indexed_packages_view.sql.
SELECT
  tophash AS top_hash,
  max(message) AS message,
  max(user_meta) AS metadata
FROM {manifests_index}
WHERE bucket IN ({indexed_buckets})
  AND kind = 'header'
  AND (etag IS NULL OR "size" <> '0')
GROUP BY tophash
