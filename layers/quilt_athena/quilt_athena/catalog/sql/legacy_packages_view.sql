-- What Quilt's platform called "<bucket>_packages-view" before version 1.70. `meta` is how its documentation asked for
-- metadata: '$.user_meta....'.
SELECT
  "user" || '/' || name AS pkg_name,
  hash AS top_hash,
  "timestamp",
  message,
  user_meta,
  '{"user_meta":' || user_meta || '}' AS meta
FROM {packages_view}
