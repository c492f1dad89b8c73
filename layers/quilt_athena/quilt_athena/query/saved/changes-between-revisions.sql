-- What changed between two revisions of a package, by their top hashes.
-- Parameters: bucket, older top hash, newer top hash
WITH
  entries AS (
    SELECT
      tophash,
      logical_key,
      physical_key,
      "size",
      hash,
      CASE WHEN meta NOT IN ('{}', '{"user_meta":{}}') THEN meta END AS meta
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
  ),
  asked AS (
    SELECT lower(CAST(? AS varchar)) AS older, lower(CAST(? AS varchar)) AS newer
  ),
  found AS (
    SELECT
      logical_key,
      tophash = older AS is_older,
      tophash = newer AS is_newer,
      physical_key,
      "size",
      hash.type AS hash_type,
      hash.value AS hash,
      meta
    FROM entries
    CROSS JOIN asked
    WHERE tophash IN (older, newer)
    UNION ALL
    -- A row that always exists, to report a missing revision.
    SELECT NULL, false, false, NULL, NULL, NULL, NULL, NULL
  ),
  files AS (
    SELECT
      logical_key,
      bool_or(is_older) AS in_older,
      bool_or(is_newer) AS in_newer,
      max(physical_key) FILTER (WHERE is_older) AS older_key,
      max(physical_key) FILTER (WHERE is_newer) AS newer_key,
      max("size") FILTER (WHERE is_older) AS older_size,
      max("size") FILTER (WHERE is_newer) AS newer_size,
      max(hash_type) FILTER (WHERE is_older) AS older_type,
      max(hash_type) FILTER (WHERE is_newer) AS newer_type,
      max(hash) FILTER (WHERE is_older) AS older_hash,
      max(hash) FILTER (WHERE is_newer) AS newer_hash,
      max(meta) FILTER (WHERE is_older) AS older_meta,
      max(meta) FILTER (WHERE is_newer) AS newer_meta
    FROM found
    GROUP BY logical_key
  ),
  compared AS (
    SELECT
      files.*,
      bool_or(in_older) OVER () AS older_found,
      bool_or(in_newer) OVER () AS newer_found,
      older_meta IS DISTINCT FROM newer_meta AS metadata_changed,
      -- Hashes of different types cannot be compared. One version of an object has one content.
      CASE
        WHEN older_type = newer_type AND older_hash = newer_hash THEN 'same'
        WHEN older_type = newer_type AND older_hash <> newer_hash THEN 'content'
        WHEN older_size <> newer_size THEN 'content'
        WHEN older_key IS NOT DISTINCT FROM newer_key THEN 'same'
        ELSE 'perhaps content'
      END AS content
    FROM files
  ),
  changes AS (
    SELECT
      logical_key,
      CASE
        WHEN logical_key IS NULL AND NOT older_found AND NOT newer_found THEN 'neither revision found'
        WHEN logical_key IS NULL AND NOT older_found THEN 'older revision not found'
        WHEN logical_key IS NULL AND NOT newer_found THEN 'newer revision not found'
        WHEN logical_key IS NULL OR NOT older_found OR NOT newer_found THEN NULL
        WHEN NOT in_older THEN 'added'
        WHEN NOT in_newer THEN 'removed'
        WHEN content <> 'same' THEN content
        WHEN metadata_changed THEN 'metadata'
      END AS change,
      older_size,
      newer_size,
      in_older AND in_newer AND metadata_changed AS metadata_changed
    FROM compared
  )
SELECT logical_key, change, older_size, newer_size, metadata_changed
FROM changes
WHERE change IS NOT NULL
ORDER BY logical_key
