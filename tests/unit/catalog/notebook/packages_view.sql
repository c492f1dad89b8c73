-- Quilt, "Querying package metadata with Athena" (docs/advanced-features/athena.md), 2023, for my-bucket.
CREATE OR REPLACE VIEW quilt_query.my_bucket_quilt_packages_view AS
WITH
  npv AS (
    SELECT
      regexp_extract("$path", '^s3:\/\/([^\/]+)\/([^\/]+)\/([^\/]+)\/([^\/]+)', 4) as user,
      regexp_extract("$path", '^s3:\/\/([^\/]+)\/([^\/]+)\/([^\/]+)\/([^\/]+)\/([^\/]+)', 5) as name,
      regexp_extract("$path", '[^/]+$') as timestamp,
      quilt_query.my_bucket_quilt_packages."hash"
      FROM quilt_query.my_bucket_quilt_packages
  ),
  mv AS (
    SELECT
      regexp_extract("$path", '[^/]+$') as tophash,
        manifest."meta",
        manifest."message"
      FROM
        quilt_query.my_bucket_quilt_manifests as manifest
      WHERE manifest."logical_key" IS NULL
  )
SELECT
  npv."user",
  npv."name",
  npv."hash",
  npv."timestamp",
  mv."message",
  mv."meta"
FROM npv
JOIN
  mv
ON
  npv."hash" = mv."tophash"
