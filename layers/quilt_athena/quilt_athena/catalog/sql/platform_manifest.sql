-- What Quilt's platform calls "<bucket>_package_manifest" since version 1.70: every manifest, whether or not a pointer
-- refers to it. As in packages_view.sql, a manifest is one row whatever its lines are.
SELECT
  regexp_extract("$path", '[^/]+$') AS top_hash,
  max(message) FILTER (WHERE logical_key IS NULL) AS message,
  max(user_meta) FILTER (WHERE logical_key IS NULL) AS metadata
FROM {manifests}
WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/packages/[0-9a-f]{64}$')
GROUP BY regexp_extract("$path", '[^/]+$')
