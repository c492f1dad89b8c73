-- The latest revision of every package of a bucket, with its time.
--
-- The packages view has a row for each revision of a package, and one for `latest`, the revision that users get. The time
-- is that of the newest revision with the same hash, or NULL if all of them were deleted. A name of more than eleven
-- digits is not a time in seconds.
SELECT
  latest."user",
  latest.name,
  latest.hash,
  CAST(
    from_unixtime(max(CASE WHEN length(revision."timestamp") < 12 THEN try_cast(revision."timestamp" AS bigint) END))
    AS timestamp
  ) AS modified,
  count(revision."timestamp") AS times_pushed,
  latest.message,
  latest.user_meta,
  latest.workflow
FROM {packages_view} AS latest
LEFT JOIN {packages_view} AS revision
  ON revision."user" = latest."user"
  AND revision.name = latest.name
  AND revision.hash = latest.hash
  AND revision."timestamp" <> 'latest'
WHERE latest."timestamp" = 'latest'
GROUP BY latest."user", latest.name, latest.hash, latest.message, latest.user_meta, latest.workflow
