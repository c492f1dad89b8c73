-- packages_view.sql for an indexed bucket: the same rows, from the index.
WITH
  pointers AS (
    SELECT "user", name, "timestamp", hash
    FROM {packages_index}
    WHERE bucket IN ({indexed_buckets})
      AND regexp_like("timestamp", '^(latest|[0-9]+)$')
  ),
  -- Header lines, and a marker for each manifest: one that isn't empty is a row here whatever its lines are.
  manifests AS (
    SELECT
      tophash,
      max(message) AS message,
      max(meta) AS meta,
      max(user_meta) AS user_meta,
      max(workflow) AS workflow
    FROM {manifests_index}
    WHERE bucket IN ({indexed_buckets})
      AND kind = 'header'
      AND (etag IS NULL OR "size" <> '0')
    GROUP BY tophash
  )
SELECT
  pointers."user",
  pointers.name,
  pointers.hash,
  pointers."timestamp",
  manifests.message,
  manifests.meta,
  manifests.user_meta,
  manifests.workflow
FROM pointers
JOIN manifests ON pointers.hash = manifests.tophash
