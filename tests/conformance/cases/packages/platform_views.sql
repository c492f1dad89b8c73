-- # Views with the names of Quilt's platform
--
-- What `LegacyViews=create` declares for a bucket, over the packages of `sample_packages.py`.

-- ## Revisions and tags
SELECT pkg_name, "timestamp", substr(top_hash, 1, 8) FROM "cell-images_package_revision" ORDER BY "timestamp";
--> pkg_name varchar | timestamp timestamp(3) | _col2 varchar
--> ["team_x/bare", "2020-09-13 12:26:40.000", "2b319fb1"]
--> ["imaging/cells", "2023-11-14 22:13:20.000", "1da57b9f"]
--> ["imaging/models", "2023-11-14 22:14:10.000", "07ca1977"]
--> ["imaging/cells", "2023-11-14 22:15:00.000", "7781be92"]
--> ["imaging/cells", "2023-11-14 22:16:40.000", "1da57b9f"]
--> ["imaging/copy-of-cells", "2023-11-14 22:18:20.000", "7781be92"]
--> ["imaging/lost", "2023-11-14 22:20:00.000", "ffffffff"]
--> ["imaging/broken", "2023-11-14 22:21:40.000", "00000000"]
SELECT typeof("timestamp") FROM "cell-images_package_revision" LIMIT 1;
--> _col0 varchar
--> ["timestamp(3)"]
SELECT pkg_name, max("timestamp") FROM "lab-assays_package_revision" WHERE "timestamp" >= TIMESTAMP '2024-03-10 00:00:00' GROUP BY pkg_name ORDER BY 2;
--> pkg_name varchar | _col1 timestamp(3)
--> ["lab/assays", "2024-03-10 16:00:00.000"]
--> ["lab/mixed", "2024-07-03 09:46:40.000"]
-- A pointer that is not a number is a tag, also if it is something else.
SELECT pkg_name, tag_name, top_hash FROM "cell-images_package_tag" ORDER BY pkg_name, tag_name;
--> pkg_name varchar | tag_name varchar | top_hash varchar
--> ["imaging/broken", "latest", "0000000000000000000000000000000000000000000000000000000000000000"]
--> ["imaging/cells", "README", "not a pointer"]
--> ["imaging/cells", "latest", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["imaging/copy-of-cells", "latest", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["imaging/lost", "latest", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"]
--> ["imaging/models", "latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
--> ["imaging/only-latest", "latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
--> ["team_x/bare", "latest", "2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b"]

-- ## Manifests
SELECT * FROM "cell-images_package_manifest" ORDER BY top_hash;
--> top_hash varchar | message varchar | metadata varchar
--> ["0000000000000000000000000000000000000000000000000000000000000000", "broken", null]
--> ["07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", null, null]
--> ["1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "First plate", "{\"instrument\":\"zsd-1\",\"plates\":1}"]
--> ["2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b", null, null]
--> ["7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "Second plate; crème de la crème, as O'Neill said", "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}"]
SELECT t.pkg_name, t.tag_name, m.metadata FROM "cell-images_package_tag" t JOIN "cell-images_package_manifest" m ON t.top_hash = m.top_hash WHERE t.tag_name = 'latest' AND json_extract_scalar(m.metadata, '$.instrument') = 'zsd-1' AND json_extract_scalar(m.metadata, '$.plates') = '2' ORDER BY t.pkg_name;
--> pkg_name varchar | tag_name varchar | metadata varchar
--> ["imaging/cells", "latest", "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}"]
--> ["imaging/copy-of-cells", "latest", "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}"]

-- ## Entries
SELECT e.logical_key, e.physical_key, e.size, e.metadata FROM "cell-images_package_tag" t JOIN "cell-images_package_entry" e ON t.top_hash = e.top_hash WHERE t.pkg_name = 'imaging/models' AND t.tag_name = 'latest' ORDER BY 1;
--> logical_key varchar | physical_key varchar | size bigint | metadata varchar
--> ["membrane.onnx", "s3://cell-images/membrane.onnx?versionId=v1", 2400, "{\"user_meta\":{\"layers\":18.5,\"tags\":[],\"open\":true}}"]
--> ["nucleus.onnx", "s3://cell-images/nucleus.onnx?versionId=v1", 2400, "{\"user_meta\":{\"layers\":12,\"tags\":[\"a\",\"b\"],\"license\":null}}"]
--> ["weights/", null, null, "{\"user_meta\":{\"kind\":\"folder\"}}"]
SELECT count(*), count(DISTINCT top_hash), sum("size"), count(hash_value) FROM "cell-images_package_entry";
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint
--> [19, 5, 17780, 17]
SELECT * FROM "cell-images_package_entry" WHERE substr(logical_key, -5) = '.tiff' AND json_extract_scalar(metadata, '$.user_meta.algorithm') LIKE '1.3%' AND json_array_contains(json_extract(metadata, '$.user_meta.cellindex'), '8') ORDER BY logical_key;
--> top_hash varchar | logical_key varchar | physical_key varchar | hash_type varchar | hash_value varchar | size bigint | metadata varchar
--> ["7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "plate-1/b.tiff", "s3://cell-images/plate-1/b.tiff?versionId=v1", "SHA256", "e3d8a0530917b6d45b771ddf2e50a43b533cc0de62daed88feedcb6107061c59", 1098, "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"8\"],\"well\":\"b1\",\"plate\":1}}"]
--> ["7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "plate-2/b.tiff", "s3://cell-images/plate-2/b.tiff?versionId=v1", "SHA256", "d0c24677cd98f70eee10f156cdd55c757553b6967bd630b64e04781f1c1103a4", 2098, "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"8\"],\"well\":\"b2\",\"plate\":2}}"]
SELECT 'cell-images' AS bucket, pkg_name, tag_name FROM "cell-images_package_tag" WHERE tag_name = 'latest' UNION ALL SELECT 'lab-assays' AS bucket, pkg_name, tag_name FROM "lab-assays_package_tag" WHERE tag_name = 'latest' ORDER BY 1, 2;
--> bucket varchar(11) | pkg_name varchar | tag_name varchar
--> ["cell-images", "imaging/broken", "latest"]
--> ["cell-images", "imaging/cells", "latest"]
--> ["cell-images", "imaging/copy-of-cells", "latest"]
--> ["cell-images", "imaging/lost", "latest"]
--> ["cell-images", "imaging/models", "latest"]
--> ["cell-images", "imaging/only-latest", "latest"]
--> ["cell-images", "team_x/bare", "latest"]
--> ["lab-assays", "lab/assays", "latest"]
--> ["lab-assays", "lab/mixed", "latest"]
