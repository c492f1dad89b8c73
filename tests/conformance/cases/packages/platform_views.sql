-- # Views with the names of Quilt's platform
--
-- What `LegacyViews=create` declares for a bucket, over the packages of `sample_packages.py`.

-- ## Revisions and tags
SELECT pkg_name, "timestamp", substr(top_hash, 1, 8) FROM "cell-images_package_revision" ORDER BY "timestamp";
SELECT typeof("timestamp") FROM "cell-images_package_revision" LIMIT 1;
SELECT pkg_name, max("timestamp") FROM "lab-assays_package_revision" WHERE "timestamp" >= TIMESTAMP '2024-03-10 00:00:00' GROUP BY pkg_name ORDER BY 2;
-- A pointer that is not a number is a tag, also if it is something else.
SELECT pkg_name, tag_name, top_hash FROM "cell-images_package_tag" ORDER BY pkg_name, tag_name;

-- ## Manifests
SELECT * FROM "cell-images_package_manifest" ORDER BY top_hash;
SELECT t.pkg_name, t.tag_name, m.metadata FROM "cell-images_package_tag" t JOIN "cell-images_package_manifest" m ON t.top_hash = m.top_hash WHERE t.tag_name = 'latest' AND json_extract_scalar(m.metadata, '$.instrument') = 'zsd-1' AND json_extract_scalar(m.metadata, '$.plates') = '2' ORDER BY t.pkg_name;

-- ## Entries
SELECT e.logical_key, e.physical_key, e.size, e.metadata FROM "cell-images_package_tag" t JOIN "cell-images_package_entry" e ON t.top_hash = e.top_hash WHERE t.pkg_name = 'imaging/models' AND t.tag_name = 'latest' ORDER BY 1;
SELECT count(*), count(DISTINCT top_hash), sum("size"), count(hash_value) FROM "cell-images_package_entry";
SELECT * FROM "cell-images_package_entry" WHERE substr(logical_key, -5) = '.tiff' AND json_extract_scalar(metadata, '$.user_meta.algorithm') LIKE '1.3%' AND json_array_contains(json_extract(metadata, '$.user_meta.cellindex'), '8') ORDER BY logical_key;
SELECT 'cell-images' AS bucket, pkg_name, tag_name FROM "cell-images_package_tag" WHERE tag_name = 'latest' UNION ALL SELECT 'lab-assays' AS bucket, pkg_name, tag_name FROM "lab-assays_package_tag" WHERE tag_name = 'latest' ORDER BY 1, 2;
