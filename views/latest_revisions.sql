-- The latest revision of every package of a bucket, with when it was made.
--
-- A package has a row in the packages view for each of its revisions, and one more, `latest`, for that which its users
-- get. That one's time is the newest of its revision's; it has none where somebody removed them. A name of more than
-- eleven digits is no time in seconds.
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
