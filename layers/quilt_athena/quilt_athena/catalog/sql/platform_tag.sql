-- What Quilt's platform calls "<bucket>_package_tag" since version 1.70: every pointer that is not a time.
SELECT
  regexp_extract("$path", '/([^/]+/[^/]+)/[^/]+$', 1) AS pkg_name,
  regexp_extract("$path", '[^/]+$') AS tag_name,
  hash AS top_hash
FROM {packages}
WHERE regexp_like("$path", '^s3://[^/]+/\.quilt/named_packages/[^/]+/[^/]+/[^/]+$')
  AND NOT regexp_like("$path", '/[0-9]+$')
