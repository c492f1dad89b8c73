-- objects_view.sql for an indexed bucket: the same rows, from the index.
SELECT
  pointers."user",
  pointers.name,
  pointers."timestamp",
  entries.tophash,
  entries.logical_key,
  entries.physical_keys,
  entries."size",
  entries.hash,
  entries.meta,
  entries.user_meta,
  element_at(entries.physical_keys, 1) AS physical_key
FROM {manifests_index} AS entries
JOIN {packages_index} AS pointers ON pointers.hash = entries.tophash
WHERE entries.bucket IN ({indexed_buckets})
  AND entries.kind = 'entry'
  AND pointers.bucket IN ({indexed_buckets})
  AND regexp_like(pointers."timestamp", '^(latest|[0-9]+)$')
