-- # Packages and objects
--
-- The tables and views that quilt-athena declares for a bucket, over the packages of `sample_packages.py`.

-- ## Packages
SELECT "user", name, "timestamp", message FROM cell_images_quilt_packages_view ORDER BY "user", name, "timestamp";
--> user varchar | name varchar | timestamp varchar | message varchar
--> ["imaging", "broken", "1700000500", "broken"]
--> ["imaging", "broken", "latest", "broken"]
--> ["imaging", "cells", "1700000000", "First plate"]
--> ["imaging", "cells", "1700000100", "Second plate; crème de la crème, as O'Neill said"]
--> ["imaging", "cells", "1700000200", "First plate"]
--> ["imaging", "cells", "latest", "Second plate; crème de la crème, as O'Neill said"]
--> ["imaging", "copy-of-cells", "1700000300", "Second plate; crème de la crème, as O'Neill said"]
--> ["imaging", "copy-of-cells", "latest", "Second plate; crème de la crème, as O'Neill said"]
--> ["imaging", "models", "1700000050", null]
--> ["imaging", "models", "latest", null]
--> ["imaging", "only-latest", "latest", null]
--> ["team_x", "bare", "1600000000", null]
--> ["team_x", "bare", "latest", null]
SELECT * FROM cell_images_quilt_packages_view WHERE name = 'models' ORDER BY "timestamp";
--> user varchar | name varchar | hash varchar | timestamp varchar | message varchar | meta varchar | user_meta varchar | workflow varchar
--> ["imaging", "models", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", "1700000050", null, null, null, null]
--> ["imaging", "models", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", "latest", null, null, null, null]
SELECT "user" || '/' || name AS package, count(*) AS revisions FROM cell_images_quilt_packages_view WHERE "timestamp" <> 'latest' GROUP BY 1 ORDER BY 1;
--> package varchar | revisions bigint
--> ["imaging/broken", 1]
--> ["imaging/cells", 3]
--> ["imaging/copy-of-cells", 1]
--> ["imaging/models", 1]
--> ["team_x/bare", 1]
SELECT count(*), count(DISTINCT hash), count(message), count(user_meta), count(meta), count(workflow) FROM cell_images_quilt_packages_view;
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [13, 5, 8, 6, 0, 4]
SELECT name, message FROM cell_images_quilt_packages_view WHERE "timestamp" = 'latest' AND message LIKE '%O''Neill%';
--> name varchar | message varchar
--> ["copy-of-cells", "Second plate; crème de la crème, as O'Neill said"]
--> ["cells", "Second plate; crème de la crème, as O'Neill said"]
SELECT name, json_extract_scalar(user_meta, '$.instrument') AS instrument, CAST(json_extract(user_meta, '$.plates') AS integer) AS plates FROM cell_images_quilt_packages_view WHERE "timestamp" = 'latest' ORDER BY name;
--> name varchar | instrument varchar | plates integer
--> ["bare", null, null]
--> ["broken", null, null]
--> ["cells", "zsd-1", 2]
--> ["copy-of-cells", "zsd-1", 2]
--> ["models", null, null]
--> ["only-latest", null, null]
SELECT name, json_extract_scalar(workflow, '$.id') FROM cell_images_quilt_packages_view WHERE workflow IS NOT NULL AND "timestamp" = 'latest' ORDER BY name;
--> name varchar | _col1 varchar
--> ["cells", "qc"]
--> ["copy-of-cells", "qc"]
SELECT name, from_unixtime(CAST("timestamp" AS bigint)) FROM cell_images_quilt_packages_view WHERE "timestamp" <> 'latest' ORDER BY 2, 1;
--> name varchar | _col1 timestamp(3) with time zone
--> ["bare", "2020-09-13 12:26:40.000 UTC"]
--> ["cells", "2023-11-14 22:13:20.000 UTC"]
--> ["models", "2023-11-14 22:14:10.000 UTC"]
--> ["cells", "2023-11-14 22:15:00.000 UTC"]
--> ["cells", "2023-11-14 22:16:40.000 UTC"]
--> ["copy-of-cells", "2023-11-14 22:18:20.000 UTC"]
--> ["broken", "2023-11-14 22:21:40.000 UTC"]
SELECT name, max(try_cast("timestamp" AS bigint)) FROM cell_images_quilt_packages_view GROUP BY name ORDER BY name;
--> name varchar | _col1 bigint
--> ["bare", 1600000000]
--> ["broken", 1700000500]
--> ["cells", 1700000200]
--> ["copy-of-cells", 1700000300]
--> ["models", 1700000050]
--> ["only-latest", null]
SELECT name, date_diff('second', from_unixtime(min(try_cast("timestamp" AS bigint))), from_unixtime(max(try_cast("timestamp" AS bigint)))) FROM cell_images_quilt_packages_view GROUP BY name ORDER BY name;
--> name varchar | _col1 bigint
--> ["bare", 0]
--> ["broken", 0]
--> ["cells", 200]
--> ["copy-of-cells", 0]
--> ["models", 0]
--> ["only-latest", null]
SELECT name, "timestamp", hash = lag(hash) OVER (PARTITION BY name ORDER BY "timestamp") AS same FROM cell_images_quilt_packages_view ORDER BY name, "timestamp";
--> name varchar | timestamp varchar | same boolean
--> ["bare", "1600000000", null]
--> ["bare", "latest", true]
--> ["broken", "1700000500", null]
--> ["broken", "latest", true]
--> ["cells", "1700000000", null]
--> ["cells", "1700000100", false]
--> ["cells", "1700000200", false]
--> ["cells", "latest", false]
--> ["copy-of-cells", "1700000300", null]
--> ["copy-of-cells", "latest", true]
--> ["models", "1700000050", null]
--> ["models", "latest", true]
--> ["only-latest", "latest", null]
SELECT hash, array_agg(name || '@' || "timestamp" ORDER BY name, "timestamp") FROM cell_images_quilt_packages_view GROUP BY hash HAVING count(*) > 2 ORDER BY hash;
--> hash varchar | _col1 array(varchar)
--> ["07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", ["models@1700000050", "models@latest", "only-latest@latest"]]
--> ["7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", ["cells@1700000100", "cells@latest", "copy-of-cells@1700000300", "copy-of-cells@latest"]]
SELECT * FROM cell_images_quilt_packages_view WHERE "user" = 'nobody';
--> user varchar | name varchar | hash varchar | timestamp varchar | message varchar | meta varchar | user_meta varchar | workflow varchar
SELECT DISTINCT user FROM cell_images_quilt_packages_view ORDER BY user;
--> user varchar
--> ["imaging"]
--> ["team_x"]
SELECT timestamp FROM cell_images_quilt_packages_view WHERE name = 'bare' ORDER BY timestamp;
--> timestamp varchar
--> ["1600000000"]
--> ["latest"]
SELECT length(hash), min(length("timestamp")) FROM cell_images_quilt_packages_view GROUP BY 1;
--> _col0 bigint | _col1 bigint
--> [64, 6]
SELECT typeof("user"), typeof(hash), typeof(user_meta) FROM cell_images_quilt_packages_view WHERE name = 'bare' AND "timestamp" = 'latest';
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["varchar", "varchar", "varchar"]
SELECT name FROM cell_images_quilt_packages_view WHERE "timestamp" = 'latest' EXCEPT SELECT name FROM cell_images_quilt_packages_view WHERE "timestamp" <> 'latest';
--> name varchar
--> ["only-latest"]
SELECT p.name FROM cell_images_quilt_packages_view p WHERE NOT EXISTS (SELECT 1 FROM cell_images_quilt_objects_view o WHERE o.tophash = p.hash) ORDER BY 1;
--> name varchar
SELECT nothing FROM cell_images_quilt_packages_view;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved

-- ## Objects
SELECT logical_key, "size", meta FROM cell_images_quilt_objects_view WHERE name = 'cells' AND "timestamp" = 'latest' ORDER BY logical_key;
--> logical_key varchar | size varchar | meta varchar
--> ["README.md", "20", "{}"]
--> ["plate-1/a.tiff", "1097", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"7\"],\"well\":\"a1\",\"plate\":1}}"]
--> ["plate-1/areas.csv", "17", "{}"]
--> ["plate-1/b.tiff", "1098", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"8\"],\"well\":\"b1\",\"plate\":1}}"]
--> ["plate-1/c.tiff", "1099", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"9\"],\"well\":\"c1\",\"plate\":1}}"]
--> ["plate-2/a.tiff", "2097", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"7\"],\"well\":\"a2\",\"plate\":2}}"]
--> ["plate-2/areas.csv", "17", "{}"]
--> ["plate-2/b.tiff", "2098", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"8\"],\"well\":\"b2\",\"plate\":2}}"]
--> ["plate-2/c.tiff", "2099", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"9\"],\"well\":\"c2\",\"plate\":2}}"]
SELECT * FROM cell_images_quilt_objects_view WHERE name = 'bare' AND "timestamp" = 'latest';
--> user varchar | name varchar | timestamp varchar | tophash varchar | logical_key varchar | physical_keys array(varchar) | size varchar | hash row(type varchar, value varchar) | meta varchar | user_meta varchar | physical_key varchar
--> ["team_x", "bare", "latest", "2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b", "a b+c/ünï.txt", ["s3://cell-images/a%20b+c/%C3%BCn%C3%AF.txt?versionId=v1"], "0", ["sha2-256-chunked", "3q2+7w=="], "{}", null, "s3://cell-images/a%20b+c/%C3%BCn%C3%AF.txt?versionId=v1"]
SELECT * FROM cell_images_quilt_objects_view WHERE name = 'models' AND "timestamp" = 'latest' ORDER BY logical_key;
--> user varchar | name varchar | timestamp varchar | tophash varchar | logical_key varchar | physical_keys array(varchar) | size varchar | hash row(type varchar, value varchar) | meta varchar | user_meta varchar | physical_key varchar
--> ["imaging", "models", "latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", "membrane.onnx", ["s3://cell-images/membrane.onnx?versionId=v1"], "2400", ["SHA256", "5f062ff2ac55d1b82ced94bd501245dbf57746ee960f7b0fbbed9ee9777d5dec"], "{\"user_meta\":{\"layers\":18.5,\"tags\":[],\"open\":true}}", null, "s3://cell-images/membrane.onnx?versionId=v1"]
--> ["imaging", "models", "latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", "nucleus.onnx", ["s3://cell-images/nucleus.onnx?versionId=v1"], "2400", ["SHA256", "746404537d4ac1d69e2449e261ea94fa2758e1cb138de2881935023a0fea5e66"], "{\"user_meta\":{\"layers\":12,\"tags\":[\"a\",\"b\"],\"license\":null}}", null, "s3://cell-images/nucleus.onnx?versionId=v1"]
--> ["imaging", "models", "latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", "weights/", null, null, null, "{\"user_meta\":{\"kind\":\"folder\"}}", null, null]
SELECT logical_key FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' AND logical_key LIKE '%.tiff' AND name = 'cells' ORDER BY 1;
--> logical_key varchar
--> ["plate-1/a.tiff"]
--> ["plate-1/b.tiff"]
--> ["plate-1/c.tiff"]
--> ["plate-2/a.tiff"]
--> ["plate-2/b.tiff"]
--> ["plate-2/c.tiff"]
SELECT logical_key FROM cell_images_quilt_objects_view WHERE substr(logical_key, -5) = '.tiff' AND json_extract_scalar(meta, '$.user_meta.algorithm') LIKE '1.3%' AND json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '7') AND "timestamp" = 'latest' ORDER BY name, logical_key;
--> logical_key varchar
--> ["plate-1/a.tiff"]
--> ["plate-2/a.tiff"]
--> ["plate-1/a.tiff"]
--> ["plate-2/a.tiff"]
SELECT count(*), sum(try_cast("size" AS bigint)), max(CAST("size" AS bigint)) FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' AND name = 'cells';
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [9, 9642, 2099]
SELECT regexp_extract(logical_key, '\.([^./]+)$', 1) AS extension, count(*) AS files, sum(try_cast("size" AS bigint)) AS bytes FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' GROUP BY 1 ORDER BY files DESC, extension;
--> extension varchar | files bigint | bytes bigint
--> ["tiff", 12, 19176]
--> ["csv", 4, 68]
--> ["onnx", 4, 9600]
--> ["md", 2, 40]
--> ["txt", 2, 7]
--> [null, 2, null]
SELECT name, count(*), count("size"), count(hash), count(physical_keys), count(physical_key) FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' GROUP BY name ORDER BY name;
--> name varchar | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> ["bare", 1, 1, 1, 1, 1]
--> ["broken", 1, 1, 0, 0, 0]
--> ["cells", 9, 9, 9, 9, 9]
--> ["copy-of-cells", 9, 9, 9, 9, 9]
--> ["models", 3, 2, 2, 2, 2]
--> ["only-latest", 3, 2, 2, 2, 2]
SELECT hash.type, count(*) FROM cell_images_quilt_objects_view GROUP BY hash.type ORDER BY 1;
--> type varchar | _col1 bigint
--> ["SHA256", 52]
--> ["sha2-256-chunked", 2]
--> [null, 5]
SELECT hash FROM cell_images_quilt_objects_view WHERE logical_key = 'plate-1/areas.csv' LIMIT 1;
--> hash row(type varchar, value varchar)
--> [["SHA256", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"]]
SELECT hash.value, count(DISTINCT logical_key) FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' GROUP BY hash.value HAVING count(DISTINCT logical_key) > 1;
--> value varchar | _col1 bigint
--> ["cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", 2]
--> [null, 2]
SELECT physical_keys, physical_keys[1], cardinality(physical_keys), physical_key FROM cell_images_quilt_objects_view WHERE logical_key = 'README.md' AND name = 'cells' AND "timestamp" = 'latest';
--> physical_keys array(varchar) | _col1 varchar | _col2 bigint | physical_key varchar
--> [["s3://cell-images/README.md?versionId=v1"], "s3://cell-images/README.md?versionId=v1", 1, "s3://cell-images/README.md?versionId=v1"]
SELECT element_at(physical_keys, 2) IS NULL, url_decode(regexp_extract(physical_key, '^s3://[^/]+/([^?]+)', 1)), url_extract_parameter(physical_key, 'versionId'), url_extract_host(physical_key) FROM cell_images_quilt_objects_view WHERE name = 'bare' AND "timestamp" = 'latest';
--> _col0 boolean | _col1 varchar | _col2 varchar | _col3 varchar
--> [true, "a b c/ünï.txt", "v1", "cell-images"]
SELECT json_extract(meta, '$.user_meta.tags'), json_extract_scalar(meta, '$.user_meta.layers'), json_extract(meta, '$.user_meta.license'), json_extract_scalar(meta, '$.user_meta.open') FROM cell_images_quilt_objects_view WHERE name = 'models' AND "timestamp" = 'latest' ORDER BY logical_key;
--> _col0 json | _col1 varchar | _col2 json | _col3 varchar
--> ["[]", "18.5", null, "true"]
--> ["[\"a\",\"b\"]", "12", "null", null]
--> [null, null, null, null]
SELECT logical_key, tag FROM cell_images_quilt_objects_view CROSS JOIN UNNEST(CAST(json_extract(meta, '$.user_meta.tags') AS array(varchar))) AS t(tag) WHERE "timestamp" = 'latest' ORDER BY name, logical_key, tag;
--> logical_key varchar | tag varchar
--> ["nucleus.onnx", "a"]
--> ["nucleus.onnx", "b"]
--> ["nucleus.onnx", "a"]
--> ["nucleus.onnx", "b"]
SELECT logical_key, CAST(json_extract(meta, '$.user_meta') AS map(varchar, json))['well'] FROM cell_images_quilt_objects_view WHERE logical_key LIKE 'plate-1/_.tiff' AND name = 'cells' AND "timestamp" = 'latest' ORDER BY 1;
--> logical_key varchar | _col1 json
--> ["plate-1/a.tiff", "\"a1\""]
--> ["plate-1/b.tiff", "\"b1\""]
--> ["plate-1/c.tiff", "\"c1\""]
SELECT json_extract_scalar(meta, '$.user_meta.plate') AS plate, count(*) FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' AND name = 'cells' GROUP BY 1 ORDER BY 1;
--> plate varchar | _col1 bigint
--> ["1", 3]
--> ["2", 3]
--> [null, 3]
SELECT split_part(logical_key, '/', 1) AS folder, count(*) FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' AND name = 'cells' GROUP BY 1 ORDER BY 1;
--> folder varchar | _col1 bigint
--> ["README.md", 1]
--> ["plate-1", 4]
--> ["plate-2", 4]
SELECT tophash, count(*) FROM cell_images_quilt_objects_view GROUP BY tophash ORDER BY 2 DESC, 1;
--> tophash varchar | _col1 bigint
--> ["7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", 36]
--> ["1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", 10]
--> ["07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", 9]
--> ["0000000000000000000000000000000000000000000000000000000000000000", 2]
--> ["2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b", 2]
SELECT o.logical_key, p.message FROM cell_images_quilt_objects_view o JOIN cell_images_quilt_packages_view p ON p.hash = o.tophash AND p."timestamp" = o."timestamp" AND p.name = o.name WHERE o.logical_key = 'plate-2/a.tiff' ORDER BY o.name, o."timestamp";
--> logical_key varchar | message varchar
--> ["plate-2/a.tiff", "Second plate; crème de la crème, as O'Neill said"]
--> ["plate-2/a.tiff", "Second plate; crème de la crème, as O'Neill said"]
--> ["plate-2/a.tiff", "Second plate; crème de la crème, as O'Neill said"]
--> ["plate-2/a.tiff", "Second plate; crème de la crème, as O'Neill said"]
SELECT n.logical_key FROM cell_images_quilt_objects_view n LEFT JOIN cell_images_quilt_objects_view o ON o.logical_key = n.logical_key AND o.name = n.name AND o."timestamp" = '1700000000' WHERE n.name = 'cells' AND n."timestamp" = '1700000100' AND o.logical_key IS NULL ORDER BY 1;
--> logical_key varchar
--> ["plate-2/a.tiff"]
--> ["plate-2/areas.csv"]
--> ["plate-2/b.tiff"]
--> ["plate-2/c.tiff"]
SELECT meta, user_meta FROM cell_images_quilt_objects_view WHERE logical_key = 'weights/' ORDER BY "timestamp" LIMIT 1;
--> meta varchar | user_meta varchar
--> ["{\"user_meta\":{\"kind\":\"folder\"}}", null]
SELECT count(*) FROM cell_images_quilt_objects_view WHERE meta IS NULL OR meta = '{}';
--> _col0 bigint
--> [20]
SELECT DISTINCT json_format(json_extract(meta, '$.user_meta.cellindex')) FROM cell_images_quilt_objects_view WHERE meta LIKE '%cellindex%' ORDER BY 1;
--> _col0 varchar
--> ["[\"1\",\"7\"]"]
--> ["[\"1\",\"8\"]"]
--> ["[\"1\",\"9\"]"]
--> ["[\"2\",\"7\"]"]
--> ["[\"2\",\"8\"]"]
--> ["[\"2\",\"9\"]"]
SELECT approx_percentile(try_cast("size" AS bigint), 0.5E0), avg(try_cast("size" AS bigint)) FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' AND name = 'cells';
--> _col0 bigint | _col1 double
--> [1098, 1071.3333333333333]
SELECT CAST("size" AS integer) + 1, "size" || ' bytes' FROM cell_images_quilt_objects_view WHERE logical_key = 'README.md' AND "timestamp" = 'latest' AND name = 'cells';
--> _col0 integer | _col1 varchar
--> [21, "20 bytes"]
SELECT sum("size") FROM cell_images_quilt_objects_view;
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar) for function sum. Expected: sum(bigint), sum(decimal(p,s)), sum(double), sum(interval day to second), sum(interval year to month), sum(real)
SELECT "size" > 100 FROM cell_images_quilt_objects_view;
--> error TYPE_MISMATCH: line 1:15: Cannot apply operator: varchar < integer
SELECT hash.nothing FROM cell_images_quilt_objects_view;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'hash.nothing' cannot be resolved
SELECT physical_keys[2] FROM cell_images_quilt_objects_view WHERE name = 'bare';
--> error INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 2 > 1
SELECT row_number() OVER (PARTITION BY name ORDER BY try_cast("size" AS bigint) DESC, logical_key) AS n, name, logical_key FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' AND "size" IS NOT NULL ORDER BY name, n LIMIT 8;
--> n bigint | name varchar | logical_key varchar
--> [1, "bare", "a b+c/ünï.txt"]
--> [1, "broken", "kept.txt"]
--> [1, "cells", "plate-2/c.tiff"]
--> [2, "cells", "plate-2/b.tiff"]
--> [3, "cells", "plate-2/a.tiff"]
--> [4, "cells", "plate-1/c.tiff"]
--> [5, "cells", "plate-1/b.tiff"]
--> [6, "cells", "plate-1/a.tiff"]
SELECT name, CASE WHEN try_cast("size" AS bigint) > 1000 THEN 'large' WHEN "size" IS NULL THEN 'unknown' ELSE 'small' END AS class, count(*) FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' GROUP BY 1, 2 ORDER BY 1, 2;
--> name varchar | class varchar(7) | _col2 bigint
--> ["bare", "small", 1]
--> ["broken", "small", 1]
--> ["cells", "large", 6]
--> ["cells", "small", 3]
--> ["copy-of-cells", "large", 6]
--> ["copy-of-cells", "small", 3]
--> ["models", "large", 2]
--> ["models", "unknown", 1]
--> ["only-latest", "large", 2]
--> ["only-latest", "unknown", 1]
SELECT name FROM cell_images_quilt_objects_view WHERE "timestamp" = 'latest' AND regexp_like(logical_key, '(?i)\.TIFF$') GROUP BY name HAVING count(*) > 5 ORDER BY name;
--> name varchar
--> ["cells"]
--> ["copy-of-cells"]

-- ## All buckets
SELECT bucket, count(*) FROM all_buckets_quilt_packages_view GROUP BY bucket ORDER BY bucket;
--> bucket varchar | _col1 bigint
--> ["cell-images", 13]
--> ["lab-assays", 5]
SELECT bucket, "user", name FROM all_buckets_quilt_packages_view WHERE "timestamp" = 'latest' ORDER BY 1, 2, 3;
--> bucket varchar | user varchar | name varchar
--> ["cell-images", "imaging", "broken"]
--> ["cell-images", "imaging", "cells"]
--> ["cell-images", "imaging", "copy-of-cells"]
--> ["cell-images", "imaging", "models"]
--> ["cell-images", "imaging", "only-latest"]
--> ["cell-images", "team_x", "bare"]
--> ["lab-assays", "lab", "assays"]
--> ["lab-assays", "lab", "mixed"]
SELECT bucket, count(*), sum(try_cast("size" AS bigint)) FROM all_buckets_quilt_objects_view WHERE "timestamp" = 'latest' GROUP BY bucket ORDER BY bucket;
--> bucket varchar | _col1 bigint | _col2 bigint
--> ["cell-images", 26, 28891]
--> ["lab-assays", 10, 4605]
SELECT bucket, logical_key FROM all_buckets_quilt_objects_view WHERE physical_key LIKE 's3://cell-images/%' AND bucket = 'lab-assays' ORDER BY "timestamp", 2;
--> bucket varchar | logical_key varchar
--> ["lab-assays", "shared/plate-1.tiff"]
--> ["lab-assays", "shared/plate-1.tiff"]
--> ["lab-assays", "shared/plate-1.tiff"]
SELECT physical_key, array_agg(DISTINCT bucket ORDER BY bucket) FROM all_buckets_quilt_objects_view GROUP BY physical_key HAVING count(DISTINCT bucket) > 1;
--> physical_key varchar | _col1 array(varchar)
--> ["s3://cell-images/plate-1/a.tiff?versionId=v1", ["cell-images", "lab-assays"]]
SELECT count(*) FROM all_buckets_quilt_objects_view WHERE bucket IN ('lab-assays', 'nothing');
--> _col0 bigint
--> [25]
SELECT count(*) FROM all_buckets_quilt_objects_view WHERE bucket LIKE 'lab%';
--> _col0 bigint
--> [25]
SELECT count(*) FROM all_buckets_quilt_objects_view WHERE bucket > 'd' AND bucket <> 'x';
--> _col0 bigint
--> [25]
SELECT count(*) FROM all_buckets_quilt_packages WHERE bucket NOT IN ('cell-images');
--> _col0 bigint
--> [5]
SELECT json_extract_scalar(meta, '$.user_meta.operator') AS operator, sum(CAST("size" AS bigint)) FROM all_buckets_quilt_objects_view WHERE bucket = 'lab-assays' AND "timestamp" = 'latest' GROUP BY 1 ORDER BY 1;
--> operator varchar | _col1 bigint
--> ["ada", 1600]
--> ["bob", 2000]
--> [null, 1005]
SELECT bucket, json_extract_scalar(user_meta, '$.assay') FROM all_buckets_quilt_packages_view WHERE json_extract_scalar(user_meta, '$.runs') = '8' ORDER BY "timestamp";
--> bucket varchar | _col1 varchar
--> ["lab-assays", "elisa"]
--> ["lab-assays", "elisa"]

-- ## Mixed case in metadata
-- The OpenX SerDe that Athena uses writes nested keys in lower case; Trino's own reader keeps their case.
-- Athena: nested keys are in lower case. https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
SELECT user_meta FROM lab_assays_quilt_packages_view WHERE name = 'mixed' AND "timestamp" = 'latest';
--> user_meta varchar
--> ["{\"Assay\":\"PCR\",\"Nested\":{\"CycleCount\":35}}"]
--> athena user_meta varchar
--> athena ["{\"assay\":\"PCR\",\"nested\":{\"cyclecount\":35}}"]
-- Athena: nested keys are in lower case. https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
SELECT json_extract_scalar(user_meta, '$.nested.cyclecount'), json_extract_scalar(user_meta, '$.Nested.CycleCount') FROM lab_assays_quilt_packages_view WHERE name = 'mixed' AND "timestamp" = 'latest';
--> _col0 varchar | _col1 varchar
--> [null, "35"]
--> athena _col0 varchar | _col1 varchar
--> athena ["35", null]
-- Athena: nested keys are in lower case. https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
SELECT logical_key, json_extract_scalar(meta, '$.user_meta.well') AS well FROM lab_assays_quilt_objects_view WHERE json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5') AND "timestamp" = 'latest';
--> logical_key varchar | well varchar
--> athena logical_key varchar | well varchar
--> athena ["Plate.CSV", "A1"]

-- ## Tables
SELECT logical_key, "size", message, version FROM cell_images_quilt_manifests WHERE regexp_like("$path", '/0{64}$') ORDER BY message NULLS LAST, logical_key;
--> logical_key varchar | size varchar | message varchar | version varchar
--> [null, null, "broken", "v0"]
--> ["kept.txt", "7", null, null]
--> [null, null, null, null]
--> [null, null, null, null]
SELECT regexp_extract("$path", '[^/]+$') AS object, hash FROM cell_images_quilt_packages WHERE "$path" LIKE '%/imaging/cells/%' ORDER BY 1;
--> object varchar | hash varchar
--> ["1700000000", "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c"]
--> ["1700000100", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["1700000200", "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c"]
--> ["README", "not a pointer"]
--> ["latest", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
SELECT count(*), count(logical_key) FROM cell_images_quilt_manifests;
--> _col0 bigint | _col1 bigint
--> [28, 21]
SELECT count(DISTINCT "$path") FROM cell_images_quilt_manifests;
--> _col0 bigint
--> [7]
SELECT version, count(*) FROM cell_images_quilt_manifests GROUP BY version ORDER BY 1;
--> version varchar | _col1 bigint
--> ["v0", 4]
--> [null, 24]
SELECT count(*) FROM cell_images_quilt_manifests WHERE "$path" = 's3://cell-images/.quilt/packages/notes.txt';
--> _col0 bigint
--> [1]
SELECT DISTINCT "$file_size" FROM cell_images_quilt_manifests WHERE "$path" LIKE '%notes.txt';
--> "$file_size" bigint
--> [25]
SELECT "$path" FROM cell_images_quilt_manifests WHERE "$path" IN ('s3://cell-images/.quilt/packages/notes.txt', 's3://cell-images/.quilt/packages/none');
--> "$path" varchar
--> ["s3://cell-images/.quilt/packages/notes.txt"]
SELECT * FROM cell_images_quilt_manifests WHERE "$path" LIKE '%notes.txt';
--> logical_key varchar | physical_keys array(varchar) | size varchar | hash row(type varchar, value varchar) | meta varchar | user_meta varchar | message varchar | version varchar | workflow varchar
--> ["stray", null, null, null, null, null, null, null, null]
SELECT bucket, count(*) FROM all_buckets_quilt_manifests GROUP BY bucket ORDER BY 1;
--> bucket varchar | _col1 bigint
--> ["cell-images", 28]
--> ["lab-assays", 18]
SELECT "$path", bucket FROM all_buckets_quilt_packages WHERE bucket = 'lab-assays' ORDER BY 1;
--> "$path" varchar | bucket varchar
--> ["s3://lab-assays/.quilt/named_packages/lab/assays/1710000000", "lab-assays"]
--> ["s3://lab-assays/.quilt/named_packages/lab/assays/1710086400", "lab-assays"]
--> ["s3://lab-assays/.quilt/named_packages/lab/assays/latest", "lab-assays"]
--> ["s3://lab-assays/.quilt/named_packages/lab/mixed/1720000000", "lab-assays"]
--> ["s3://lab-assays/.quilt/named_packages/lab/mixed/latest", "lab-assays"]
SELECT typeof("$path"), typeof("$file_size"), typeof("$file_modified_time") FROM cell_images_quilt_packages LIMIT 1;
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["varchar", "bigint", "timestamp(3) with time zone"]
SELECT "$partition" FROM all_buckets_quilt_packages WHERE bucket = 'lab-assays' LIMIT 1;
--> "$partition" varchar
--> ["bucket=lab-assays"]
SELECT * FROM "all_buckets_quilt_packages$partitions" ORDER BY 1;
--> bucket varchar
--> ["cell-images"]
--> ["lab-assays"]
SELECT path FROM cell_images_quilt_packages;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'path' cannot be resolved
SELECT "$nothing" FROM cell_images_quilt_packages;
--> error COLUMN_NOT_FOUND: line 1:8: Column '$nothing' cannot be resolved

-- ## Information schema
SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'quilt_query' AND table_name LIKE 'lab\_assays%' ESCAPE '\' ORDER BY 1;
--> table_name varchar | table_type varchar
--> ["lab_assays_quilt_manifests", "BASE TABLE"]
--> ["lab_assays_quilt_objects_view", "VIEW"]
--> ["lab_assays_quilt_packages", "BASE TABLE"]
--> ["lab_assays_quilt_packages_view", "VIEW"]
SELECT column_name, data_type, ordinal_position, is_nullable FROM information_schema.columns WHERE table_schema = 'quilt_query' AND table_name = 'lab_assays_quilt_objects_view' ORDER BY ordinal_position;
--> column_name varchar | data_type varchar | ordinal_position bigint | is_nullable varchar
--> ["user", "varchar", 1, "YES"]
--> ["name", "varchar", 2, "YES"]
--> ["timestamp", "varchar", 3, "YES"]
--> ["tophash", "varchar", 4, "YES"]
--> ["logical_key", "varchar", 5, "YES"]
--> ["physical_keys", "array(varchar)", 6, "YES"]
--> ["size", "varchar", 7, "YES"]
--> ["hash", "row(type varchar, value varchar)", 8, "YES"]
--> ["meta", "varchar", 9, "YES"]
--> ["user_meta", "varchar", 10, "YES"]
--> ["physical_key", "varchar", 11, "YES"]
SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'quilt_query';
--> schema_name varchar
--> ["quilt_query"]
SELECT table_name FROM information_schema.views WHERE table_schema = 'quilt_query' AND table_name LIKE 'lab%' ORDER BY 1;
--> table_name varchar
--> ["lab-assays_objects-view"]
--> ["lab-assays_package_entry"]
--> ["lab-assays_package_manifest"]
--> ["lab-assays_package_revision"]
--> ["lab-assays_package_tag"]
--> ["lab-assays_packages-view"]
--> ["lab_assays_quilt_objects_view"]
--> ["lab_assays_quilt_packages_view"]
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'quilt_query' AND table_name = 'orders' ORDER BY ordinal_position;
--> column_name varchar | data_type varchar
--> ["id", "integer"]
--> ["person_id", "integer"]
--> ["item", "varchar"]
--> ["quantity", "integer"]
--> ["price", "double"]
--> ["ordered", "timestamp(3)"]
