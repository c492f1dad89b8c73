SELECT 'packages' AS name, count(*) AS rows_seen FROM (SELECT hash FROM {packages} LIMIT 1)
UNION ALL
SELECT 'packages_view', count(*) FROM {packages_view} WHERE false
UNION ALL
SELECT 'objects_view', count(*) FROM {objects_view} WHERE false
