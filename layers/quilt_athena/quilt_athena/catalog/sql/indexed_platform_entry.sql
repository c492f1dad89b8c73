-- platform_entry.sql for an indexed bucket: the same rows, from the index.
SELECT
  tophash AS top_hash,
  logical_key,
  element_at(physical_keys, 1) AS physical_key,
  hash.type AS hash_type,
  hash.value AS hash_value,
  try_cast("size" AS bigint) AS "size",
  meta AS metadata
FROM {manifests_index}
WHERE bucket IN ({indexed_buckets})
  AND kind = 'entry'
