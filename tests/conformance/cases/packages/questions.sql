-- # Questions about packages and objects
-- What people ask of packages: revisions, files, metadata, and what differs.

-- ## Packages, objects and manifests
SELECT name, count(*) AS revisions, max(timestamp) AS newest FROM "lab_assays_quilt_packages_view" GROUP BY name ORDER BY name;
--> name varchar | revisions bigint | newest varchar
--> ["assays", 3, "latest"]
--> ["mixed", 2, "latest"]
SELECT user, name, hash, message FROM "cell_images_quilt_packages_view" WHERE timestamp = 'latest' ORDER BY user, name;
--> user varchar | name varchar | hash varchar | message varchar
--> ["imaging", "broken", "0000000000000000000000000000000000000000000000000000000000000000", "broken"]
--> ["imaging", "cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "Second plate; crème de la crème, as O'Neill said"]
--> ["imaging", "copy-of-cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "Second plate; crème de la crème, as O'Neill said"]
--> ["imaging", "models", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", null]
--> ["imaging", "only-latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", null]
--> ["team_x", "bare", "2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b", null]
SELECT DISTINCT json_extract_scalar(user_meta, '$.color') FROM "cell_images_quilt_packages_view" ORDER BY 1 NULLS FIRST;
--> _col0 varchar
--> [null]
SELECT name, json_size(user_meta, '$'), is_json_scalar(user_meta), typeof(user_meta) FROM "cell_images_quilt_packages_view" ORDER BY name, hash, timestamp;
--> name varchar | _col1 bigint | _col2 boolean | _col3 varchar
--> ["bare", null, null, "varchar"]
--> ["bare", null, null, "varchar"]
--> ["broken", null, null, "varchar"]
--> ["broken", null, null, "varchar"]
--> ["cells", 2, false, "varchar"]
--> ["cells", 2, false, "varchar"]
--> ["cells", 3, false, "varchar"]
--> ["cells", 3, false, "varchar"]
--> ["copy-of-cells", 3, false, "varchar"]
--> ["copy-of-cells", 3, false, "varchar"]
--> ["models", null, null, "varchar"]
--> ["models", null, null, "varchar"]
--> ["only-latest", null, null, "varchar"]
SELECT name, logical_key, CAST(size AS bigint) * 2, hash.type, substr(hash.value, 1, 6) FROM "cell_images_quilt_objects_view" WHERE timestamp = 'latest' AND logical_key LIKE '%.csv' ORDER BY name, logical_key;
--> name varchar | logical_key varchar | _col2 bigint | type varchar | _col4 varchar
--> ["cells", "plate-1/areas.csv", 34, "SHA256", "cdcdcd"]
--> ["cells", "plate-2/areas.csv", 34, "SHA256", "cdcdcd"]
--> ["copy-of-cells", "plate-1/areas.csv", 34, "SHA256", "cdcdcd"]
--> ["copy-of-cells", "plate-2/areas.csv", 34, "SHA256", "cdcdcd"]
SELECT logical_key, cardinality(physical_keys), url_extract_path(physical_key), regexp_extract(physical_key, 'versionId=(\w+)', 1) FROM "lab_assays_quilt_objects_view" WHERE timestamp = 'latest' ORDER BY name, logical_key;
--> logical_key varchar | _col1 bigint | _col2 varchar | _col3 varchar
--> ["run-1/plate.csv", 1, "/run-1/plate.csv", "v1"]
--> ["run-2/plate.csv", 1, "/run-2/plate.csv", "v1"]
--> ["run-3/plate.csv", 1, "/run-3/plate.csv", "v1"]
--> ["run-4/plate.csv", 1, "/run-4/plate.csv", "v1"]
--> ["run-5/plate.csv", 1, "/run-5/plate.csv", "v1"]
--> ["run-6/plate.csv", 1, "/run-6/plate.csv", "v1"]
--> ["run-7/plate.csv", 1, "/run-7/plate.csv", "v1"]
--> ["run-8/plate.csv", 1, "/run-8/plate.csv", "v1"]
--> ["shared/plate-1.tiff", 1, "/plate-1/a.tiff", "v1"]
--> ["Plate.CSV", 1, "/Plate.CSV", "v1"]
SELECT regexp_extract(logical_key, '\.([^./]+)$', 1) AS extension, count(*), sum(TRY_CAST(size AS bigint)), approx_distinct(hash.value) FROM "cell_images_quilt_objects_view" GROUP BY 1 ORDER BY 2 DESC, 1 NULLS LAST;
--> extension varchar | _col1 bigint | _col2 bigint | _col3 bigint
--> ["tiff", 30, 44940, 6]
--> ["csv", 10, 170, 1]
--> ["md", 6, 120, 1]
--> ["onnx", 6, 14400, 2]
--> ["txt", 4, 14, 1]
--> [null, 3, null, 0]
SELECT o.name, o.logical_key FROM "cell_images_quilt_objects_view" o JOIN "cell_images_quilt_packages_view" p ON o.tophash = p.hash AND o.name = p.name AND o.timestamp = p.timestamp WHERE p.message IS NOT NULL AND o.size IS NOT NULL ORDER BY 1, 2, o.timestamp;
--> name varchar | logical_key varchar
--> ["broken", "kept.txt"]
--> ["broken", "kept.txt"]
--> ["cells", "README.md"]
--> ["cells", "README.md"]
--> ["cells", "README.md"]
--> ["cells", "README.md"]
--> ["cells", "plate-1/a.tiff"]
--> ["cells", "plate-1/a.tiff"]
--> ["cells", "plate-1/a.tiff"]
--> ["cells", "plate-1/a.tiff"]
--> ["cells", "plate-1/areas.csv"]
--> ["cells", "plate-1/areas.csv"]
--> ["cells", "plate-1/areas.csv"]
--> ["cells", "plate-1/areas.csv"]
--> ["cells", "plate-1/b.tiff"]
--> ["cells", "plate-1/b.tiff"]
--> ["cells", "plate-1/b.tiff"]
--> ["cells", "plate-1/b.tiff"]
--> ["cells", "plate-1/c.tiff"]
--> ["cells", "plate-1/c.tiff"]
--> ["cells", "plate-1/c.tiff"]
--> ["cells", "plate-1/c.tiff"]
--> ["cells", "plate-2/a.tiff"]
--> ["cells", "plate-2/a.tiff"]
--> ["cells", "plate-2/areas.csv"]
--> ["cells", "plate-2/areas.csv"]
--> ["cells", "plate-2/b.tiff"]
--> ["cells", "plate-2/b.tiff"]
--> ["cells", "plate-2/c.tiff"]
--> ["cells", "plate-2/c.tiff"]
--> ["copy-of-cells", "README.md"]
--> ["copy-of-cells", "README.md"]
--> ["copy-of-cells", "plate-1/a.tiff"]
--> ["copy-of-cells", "plate-1/a.tiff"]
--> ["copy-of-cells", "plate-1/areas.csv"]
--> ["copy-of-cells", "plate-1/areas.csv"]
--> ["copy-of-cells", "plate-1/b.tiff"]
--> ["copy-of-cells", "plate-1/b.tiff"]
--> ["copy-of-cells", "plate-1/c.tiff"]
--> ["copy-of-cells", "plate-1/c.tiff"]
--> ["copy-of-cells", "plate-2/a.tiff"]
--> ["copy-of-cells", "plate-2/a.tiff"]
--> ["copy-of-cells", "plate-2/areas.csv"]
--> ["copy-of-cells", "plate-2/areas.csv"]
--> ["copy-of-cells", "plate-2/b.tiff"]
--> ["copy-of-cells", "plate-2/b.tiff"]
--> ["copy-of-cells", "plate-2/c.tiff"]
--> ["copy-of-cells", "plate-2/c.tiff"]
SELECT name, timestamp, lag(hash) OVER (PARTITION BY user, name ORDER BY timestamp) IS DISTINCT FROM hash AS changed FROM "lab_assays_quilt_packages_view" ORDER BY user, name, timestamp;
--> name varchar | timestamp varchar | changed boolean
--> ["assays", "1710000000", true]
--> ["assays", "1710086400", true]
--> ["assays", "latest", false]
--> ["mixed", "1720000000", true]
--> ["mixed", "latest", false]
SELECT from_unixtime(CAST(timestamp AS bigint)) AS pushed, name FROM "lab_assays_quilt_packages_view" WHERE timestamp <> 'latest' ORDER BY 1, 2;
--> pushed timestamp(3) with time zone | name varchar
--> ["2024-03-09 16:00:00.000 UTC", "assays"]
--> ["2024-03-10 16:00:00.000 UTC", "assays"]
--> ["2024-07-03 09:46:40.000 UTC", "mixed"]
SELECT date_diff('day', min(from_unixtime(TRY_CAST(timestamp AS bigint))), max(from_unixtime(TRY_CAST(timestamp AS bigint)))) FROM "lab_assays_quilt_packages_view";
--> _col0 bigint
--> [115]
SELECT bucket, count(DISTINCT name), count(*) FROM "all_buckets_quilt_packages_view" GROUP BY bucket ORDER BY bucket;
--> bucket varchar | _col1 bigint | _col2 bigint
--> ["cell-images", 6, 13]
--> ["lab-assays", 2, 5]
SELECT bucket, name, logical_key FROM "all_buckets_quilt_objects_view" WHERE bucket = 'lab-assays' AND timestamp = 'latest' ORDER BY 2, 3 LIMIT 5;
--> bucket varchar | name varchar | logical_key varchar
--> ["lab-assays", "assays", "run-1/plate.csv"]
--> ["lab-assays", "assays", "run-2/plate.csv"]
--> ["lab-assays", "assays", "run-3/plate.csv"]
--> ["lab-assays", "assays", "run-4/plate.csv"]
--> ["lab-assays", "assays", "run-5/plate.csv"]
SELECT a.logical_key FROM "cell_images_quilt_objects_view" a LEFT JOIN "lab_assays_quilt_objects_view" b ON a.hash.value = b.hash.value WHERE b.hash IS NULL GROUP BY 1 ORDER BY 1;
--> logical_key varchar
--> ["README.md"]
--> ["a b+c/ünï.txt"]
--> ["kept.txt"]
--> ["membrane.onnx"]
--> ["nucleus.onnx"]
--> ["plate-1/a.tiff"]
--> ["plate-1/areas.csv"]
--> ["plate-1/b.tiff"]
--> ["plate-1/c.tiff"]
--> ["plate-2/a.tiff"]
--> ["plate-2/areas.csv"]
--> ["plate-2/b.tiff"]
--> ["plate-2/c.tiff"]
--> ["weights/"]
SELECT logical_key, array_agg(DISTINCT name ORDER BY name) FROM "cell_images_quilt_objects_view" GROUP BY logical_key HAVING count(DISTINCT tophash) > 1 ORDER BY logical_key;
--> logical_key varchar | _col1 array(varchar)
--> ["README.md", ["cells", "copy-of-cells"]]
--> ["plate-1/a.tiff", ["cells", "copy-of-cells"]]
--> ["plate-1/areas.csv", ["cells", "copy-of-cells"]]
--> ["plate-1/b.tiff", ["cells", "copy-of-cells"]]
--> ["plate-1/c.tiff", ["cells", "copy-of-cells"]]
SELECT name, k FROM "cell_images_quilt_packages_view" CROSS JOIN UNNEST(map_keys(CAST(json_parse(user_meta) AS map(varchar, json)))) AS t(k) WHERE timestamp = 'latest' ORDER BY 1, 2;
--> name varchar | k varchar
--> ["cells", "instrument"]
--> ["cells", "plates"]
--> ["cells", "quality"]
--> ["copy-of-cells", "instrument"]
--> ["copy-of-cells", "plates"]
--> ["copy-of-cells", "quality"]
SELECT count(*), count(logical_key), count(version), count(message), count_if(meta IS NULL) FROM "cell_images_quilt_manifests";
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint
--> [28, 21, 4, 3, 10]
SELECT regexp_extract("$path", '[^/]+$') AS tophash, count(*) FROM "lab_assays_quilt_manifests" WHERE logical_key IS NOT NULL GROUP BY "$path" ORDER BY 1;
--> tophash varchar | _col1 bigint
--> ["5df2655e1c6a43eab350ab4ae13cc7d6bf81eb63e678f3db3b7d1101521cb694", 5]
--> ["60a55e3b622507babab27913b989da1e68ba59c0b9cbb7de265aba6d91d02761", 1]
--> ["9f045d723002690b1cbb6fd9ee8ebc67bc40f5633a91942887b4182712d36710", 9]
SELECT split_part("$path", '/', 6) AS package, hash FROM "lab_assays_quilt_packages" ORDER BY 1, 2, "$path";
--> package varchar | hash varchar
--> ["lab", "5df2655e1c6a43eab350ab4ae13cc7d6bf81eb63e678f3db3b7d1101521cb694"]
--> ["lab", "60a55e3b622507babab27913b989da1e68ba59c0b9cbb7de265aba6d91d02761"]
--> ["lab", "60a55e3b622507babab27913b989da1e68ba59c0b9cbb7de265aba6d91d02761"]
--> ["lab", "9f045d723002690b1cbb6fd9ee8ebc67bc40f5633a91942887b4182712d36710"]
--> ["lab", "9f045d723002690b1cbb6fd9ee8ebc67bc40f5633a91942887b4182712d36710"]
SELECT json_extract_scalar(meta, '$.user_meta.plate') AS plate, count(*) FROM "lab_assays_quilt_objects_view" GROUP BY 1 ORDER BY 1 NULLS LAST;
--> plate varchar | _col1 bigint
--> [null, 25]
SELECT json_query(meta, 'lax $.user_meta.*' WITH ARRAY WRAPPER), json_exists(meta, 'lax $.user_meta'), json_value(meta, 'lax $.user_meta.plate') FROM "lab_assays_quilt_objects_view" ORDER BY name, timestamp, logical_key;
--> _col0 varchar | _col1 boolean | _col2 varchar
--> ["[1,\"ada\"]", true, null]
--> ["[2,\"bob\"]", true, null]
--> ["[3,\"ada\"]", true, null]
--> ["[4,\"bob\"]", true, null]
--> ["[\"1.2.0\"]", true, null]
--> ["[1,\"ada\"]", true, null]
--> ["[2,\"bob\"]", true, null]
--> ["[3,\"ada\"]", true, null]
--> ["[4,\"bob\"]", true, null]
--> ["[5,\"ada\"]", true, null]
--> ["[6,\"bob\"]", true, null]
--> ["[7,\"ada\"]", true, null]
--> ["[8,\"bob\"]", true, null]
--> ["[\"1.2.0\"]", true, null]
--> ["[1,\"ada\"]", true, null]
--> ["[2,\"bob\"]", true, null]
--> ["[3,\"ada\"]", true, null]
--> ["[4,\"bob\"]", true, null]
--> ["[5,\"ada\"]", true, null]
--> ["[6,\"bob\"]", true, null]
--> ["[7,\"ada\"]", true, null]
--> ["[8,\"bob\"]", true, null]
--> ["[\"1.2.0\"]", true, null]
--> ["[[\"5\",\"6\"],\"A1\"]", true, null]
--> ["[[\"5\",\"6\"],\"A1\"]", true, null]
SELECT name, logical_key, row_number() OVER (PARTITION BY name ORDER BY CAST(size AS bigint) DESC, logical_key) AS n FROM "cell_images_quilt_objects_view" WHERE timestamp = 'latest' AND TRY_CAST(size AS bigint) IS NOT NULL ORDER BY name, n;
--> name varchar | logical_key varchar | n bigint
--> ["bare", "a b+c/ünï.txt", 1]
--> ["broken", "kept.txt", 1]
--> ["cells", "plate-2/c.tiff", 1]
--> ["cells", "plate-2/b.tiff", 2]
--> ["cells", "plate-2/a.tiff", 3]
--> ["cells", "plate-1/c.tiff", 4]
--> ["cells", "plate-1/b.tiff", 5]
--> ["cells", "plate-1/a.tiff", 6]
--> ["cells", "README.md", 7]
--> ["cells", "plate-1/areas.csv", 8]
--> ["cells", "plate-2/areas.csv", 9]
--> ["copy-of-cells", "plate-2/c.tiff", 1]
--> ["copy-of-cells", "plate-2/b.tiff", 2]
--> ["copy-of-cells", "plate-2/a.tiff", 3]
--> ["copy-of-cells", "plate-1/c.tiff", 4]
--> ["copy-of-cells", "plate-1/b.tiff", 5]
--> ["copy-of-cells", "plate-1/a.tiff", 6]
--> ["copy-of-cells", "README.md", 7]
--> ["copy-of-cells", "plate-1/areas.csv", 8]
--> ["copy-of-cells", "plate-2/areas.csv", 9]
--> ["models", "membrane.onnx", 1]
--> ["models", "nucleus.onnx", 2]
--> ["only-latest", "membrane.onnx", 1]
--> ["only-latest", "nucleus.onnx", 2]
WITH latest AS (SELECT * FROM "cell_images_quilt_packages_view" WHERE timestamp = 'latest') SELECT l.name, count(o.logical_key) FROM latest l LEFT JOIN "cell_images_quilt_objects_view" o ON o.tophash = l.hash AND o.timestamp = 'latest' AND o.name = l.name GROUP BY l.name ORDER BY l.name;
--> name varchar | _col1 bigint
--> ["bare", 1]
--> ["broken", 1]
--> ["cells", 9]
--> ["copy-of-cells", 9]
--> ["models", 3]
--> ["only-latest", 3]
SELECT workflow, workflow IS NULL FROM "cell_images_quilt_packages_view" ORDER BY name, timestamp;
--> workflow varchar | _col1 boolean
--> [null, true]
--> [null, true]
--> [null, true]
--> [null, true]
--> [null, true]
--> ["{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}", false]
--> [null, true]
--> ["{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}", false]
--> ["{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}", false]
--> ["{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}", false]
--> [null, true]
--> [null, true]
--> [null, true]
SELECT missing FROM "cell_images_quilt_packages_view";
--> error COLUMN_NOT_FOUND: line 1:8: Column 'missing' cannot be resolved
SELECT size + 1 FROM "cell_images_quilt_objects_view";
--> error TYPE_MISMATCH: line 1:13: Cannot apply operator: varchar + integer
SELECT hash.sha FROM "cell_images_quilt_objects_view";
--> error COLUMN_NOT_FOUND: line 1:8: Column 'hash.sha' cannot be resolved
SELECT physical_keys[2] FROM "cell_images_quilt_objects_view";
--> error INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 2 > 1
SELECT element_at(physical_keys, 2) FROM "cell_images_quilt_objects_view" WHERE timestamp = 'latest' ORDER BY 1;
--> _col0 varchar
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
--> [null]
SELECT upper(name) FROM "cell_images_quilt_packages_view" WHERE name = 'NO SUCH' OR (message LIKE '%\_%' ESCAPE '\') ORDER BY 1;
--> _col0 varchar
SELECT * FROM "cell_images_quilt_packages_view" WHERE hash = (SELECT max(hash) FROM "cell_images_quilt_packages_view") ORDER BY timestamp, name;
--> user varchar | name varchar | hash varchar | timestamp varchar | message varchar | meta varchar | user_meta varchar | workflow varchar
--> ["imaging", "cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "1700000100", "Second plate; crème de la crème, as O'Neill said", null, "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}", "{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}"]
--> ["imaging", "copy-of-cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "1700000300", "Second plate; crème de la crème, as O'Neill said", null, "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}", "{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}"]
--> ["imaging", "cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "latest", "Second plate; crème de la crème, as O'Neill said", null, "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}", "{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}"]
--> ["imaging", "copy-of-cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "latest", "Second plate; crème de la crème, as O'Neill said", null, "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}", "{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}"]
SELECT count(*) FROM "cell_images_quilt_objects_view" WHERE size > 5;
--> error TYPE_MISMATCH: line 1:66: Cannot apply operator: varchar < integer
SELECT count(*) FROM "cell_images_quilt_objects_view" WHERE size > '5';
--> _col0 bigint
--> [2]
