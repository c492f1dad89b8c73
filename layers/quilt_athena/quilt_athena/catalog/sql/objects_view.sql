-- One row for each entry of each revision of a package (and of its `latest`).
WITH
  pointers AS (
    SELECT
      regexp_extract("$path", '/([^/]+)/[^/]+/[^/]+$', 1) AS "user",
      regexp_extract("$path", '/([^/]+)/[^/]+$', 1) AS name,
      regexp_extract("$path", '[^/]+$') AS "timestamp",
      hash
    FROM {packages}
    WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/named_packages/[^/]+/[^/]+/(latest|[0-9]+)$')
  ),
  entries AS (
    SELECT
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
  )
SELECT
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
JOIN pointers ON pointers.hash = entries.tophash
