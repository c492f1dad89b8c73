-- What Quilt's platform calls "<bucket>_package_entry" since version 1.70: every entry of every manifest, once.
SELECT
  regexp_extract("$path", '[^/]+$') AS top_hash,
  logical_key,
  element_at(physical_keys, 1) AS physical_key,
  hash.type AS hash_type,
  hash.value AS hash_value,
  try_cast("size" AS bigint) AS "size",
  meta AS metadata
FROM {manifests}
WHERE logical_key IS NOT NULL
  AND regexp_like("$path", '^s3://[^/]+/\.quilt/packages/[0-9a-f]{64}$')
