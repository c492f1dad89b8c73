-- What Quilt's platform called "<bucket>_objects-view" before version 1.70.
SELECT
  "user" || '/' || name AS pkg_name,
  tophash AS top_hash,
  "timestamp",
  logical_key,
  physical_key,
  try_cast("size" AS bigint) AS "size",
  hash,
  meta
FROM {objects_view}
