-- One row for each revision of a package (and one for its `latest`), with what the manifest's header says.
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
  -- A header is the line without a logical key. A malformed line looks the same, all of its columns being null, and a header may
  -- have no fields at all: so a manifest is one row here whatever its lines are, and the header's values are those that there are.
  manifests AS (
    SELECT
      regexp_extract("$path", '[^/]+$') AS tophash,
      max(message) FILTER (WHERE logical_key IS NULL) AS message,
      max(meta) FILTER (WHERE logical_key IS NULL) AS meta,
      max(user_meta) FILTER (WHERE logical_key IS NULL) AS user_meta,
      max(workflow) FILTER (WHERE logical_key IS NULL) AS workflow
    FROM {manifests}
    WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/packages/[0-9a-f]{64}$')
    GROUP BY regexp_extract("$path", '[^/]+$')
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
