-- All packages: the time and top hash of the latest revision, and the number of revisions. It reads pointers, no manifests.
WITH
  pointers AS (
    SELECT
      bucket,
      regexp_extract("$path", '/([^/]+/[^/]+)/[^/]+$', 1) AS package,
      regexp_extract("$path", '[^/]+$') AS revision,
      hash
    FROM all_buckets_quilt_packages
    WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/named_packages/[^/]+/[^/]+/(latest|[0-9]+)$')
  ),
  -- A revision is named by its time in seconds. A name of more than eleven digits is something else.
  revisions AS (
    SELECT
      bucket,
      package,
      hash,
      bool_or(revision = 'latest') AS is_latest,
      max(CASE WHEN length(revision) < 12 THEN try_cast(revision AS bigint) END) AS made,
      count(*) FILTER (WHERE revision <> 'latest') AS pointers
    FROM pointers
    GROUP BY bucket, package, hash
  )
SELECT
  bucket,
  package,
  CAST(from_unixtime(max(made) FILTER (WHERE is_latest)) AS timestamp) AS modified,
  sum(pointers) AS revisions,
  max(hash) FILTER (WHERE is_latest) AS tophash
FROM revisions
GROUP BY bucket, package
ORDER BY bucket, package
