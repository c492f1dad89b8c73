-- all_objects_view.sql where some buckets are indexed: the same rows, of these buckets from the index.
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
  entries AS (
    SELECT
      bucket,
      regexp_extract("$path", '[^/]+$') AS tophash,
      logical_key,
      physical_keys,
      "size",
      hash,
      meta,
      user_meta
    FROM {manifests}
    WHERE logical_key IS NOT NULL
      AND regexp_like("$path", '^s3://[^/]+/\.quilt/packages/[0-9a-f]{64}$')
      AND bucket NOT IN ({indexed_buckets})
    UNION ALL
    SELECT bucket, tophash, logical_key, physical_keys, "size", hash, meta, user_meta
    FROM {manifests_index}
    WHERE bucket IN ({indexed_buckets})
      AND kind = 'entry'
  )
SELECT
  pointers.bucket,
  pointers."user",
  pointers.name,
  pointers."timestamp",
  entries.tophash,
  entries.logical_key,
  entries.physical_keys,
  entries."size",
  entries.hash,
  entries.meta,
  entries.user_meta,
  element_at(entries.physical_keys, 1) AS physical_key
FROM entries
JOIN pointers ON pointers.bucket = entries.bucket AND pointers.hash = entries.tophash
