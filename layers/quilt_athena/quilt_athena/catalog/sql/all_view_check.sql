SELECT 'packages_view' AS name, count(*) AS rows_seen FROM {packages_view} WHERE false
UNION ALL
SELECT 'objects_view', count(*) FROM {objects_view} WHERE false
