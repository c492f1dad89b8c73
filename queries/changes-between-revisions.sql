-- What changed between two revisions of a package, by their top hashes.
-- Parameters: bucket, older top hash, newer top hash
WITH
  entries AS (
    SELECT DISTINCT tophash, logical_key, "size", hash.value AS hash, meta
    FROM all_buckets_quilt_objects_view
    WHERE bucket = ?
  ),
  older AS (SELECT * FROM entries WHERE tophash = ?),
  newer AS (SELECT * FROM entries WHERE tophash = ?)
SELECT
  coalesce(newer.logical_key, older.logical_key) AS logical_key,
  CASE
    WHEN older.logical_key IS NULL THEN 'added'
    WHEN newer.logical_key IS NULL THEN 'removed'
    WHEN older.hash IS DISTINCT FROM newer.hash OR older."size" IS DISTINCT FROM newer."size" THEN 'content'
    ELSE 'metadata'
  END AS change,
  older."size" AS older_size,
  newer."size" AS newer_size
FROM older
FULL OUTER JOIN newer ON newer.logical_key = older.logical_key
WHERE older.logical_key IS NULL
  OR newer.logical_key IS NULL
  OR older.hash IS DISTINCT FROM newer.hash
  OR older."size" IS DISTINCT FROM newer."size"
  OR older.meta IS DISTINCT FROM newer.meta
ORDER BY logical_key
