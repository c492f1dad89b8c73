-- Quilt, "Querying package metadata with Athena" (docs/advanced-features/athena.md), 2023, for my-bucket.
SELECT * FROM quilt_query.my_bucket_quilt_objects_view
WHERE substr(logical_key, -5)='.tiff'
-- extract and query package-level metadata
AND json_extract_scalar(meta, '$.user_meta.nucmembsegmentationalgorithmversion') LIKE '1.3%'
AND json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5');
