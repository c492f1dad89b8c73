-- Quilt, "Querying package metadata with Athena" (docs/advanced-features/athena.md), 2023, for my-bucket.
CREATE OR REPLACE VIEW quilt_query.my_bucket_quilt_objects_view AS
WITH
  mv AS (
    SELECT
      regexp_extract("$path", '[^/]+$') as tophash,
      manifest."logical_key",
      manifest."physical_keys",
      manifest."size",
      manifest."hash",
      manifest."meta",
      manifest."user_meta"
    FROM
      quilt_query.my_bucket_quilt_manifests as manifest
    WHERE manifest."logical_key" IS NOT NULL
  )
SELECT
  npv."user",
  npv."name",
  npv."timestamp",
  mv."tophash",
  mv."logical_key",
  mv."physical_keys",
  mv."size",
  mv."hash",
  mv."meta",
  mv."user_meta"
FROM mv
JOIN
  quilt_query.my_bucket_quilt_packages_view as npv
ON
  npv."hash" = mv."tophash"
