-- The files of the latest packages of a bucket, with sizes as numbers, and with parts of their names and locations.
--
-- The objects view has every revision, and sizes as text, since a manifest may contain anything. A name that begins with
-- its only dot, such as .gitignore, has no extension.
SELECT
  {bucket} AS bucket,
  "user" || '/' || name AS package,
  logical_key,
  regexp_extract(logical_key, '[^/]+$') AS file_name,
  lower(regexp_extract(logical_key, '[^/]\.([^./]+)$', 1)) AS extension,
  try_cast("size" AS bigint) AS bytes,
  hash.type AS hash_type,
  hash.value AS hash,
  regexp_extract(physical_key, '^s3://([^/]+)/', 1) AS object_bucket,
  physical_key,
  meta,
  tophash
FROM {objects_view}
WHERE "timestamp" = 'latest'
