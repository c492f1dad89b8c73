-- all_packages_view.sql where some buckets are indexed: the same rows, of these buckets from the index. The conditions on
-- buckets are on partition columns, so of each table only the partitions of its buckets are read.
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
      AND bucket NOT IN ({indexed_buckets})
    UNION ALL
    SELECT bucket, "user", name, "timestamp", hash
    FROM {packages_index}
    WHERE bucket IN ({indexed_buckets})
      AND regexp_like("timestamp", '^(latest|[0-9]+)$')
  ),
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
      AND bucket NOT IN ({indexed_buckets})
    GROUP BY bucket, regexp_extract("$path", '[^/]+$')
    UNION ALL
    -- As in indexed_packages_view.sql.
    SELECT
      bucket,
      tophash,
      max(message) AS message,
      max(meta) AS meta,
      max(user_meta) AS user_meta,
      max(workflow) AS workflow
    FROM {manifests_index}
    WHERE bucket IN ({indexed_buckets})
      AND kind = 'header'
      AND (etag IS NULL OR "size" <> '0')
    GROUP BY bucket, tophash
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
