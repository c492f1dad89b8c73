-- One row for each revision of a package of any bucket (and one for its `latest`), with what the manifest's header says.
WITH
  pointers AS (
    SELECT
      bucket,
      regexp_extract("$path", '/([^/]+)/[^/]+/[^/]+$', 1) AS "user",
      regexp_extract("$path", '/([^/]+)/[^/]+$', 1) AS name,
      regexp_extract("$path", '[^/]+$') AS "timestamp",
      hash
    FROM {packages}
    WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/named_packages/[^/]+/[^/]+/(latest|[0-9]+)$')
  ),
  -- As in packages_view.sql: a manifest is one row whatever its lines are.
  manifests AS (
    SELECT
      bucket,
      regexp_extract("$path", '[^/]+$') AS tophash,
      max(message) FILTER (WHERE logical_key IS NULL) AS message,
      max(meta) FILTER (WHERE logical_key IS NULL) AS meta,
      max(user_meta) FILTER (WHERE logical_key IS NULL) AS user_meta,
      max(workflow) FILTER (WHERE logical_key IS NULL) AS workflow
    FROM {manifests}
    WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/packages/[0-9a-f]{64}$')
    GROUP BY bucket, regexp_extract("$path", '[^/]+$')
  )
SELECT
  pointers.bucket,
  pointers."user",
  pointers.name,
  pointers.hash,
  pointers."timestamp",
  manifests.message,
  manifests.meta,
  manifests.user_meta,
  manifests.workflow
FROM pointers
JOIN manifests ON pointers.bucket = manifests.bucket AND pointers.hash = manifests.tophash
