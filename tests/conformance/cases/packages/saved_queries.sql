-- # Saved queries and example views
--
-- The stack's saved queries with parameters, and the example views over the bucket `cell-images`.

-- ## changes-between-revisions
-- Parameters: ["'cell-images'", "'1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c'", "'7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a'"]
WITH
  entries AS (
    SELECT
      tophash,
      logical_key,
      physical_key,
      "size",
      hash,
      CASE WHEN meta NOT IN ('{}', '{"user_meta":{}}') THEN meta END AS meta
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
  ),
  asked AS (
    SELECT lower(CAST(? AS varchar)) AS older, lower(CAST(? AS varchar)) AS newer
  ),
  found AS (
    SELECT
      logical_key,
      tophash = older AS is_older,
      tophash = newer AS is_newer,
      physical_key,
      "size",
      hash.type AS hash_type,
      hash.value AS hash,
      meta
    FROM entries
    CROSS JOIN asked
    WHERE tophash IN (older, newer)
    UNION ALL
    SELECT NULL, false, false, NULL, NULL, NULL, NULL, NULL
  ),
  files AS (
    SELECT
      logical_key,
      bool_or(is_older) AS in_older,
      bool_or(is_newer) AS in_newer,
      max(physical_key) FILTER (WHERE is_older) AS older_key,
      max(physical_key) FILTER (WHERE is_newer) AS newer_key,
      max("size") FILTER (WHERE is_older) AS older_size,
      max("size") FILTER (WHERE is_newer) AS newer_size,
      max(hash_type) FILTER (WHERE is_older) AS older_type,
      max(hash_type) FILTER (WHERE is_newer) AS newer_type,
      max(hash) FILTER (WHERE is_older) AS older_hash,
      max(hash) FILTER (WHERE is_newer) AS newer_hash,
      max(meta) FILTER (WHERE is_older) AS older_meta,
      max(meta) FILTER (WHERE is_newer) AS newer_meta
    FROM found
    GROUP BY logical_key
  ),
  compared AS (
    SELECT
      files.*,
      bool_or(in_older) OVER () AS older_found,
      bool_or(in_newer) OVER () AS newer_found,
      older_meta IS DISTINCT FROM newer_meta AS metadata_changed,
      CASE
        WHEN older_type = newer_type AND older_hash = newer_hash THEN 'same'
        WHEN older_type = newer_type AND older_hash <> newer_hash THEN 'content'
        WHEN older_size <> newer_size THEN 'content'
        WHEN older_key IS NOT DISTINCT FROM newer_key THEN 'same'
        ELSE 'perhaps content'
      END AS content
    FROM files
  ),
  changes AS (
    SELECT
      logical_key,
      CASE
        WHEN logical_key IS NULL AND NOT older_found AND NOT newer_found THEN 'neither revision found'
        WHEN logical_key IS NULL AND NOT older_found THEN 'older revision not found'
        WHEN logical_key IS NULL AND NOT newer_found THEN 'newer revision not found'
        WHEN logical_key IS NULL OR NOT older_found OR NOT newer_found THEN NULL
        WHEN NOT in_older THEN 'added'
        WHEN NOT in_newer THEN 'removed'
        WHEN content <> 'same' THEN content
        WHEN metadata_changed THEN 'metadata'
      END AS change,
      older_size,
      newer_size,
      in_older AND in_newer AND metadata_changed AS metadata_changed
    FROM compared
  )
SELECT logical_key, change, older_size, newer_size, metadata_changed
FROM changes
WHERE change IS NOT NULL
ORDER BY logical_key;
--> logical_key varchar | change varchar(24) | older_size varchar | newer_size varchar | metadata_changed boolean
--> ["plate-1/a.tiff", "metadata", "1097", "1097", true]
--> ["plate-1/b.tiff", "metadata", "1098", "1098", true]
--> ["plate-1/c.tiff", "metadata", "1099", "1099", true]
--> ["plate-2/a.tiff", "added", null, "2097", false]
--> ["plate-2/areas.csv", "added", null, "17", false]
--> ["plate-2/b.tiff", "added", null, "2098", false]
--> ["plate-2/c.tiff", "added", null, "2099", false]
-- Parameters: ["'cell-images'", "'1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c'", "'none'"]
WITH
  entries AS (
    SELECT
      tophash,
      logical_key,
      physical_key,
      "size",
      hash,
      CASE WHEN meta NOT IN ('{}', '{"user_meta":{}}') THEN meta END AS meta
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
  ),
  asked AS (
    SELECT lower(CAST(? AS varchar)) AS older, lower(CAST(? AS varchar)) AS newer
  ),
  found AS (
    SELECT
      logical_key,
      tophash = older AS is_older,
      tophash = newer AS is_newer,
      physical_key,
      "size",
      hash.type AS hash_type,
      hash.value AS hash,
      meta
    FROM entries
    CROSS JOIN asked
    WHERE tophash IN (older, newer)
    UNION ALL
    SELECT NULL, false, false, NULL, NULL, NULL, NULL, NULL
  ),
  files AS (
    SELECT
      logical_key,
      bool_or(is_older) AS in_older,
      bool_or(is_newer) AS in_newer,
      max(physical_key) FILTER (WHERE is_older) AS older_key,
      max(physical_key) FILTER (WHERE is_newer) AS newer_key,
      max("size") FILTER (WHERE is_older) AS older_size,
      max("size") FILTER (WHERE is_newer) AS newer_size,
      max(hash_type) FILTER (WHERE is_older) AS older_type,
      max(hash_type) FILTER (WHERE is_newer) AS newer_type,
      max(hash) FILTER (WHERE is_older) AS older_hash,
      max(hash) FILTER (WHERE is_newer) AS newer_hash,
      max(meta) FILTER (WHERE is_older) AS older_meta,
      max(meta) FILTER (WHERE is_newer) AS newer_meta
    FROM found
    GROUP BY logical_key
  ),
  compared AS (
    SELECT
      files.*,
      bool_or(in_older) OVER () AS older_found,
      bool_or(in_newer) OVER () AS newer_found,
      older_meta IS DISTINCT FROM newer_meta AS metadata_changed,
      CASE
        WHEN older_type = newer_type AND older_hash = newer_hash THEN 'same'
        WHEN older_type = newer_type AND older_hash <> newer_hash THEN 'content'
        WHEN older_size <> newer_size THEN 'content'
        WHEN older_key IS NOT DISTINCT FROM newer_key THEN 'same'
        ELSE 'perhaps content'
      END AS content
    FROM files
  ),
  changes AS (
    SELECT
      logical_key,
      CASE
        WHEN logical_key IS NULL AND NOT older_found AND NOT newer_found THEN 'neither revision found'
        WHEN logical_key IS NULL AND NOT older_found THEN 'older revision not found'
        WHEN logical_key IS NULL AND NOT newer_found THEN 'newer revision not found'
        WHEN logical_key IS NULL OR NOT older_found OR NOT newer_found THEN NULL
        WHEN NOT in_older THEN 'added'
        WHEN NOT in_newer THEN 'removed'
        WHEN content <> 'same' THEN content
        WHEN metadata_changed THEN 'metadata'
      END AS change,
      older_size,
      newer_size,
      in_older AND in_newer AND metadata_changed AS metadata_changed
    FROM compared
  )
SELECT logical_key, change, older_size, newer_size, metadata_changed
FROM changes
WHERE change IS NOT NULL
ORDER BY logical_key;
--> logical_key varchar | change varchar(24) | older_size varchar | newer_size varchar | metadata_changed boolean
--> [null, "newer revision not found", null, null, false]

-- ## duplicates-by-hash
-- Parameters: ["'cell-images'"]
SELECT
  hash.value AS hash,
  count(DISTINCT physical_key) AS places,
  max(try_cast("size" AS bigint)) * (count(DISTINCT physical_key) - 1) AS bytes_wasted,
  CAST(slice(array_sort(array_agg(DISTINCT physical_key)), 1, 10) AS JSON) AS physical_keys,
  hash.type AS hash_type
FROM all_buckets_quilt_objects_view
WHERE bucket = CAST(? AS varchar)
  AND "timestamp" = 'latest'
  AND hash.value IS NOT NULL
  AND physical_key IS NOT NULL
  AND "size" IS DISTINCT FROM '0'
GROUP BY hash.type, hash.value
HAVING count(DISTINCT physical_key) > 1
ORDER BY bytes_wasted DESC NULLS LAST, hash, hash_type
LIMIT 1000;
--> hash varchar | places bigint | bytes_wasted bigint | physical_keys json | hash_type varchar
--> ["cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", 2, 17, "[\"s3://cell-images/plate-1/areas.csv?versionId=v1\",\"s3://cell-images/plate-2/areas.csv?versionId=v1\"]", "SHA256"]

-- ## files-at-time
-- Parameters: ["'cell-images'", "'imaging'", "'cells'", "'2023-11-14T22:14:59Z'"]
WITH
  -- A pointer's name of more than eleven digits is not a time in seconds.
  revisions AS (
    SELECT
      bucket,
      "user",
      name,
      "timestamp",
      from_unixtime(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS modified
    FROM all_buckets_quilt_packages_view
    WHERE bucket = CAST(? AS varchar)
      AND "user" = CAST(? AS varchar)
      AND name = CAST(? AS varchar)
  ),
  newest AS (
    SELECT bucket, "user", name, "timestamp", modified
    FROM revisions
    WHERE modified <= from_iso8601_timestamp(CAST(? AS varchar))
    ORDER BY modified DESC
    LIMIT 1
  )
SELECT
  files.logical_key,
  files.physical_key,
  files."size",
  files.meta,
  files.hash,
  files.tophash,
  CAST(newest.modified AS timestamp) AS modified
FROM newest
JOIN all_buckets_quilt_objects_view AS files
  ON files.bucket = newest.bucket
  AND files."user" = newest."user"
  AND files.name = newest.name
  AND files."timestamp" = newest."timestamp"
ORDER BY files.logical_key;
--> logical_key varchar | physical_key varchar | size varchar | meta varchar | hash row(type varchar, value varchar) | tophash varchar | modified timestamp(3)
--> ["README.md", "s3://cell-images/README.md?versionId=v1", "20", "{}", ["SHA256", "3b6e4e6c42c16a208083d75aa767825f1c5fdbcf3702eb51ed42743416b70991"], "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "2023-11-14 22:13:20.000"]
--> ["plate-1/a.tiff", "s3://cell-images/plate-1/a.tiff?versionId=v1", "1097", "{\"user_meta\":{\"algorithm\":\"1.2.0\",\"cellindex\":[\"1\",\"7\"],\"well\":\"a1\",\"plate\":1}}", ["SHA256", "1466d8f3d393bbbc939822652aa1191d5a51342d165a98f4d02507cb4d8ea5f7"], "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "2023-11-14 22:13:20.000"]
--> ["plate-1/areas.csv", "s3://cell-images/plate-1/areas.csv?versionId=v1", "17", "{}", ["SHA256", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"], "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "2023-11-14 22:13:20.000"]
--> ["plate-1/b.tiff", "s3://cell-images/plate-1/b.tiff?versionId=v1", "1098", "{\"user_meta\":{\"algorithm\":\"1.2.0\",\"cellindex\":[\"1\",\"8\"],\"well\":\"b1\",\"plate\":1}}", ["SHA256", "e3d8a0530917b6d45b771ddf2e50a43b533cc0de62daed88feedcb6107061c59"], "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "2023-11-14 22:13:20.000"]
--> ["plate-1/c.tiff", "s3://cell-images/plate-1/c.tiff?versionId=v1", "1099", "{\"user_meta\":{\"algorithm\":\"1.2.0\",\"cellindex\":[\"1\",\"9\"],\"well\":\"c1\",\"plate\":1}}", ["SHA256", "c817baf7dd0707d8a47cc34c0f8fe90c106d6a47bd0f174eedc8be4822a19ea4"], "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "2023-11-14 22:13:20.000"]

-- ## files-by-metadata
-- Parameters: ["'cell-images'", "'$.user_meta.well'", "'\"a1\"'"]
WITH
  files AS (
    SELECT bucket, "user", name, logical_key, physical_key, "size", meta, hash, tophash
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
      AND "timestamp" = 'latest'
      AND physical_key IS NOT NULL
  ),
  asked AS (
    SELECT CAST(? AS varchar) AS path, json_extract_scalar(CAST(? AS JSON), '$') AS value
  )
SELECT "user", name, logical_key, physical_key, "size", meta, bucket, hash, tophash
FROM files
CROSS JOIN asked
WHERE json_extract_scalar(meta, path) = value
  OR any_match(try_cast(json_extract(meta, path) AS array(JSON)), item -> json_extract_scalar(item, '$') = value)
ORDER BY "user", name, logical_key;
--> user varchar | name varchar | logical_key varchar | physical_key varchar | size varchar | meta varchar | bucket varchar | hash row(type varchar, value varchar) | tophash varchar
-- Parameters: ["'cell-images'", "'$.user_meta.cellindex'", "'\"7\"'"]
WITH
  files AS (
    SELECT bucket, "user", name, logical_key, physical_key, "size", meta, hash, tophash
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
      AND "timestamp" = 'latest'
      AND physical_key IS NOT NULL
  ),
  asked AS (
    SELECT CAST(? AS varchar) AS path, json_extract_scalar(CAST(? AS JSON), '$') AS value
  )
SELECT "user", name, logical_key, physical_key, "size", meta, bucket, hash, tophash
FROM files
CROSS JOIN asked
WHERE json_extract_scalar(meta, path) = value
  OR any_match(try_cast(json_extract(meta, path) AS array(JSON)), item -> json_extract_scalar(item, '$') = value)
ORDER BY "user", name, logical_key;
--> user varchar | name varchar | logical_key varchar | physical_key varchar | size varchar | meta varchar | bucket varchar | hash row(type varchar, value varchar) | tophash varchar
-- Parameters: ["'cell-images'", "'$.user_meta.plate'", "'2'"]
WITH
  files AS (
    SELECT bucket, "user", name, logical_key, physical_key, "size", meta, hash, tophash
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
      AND "timestamp" = 'latest'
      AND physical_key IS NOT NULL
  ),
  asked AS (
    SELECT CAST(? AS varchar) AS path, json_extract_scalar(CAST(? AS JSON), '$') AS value
  )
SELECT "user", name, logical_key, physical_key, "size", meta, bucket, hash, tophash
FROM files
CROSS JOIN asked
WHERE json_extract_scalar(meta, path) = value
  OR any_match(try_cast(json_extract(meta, path) AS array(JSON)), item -> json_extract_scalar(item, '$') = value)
ORDER BY "user", name, logical_key;
--> user varchar | name varchar | logical_key varchar | physical_key varchar | size varchar | meta varchar | bucket varchar | hash row(type varchar, value varchar) | tophash varchar
--> ["imaging", "cells", "plate-2/a.tiff", "s3://cell-images/plate-2/a.tiff?versionId=v1", "2097", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"7\"],\"well\":\"a2\",\"plate\":2}}", "cell-images", ["SHA256", "b29dfcfb0e962dbb33d42388719cb489171fa4bb182d742d74da347106236467"], "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["imaging", "cells", "plate-2/b.tiff", "s3://cell-images/plate-2/b.tiff?versionId=v1", "2098", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"8\"],\"well\":\"b2\",\"plate\":2}}", "cell-images", ["SHA256", "d0c24677cd98f70eee10f156cdd55c757553b6967bd630b64e04781f1c1103a4"], "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["imaging", "cells", "plate-2/c.tiff", "s3://cell-images/plate-2/c.tiff?versionId=v1", "2099", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"9\"],\"well\":\"c2\",\"plate\":2}}", "cell-images", ["SHA256", "63af61fedac7296a045fe8a372ee3e3a16836bb49c41b76d96b1510ad962e285"], "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["imaging", "copy-of-cells", "plate-2/a.tiff", "s3://cell-images/plate-2/a.tiff?versionId=v1", "2097", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"7\"],\"well\":\"a2\",\"plate\":2}}", "cell-images", ["SHA256", "b29dfcfb0e962dbb33d42388719cb489171fa4bb182d742d74da347106236467"], "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["imaging", "copy-of-cells", "plate-2/b.tiff", "s3://cell-images/plate-2/b.tiff?versionId=v1", "2098", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"8\"],\"well\":\"b2\",\"plate\":2}}", "cell-images", ["SHA256", "d0c24677cd98f70eee10f156cdd55c757553b6967bd630b64e04781f1c1103a4"], "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["imaging", "copy-of-cells", "plate-2/c.tiff", "s3://cell-images/plate-2/c.tiff?versionId=v1", "2099", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"9\"],\"well\":\"c2\",\"plate\":2}}", "cell-images", ["SHA256", "63af61fedac7296a045fe8a372ee3e3a16836bb49c41b76d96b1510ad962e285"], "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]

-- ## largest-files
-- Parameters: ["'cell-images'"]
WITH
  files AS (
    SELECT
      try_cast("size" AS bigint) AS bytes,
      "user",
      name,
      logical_key,
      physical_key,
      "user" || '/' || name AS package,
      "user" || '/' || name || '/' || logical_key AS place
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
      AND "timestamp" = 'latest'
  )
SELECT
  max(bytes) AS bytes,
  min_by("user", place) AS "user",
  min_by(name, place) AS name,
  min_by(logical_key, place) AS logical_key,
  physical_key,
  count(DISTINCT package) AS packages
FROM files
WHERE bytes IS NOT NULL
GROUP BY physical_key
ORDER BY bytes DESC, "user", name, logical_key
LIMIT 100;
--> bytes bigint | user varchar | name varchar | logical_key varchar | physical_key varchar | packages bigint
--> [2400, "imaging", "models", "membrane.onnx", "s3://cell-images/membrane.onnx?versionId=v1", 2]
--> [2400, "imaging", "models", "nucleus.onnx", "s3://cell-images/nucleus.onnx?versionId=v1", 2]
--> [2099, "imaging", "cells", "plate-2/c.tiff", "s3://cell-images/plate-2/c.tiff?versionId=v1", 2]
--> [2098, "imaging", "cells", "plate-2/b.tiff", "s3://cell-images/plate-2/b.tiff?versionId=v1", 2]
--> [2097, "imaging", "cells", "plate-2/a.tiff", "s3://cell-images/plate-2/a.tiff?versionId=v1", 2]
--> [1099, "imaging", "cells", "plate-1/c.tiff", "s3://cell-images/plate-1/c.tiff?versionId=v1", 2]
--> [1098, "imaging", "cells", "plate-1/b.tiff", "s3://cell-images/plate-1/b.tiff?versionId=v1", 2]
--> [1097, "imaging", "cells", "plate-1/a.tiff", "s3://cell-images/plate-1/a.tiff?versionId=v1", 2]
--> [20, "imaging", "cells", "README.md", "s3://cell-images/README.md?versionId=v1", 2]
--> [17, "imaging", "cells", "plate-1/areas.csv", "s3://cell-images/plate-1/areas.csv?versionId=v1", 2]
--> [17, "imaging", "cells", "plate-2/areas.csv", "s3://cell-images/plate-2/areas.csv?versionId=v1", 2]
--> [7, "imaging", "broken", "kept.txt", null, 1]
--> [0, "team_x", "bare", "a b+c/ünï.txt", "s3://cell-images/a%20b+c/%C3%BCn%C3%AF.txt?versionId=v1", 1]
-- Parameters: ["'lab-assays'"]
WITH
  files AS (
    SELECT
      try_cast("size" AS bigint) AS bytes,
      "user",
      name,
      logical_key,
      physical_key,
      "user" || '/' || name AS package,
      "user" || '/' || name || '/' || logical_key AS place
    FROM all_buckets_quilt_objects_view
    WHERE bucket = CAST(? AS varchar)
      AND "timestamp" = 'latest'
  )
SELECT
  max(bytes) AS bytes,
  min_by("user", place) AS "user",
  min_by(name, place) AS name,
  min_by(logical_key, place) AS logical_key,
  physical_key,
  count(DISTINCT package) AS packages
FROM files
WHERE bytes IS NOT NULL
GROUP BY physical_key
ORDER BY bytes DESC, "user", name, logical_key
LIMIT 100;
--> bytes bigint | user varchar | name varchar | logical_key varchar | physical_key varchar | packages bigint
--> [1000, "lab", "assays", "shared/plate-1.tiff", "s3://cell-images/plate-1/a.tiff?versionId=v1", 1]
--> [800, "lab", "assays", "run-8/plate.csv", "s3://lab-assays/run-8/plate.csv?versionId=v1", 1]
--> [700, "lab", "assays", "run-7/plate.csv", "s3://lab-assays/run-7/plate.csv?versionId=v1", 1]
--> [600, "lab", "assays", "run-6/plate.csv", "s3://lab-assays/run-6/plate.csv?versionId=v1", 1]
--> [500, "lab", "assays", "run-5/plate.csv", "s3://lab-assays/run-5/plate.csv?versionId=v1", 1]
--> [400, "lab", "assays", "run-4/plate.csv", "s3://lab-assays/run-4/plate.csv?versionId=v1", 1]
--> [300, "lab", "assays", "run-3/plate.csv", "s3://lab-assays/run-3/plate.csv?versionId=v1", 1]
--> [200, "lab", "assays", "run-2/plate.csv", "s3://lab-assays/run-2/plate.csv?versionId=v1", 1]
--> [100, "lab", "assays", "run-1/plate.csv", "s3://lab-assays/run-1/plate.csv?versionId=v1", 1]
--> [5, "lab", "mixed", "Plate.CSV", "s3://lab-assays/Plate.CSV?versionId=v1", 1]

-- ## latest-packages
-- Parameters: ["'cell-images'"]
WITH
  revisions AS (
    SELECT
      "user",
      name,
      hash,
      bool_or("timestamp" = 'latest') AS is_latest,
      max(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS made,
      max(message) AS message,
      count(*) FILTER (WHERE "timestamp" <> 'latest') AS pointers
    FROM all_buckets_quilt_packages_view
    WHERE bucket = CAST(? AS varchar)
    GROUP BY "user", name, hash
  )
SELECT
  "user",
  name,
  max(hash) FILTER (WHERE is_latest) AS tophash,
  CAST(from_unixtime(max(made) FILTER (WHERE is_latest)) AS timestamp) AS modified,
  max(message) FILTER (WHERE is_latest) AS message,
  sum(pointers) AS revisions
FROM revisions
GROUP BY "user", name
ORDER BY "user", name;
--> user varchar | name varchar | tophash varchar | modified timestamp(3) | message varchar | revisions bigint
--> ["imaging", "broken", "0000000000000000000000000000000000000000000000000000000000000000", "2023-11-14 22:21:40.000", "broken", 1]
--> ["imaging", "cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "2023-11-14 22:15:00.000", "Second plate; crème de la crème, as O'Neill said", 3]
--> ["imaging", "copy-of-cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "2023-11-14 22:18:20.000", "Second plate; crème de la crème, as O'Neill said", 1]
--> ["imaging", "models", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", "2023-11-14 22:14:10.000", null, 1]
--> ["imaging", "only-latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", null, null, 0]
--> ["team_x", "bare", "2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b", "2020-09-13 12:26:40.000", null, 1]
-- Parameters: ["'nothing'"]
WITH
  revisions AS (
    SELECT
      "user",
      name,
      hash,
      bool_or("timestamp" = 'latest') AS is_latest,
      max(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS made,
      max(message) AS message,
      count(*) FILTER (WHERE "timestamp" <> 'latest') AS pointers
    FROM all_buckets_quilt_packages_view
    WHERE bucket = CAST(? AS varchar)
    GROUP BY "user", name, hash
  )
SELECT
  "user",
  name,
  max(hash) FILTER (WHERE is_latest) AS tophash,
  CAST(from_unixtime(max(made) FILTER (WHERE is_latest)) AS timestamp) AS modified,
  max(message) FILTER (WHERE is_latest) AS message,
  sum(pointers) AS revisions
FROM revisions
GROUP BY "user", name
ORDER BY "user", name;
--> user varchar | name varchar | tophash varchar | modified timestamp(3) | message varchar | revisions bigint

-- ## package-history
-- Parameters: ["'cell-images'", "'imaging'", "'cells'"]
WITH
  revisions AS (
    SELECT
      CAST(from_unixtime(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS timestamp)
        AS modified,
      hash AS tophash,
      message,
      user_meta
    FROM all_buckets_quilt_packages_view
    WHERE bucket = CAST(? AS varchar)
      AND "user" = CAST(? AS varchar)
      AND name = CAST(? AS varchar)
      AND "timestamp" <> 'latest'
  )
SELECT modified, tophash, message, user_meta
FROM revisions
ORDER BY modified DESC NULLS LAST, tophash;
--> modified timestamp(3) | tophash varchar | message varchar | user_meta varchar
--> ["2023-11-14 22:16:40.000", "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "First plate", "{\"instrument\":\"zsd-1\",\"plates\":1}"]
--> ["2023-11-14 22:15:00.000", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "Second plate; crème de la crème, as O'Neill said", "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}"]
--> ["2023-11-14 22:13:20.000", "1da57b9fc9911376fa98696163f0f01107f255bf4ccab6a2a5dd86f9162c612c", "First plate", "{\"instrument\":\"zsd-1\",\"plates\":1}"]

-- ## latest_revisions
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
FROM cell_images_quilt_packages_view AS latest
LEFT JOIN cell_images_quilt_packages_view AS revision
  ON revision."user" = latest."user"
  AND revision.name = latest.name
  AND revision.hash = latest.hash
  AND revision."timestamp" <> 'latest'
WHERE latest."timestamp" = 'latest'
GROUP BY latest."user", latest.name, latest.hash, latest.message, latest.user_meta, latest.workflow;
--> user varchar | name varchar | hash varchar | modified timestamp(3) | times_pushed bigint | message varchar | user_meta varchar | workflow varchar
--> ["imaging", "broken", "0000000000000000000000000000000000000000000000000000000000000000", "2023-11-14 22:21:40.000", 1, "broken", null, null]
--> ["imaging", "copy-of-cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "2023-11-14 22:18:20.000", 1, "Second plate; crème de la crème, as O'Neill said", "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}", "{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}"]
--> ["imaging", "cells", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a", "2023-11-14 22:15:00.000", 1, "Second plate; crème de la crème, as O'Neill said", "{\"instrument\":\"zsd-1\",\"plates\":2,\"quality\":0.75}", "{\"id\":\"qc\",\"config\":\"s3://cell-images/.quilt/workflows/config.yml\"}"]
--> ["team_x", "bare", "2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b", "2020-09-13 12:26:40.000", 1, null, null, null]
--> ["imaging", "models", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", "2023-11-14 22:14:10.000", 1, null, null, null]
--> ["imaging", "only-latest", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952", null, 0, null, null, null]

-- ## shared_objects
WITH
  uses AS (
    SELECT
      physical_key,
      bucket,
      "user" || '/' || name AS package,
      min(CASE WHEN length("timestamp") < 12 THEN try_cast("timestamp" AS bigint) END) AS first_used,
      min(logical_key) AS logical_key,
      max(try_cast("size" AS bigint)) AS bytes
    FROM all_buckets_quilt_objects_view
    WHERE physical_key LIKE 's3://%' AND "timestamp" <> 'latest'
    GROUP BY physical_key, bucket, "user" || '/' || name
  ),
  steps AS (
    SELECT
      uses.*,
      row_number() OVER (PARTITION BY physical_key ORDER BY first_used, bucket, package) AS step,
      count(*) OVER (PARTITION BY physical_key) AS packages,
      first_value(bucket || '/' || package) OVER (
        PARTITION BY physical_key ORDER BY first_used, bucket, package
      ) AS first_package
    FROM uses
  )
SELECT
  physical_key,
  bytes,
  packages,
  step,
  bucket,
  package,
  logical_key,
  CAST(from_unixtime(first_used) AS timestamp) AS first_used,
  first_package
FROM steps
WHERE packages > 1;
--> physical_key varchar | bytes bigint | packages bigint | step bigint | bucket varchar | package varchar | logical_key varchar | first_used timestamp(3) | first_package varchar
--> ["s3://cell-images/plate-1/areas.csv?versionId=v1", 17, 2, 1, "cell-images", "imaging/cells", "plate-1/areas.csv", "2023-11-14 22:13:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/areas.csv?versionId=v1", 17, 2, 2, "cell-images", "imaging/copy-of-cells", "plate-1/areas.csv", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/a.tiff?versionId=v1", 2097, 2, 1, "cell-images", "imaging/cells", "plate-2/a.tiff", "2023-11-14 22:15:00.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/a.tiff?versionId=v1", 2097, 2, 2, "cell-images", "imaging/copy-of-cells", "plate-2/a.tiff", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/areas.csv?versionId=v1", 17, 2, 1, "cell-images", "imaging/cells", "plate-2/areas.csv", "2023-11-14 22:15:00.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/areas.csv?versionId=v1", 17, 2, 2, "cell-images", "imaging/copy-of-cells", "plate-2/areas.csv", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/b.tiff?versionId=v1", 2098, 2, 1, "cell-images", "imaging/cells", "plate-2/b.tiff", "2023-11-14 22:15:00.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/b.tiff?versionId=v1", 2098, 2, 2, "cell-images", "imaging/copy-of-cells", "plate-2/b.tiff", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/c.tiff?versionId=v1", 2099, 2, 1, "cell-images", "imaging/cells", "plate-2/c.tiff", "2023-11-14 22:15:00.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-2/c.tiff?versionId=v1", 2099, 2, 2, "cell-images", "imaging/copy-of-cells", "plate-2/c.tiff", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/README.md?versionId=v1", 20, 2, 1, "cell-images", "imaging/cells", "README.md", "2023-11-14 22:13:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/README.md?versionId=v1", 20, 2, 2, "cell-images", "imaging/copy-of-cells", "README.md", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/a.tiff?versionId=v1", 1097, 3, 1, "cell-images", "imaging/cells", "plate-1/a.tiff", "2023-11-14 22:13:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/a.tiff?versionId=v1", 1097, 3, 2, "cell-images", "imaging/copy-of-cells", "plate-1/a.tiff", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/a.tiff?versionId=v1", 1000, 3, 3, "lab-assays", "lab/assays", "shared/plate-1.tiff", "2024-03-09 16:00:00.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/b.tiff?versionId=v1", 1098, 2, 1, "cell-images", "imaging/cells", "plate-1/b.tiff", "2023-11-14 22:13:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/b.tiff?versionId=v1", 1098, 2, 2, "cell-images", "imaging/copy-of-cells", "plate-1/b.tiff", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/c.tiff?versionId=v1", 1099, 2, 1, "cell-images", "imaging/cells", "plate-1/c.tiff", "2023-11-14 22:13:20.000", "cell-images/imaging/cells"]
--> ["s3://cell-images/plate-1/c.tiff?versionId=v1", 1099, 2, 2, "cell-images", "imaging/copy-of-cells", "plate-1/c.tiff", "2023-11-14 22:18:20.000", "cell-images/imaging/cells"]

-- ## typed_objects
SELECT
  'cell-images' AS bucket,
  "user" || '/' || name AS package,
  logical_key,
  regexp_extract(logical_key, '[^/]+$') AS file_name,
  lower(regexp_extract(logical_key, '[^/]\.([^./]+)$', 1)) AS extension,
  try_cast("size" AS bigint) AS bytes,
  hash.type AS hash_type,
  hash.value AS hash,
  regexp_extract(physical_key, '^s3://([^/]+)/', 1) AS object_bucket,
  physical_key,
  meta,
  tophash
FROM cell_images_quilt_objects_view
WHERE "timestamp" = 'latest';
--> bucket varchar(11) | package varchar | logical_key varchar | file_name varchar | extension varchar | bytes bigint | hash_type varchar | hash varchar | object_bucket varchar | physical_key varchar | meta varchar | tophash varchar
--> ["cell-images", "imaging/broken", "kept.txt", "kept.txt", "txt", 7, null, null, null, null, null, "0000000000000000000000000000000000000000000000000000000000000000"]
--> ["cell-images", "team_x/bare", "a b+c/ünï.txt", "ünï.txt", "txt", 0, "sha2-256-chunked", "3q2+7w==", "cell-images", "s3://cell-images/a%20b+c/%C3%BCn%C3%AF.txt?versionId=v1", "{}", "2b319fb13514973a441a0e23657a265d1b187aaed2b159e6f992cd54da99895b"]
--> ["cell-images", "imaging/copy-of-cells", "plate-1/a.tiff", "a.tiff", "tiff", 1097, "SHA256", "1466d8f3d393bbbc939822652aa1191d5a51342d165a98f4d02507cb4d8ea5f7", "cell-images", "s3://cell-images/plate-1/a.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"7\"],\"well\":\"a1\",\"plate\":1}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-1/a.tiff", "a.tiff", "tiff", 1097, "SHA256", "1466d8f3d393bbbc939822652aa1191d5a51342d165a98f4d02507cb4d8ea5f7", "cell-images", "s3://cell-images/plate-1/a.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"7\"],\"well\":\"a1\",\"plate\":1}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "plate-1/b.tiff", "b.tiff", "tiff", 1098, "SHA256", "e3d8a0530917b6d45b771ddf2e50a43b533cc0de62daed88feedcb6107061c59", "cell-images", "s3://cell-images/plate-1/b.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"8\"],\"well\":\"b1\",\"plate\":1}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-1/b.tiff", "b.tiff", "tiff", 1098, "SHA256", "e3d8a0530917b6d45b771ddf2e50a43b533cc0de62daed88feedcb6107061c59", "cell-images", "s3://cell-images/plate-1/b.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"8\"],\"well\":\"b1\",\"plate\":1}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "plate-1/c.tiff", "c.tiff", "tiff", 1099, "SHA256", "c817baf7dd0707d8a47cc34c0f8fe90c106d6a47bd0f174eedc8be4822a19ea4", "cell-images", "s3://cell-images/plate-1/c.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"9\"],\"well\":\"c1\",\"plate\":1}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-1/c.tiff", "c.tiff", "tiff", 1099, "SHA256", "c817baf7dd0707d8a47cc34c0f8fe90c106d6a47bd0f174eedc8be4822a19ea4", "cell-images", "s3://cell-images/plate-1/c.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"1\",\"9\"],\"well\":\"c1\",\"plate\":1}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "plate-1/areas.csv", "areas.csv", "csv", 17, "SHA256", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "cell-images", "s3://cell-images/plate-1/areas.csv?versionId=v1", "{}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-1/areas.csv", "areas.csv", "csv", 17, "SHA256", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "cell-images", "s3://cell-images/plate-1/areas.csv?versionId=v1", "{}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "plate-2/a.tiff", "a.tiff", "tiff", 2097, "SHA256", "b29dfcfb0e962dbb33d42388719cb489171fa4bb182d742d74da347106236467", "cell-images", "s3://cell-images/plate-2/a.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"7\"],\"well\":\"a2\",\"plate\":2}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-2/a.tiff", "a.tiff", "tiff", 2097, "SHA256", "b29dfcfb0e962dbb33d42388719cb489171fa4bb182d742d74da347106236467", "cell-images", "s3://cell-images/plate-2/a.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"7\"],\"well\":\"a2\",\"plate\":2}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "plate-2/b.tiff", "b.tiff", "tiff", 2098, "SHA256", "d0c24677cd98f70eee10f156cdd55c757553b6967bd630b64e04781f1c1103a4", "cell-images", "s3://cell-images/plate-2/b.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"8\"],\"well\":\"b2\",\"plate\":2}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-2/b.tiff", "b.tiff", "tiff", 2098, "SHA256", "d0c24677cd98f70eee10f156cdd55c757553b6967bd630b64e04781f1c1103a4", "cell-images", "s3://cell-images/plate-2/b.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"8\"],\"well\":\"b2\",\"plate\":2}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "plate-2/c.tiff", "c.tiff", "tiff", 2099, "SHA256", "63af61fedac7296a045fe8a372ee3e3a16836bb49c41b76d96b1510ad962e285", "cell-images", "s3://cell-images/plate-2/c.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"9\"],\"well\":\"c2\",\"plate\":2}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-2/c.tiff", "c.tiff", "tiff", 2099, "SHA256", "63af61fedac7296a045fe8a372ee3e3a16836bb49c41b76d96b1510ad962e285", "cell-images", "s3://cell-images/plate-2/c.tiff?versionId=v1", "{\"user_meta\":{\"algorithm\":\"1.3.0\",\"cellindex\":[\"2\",\"9\"],\"well\":\"c2\",\"plate\":2}}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "plate-2/areas.csv", "areas.csv", "csv", 17, "SHA256", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "cell-images", "s3://cell-images/plate-2/areas.csv?versionId=v1", "{}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "plate-2/areas.csv", "areas.csv", "csv", 17, "SHA256", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "cell-images", "s3://cell-images/plate-2/areas.csv?versionId=v1", "{}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/copy-of-cells", "README.md", "README.md", "md", 20, "SHA256", "3b6e4e6c42c16a208083d75aa767825f1c5fdbcf3702eb51ed42743416b70991", "cell-images", "s3://cell-images/README.md?versionId=v1", "{}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/cells", "README.md", "README.md", "md", 20, "SHA256", "3b6e4e6c42c16a208083d75aa767825f1c5fdbcf3702eb51ed42743416b70991", "cell-images", "s3://cell-images/README.md?versionId=v1", "{}", "7781be92691f5aee117bed76f60b8a7b1ca3aee3e6218431d4e95e6ac7088b2a"]
--> ["cell-images", "imaging/models", "nucleus.onnx", "nucleus.onnx", "onnx", 2400, "SHA256", "746404537d4ac1d69e2449e261ea94fa2758e1cb138de2881935023a0fea5e66", "cell-images", "s3://cell-images/nucleus.onnx?versionId=v1", "{\"user_meta\":{\"layers\":12,\"tags\":[\"a\",\"b\"],\"license\":null}}", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
--> ["cell-images", "imaging/only-latest", "nucleus.onnx", "nucleus.onnx", "onnx", 2400, "SHA256", "746404537d4ac1d69e2449e261ea94fa2758e1cb138de2881935023a0fea5e66", "cell-images", "s3://cell-images/nucleus.onnx?versionId=v1", "{\"user_meta\":{\"layers\":12,\"tags\":[\"a\",\"b\"],\"license\":null}}", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
--> ["cell-images", "imaging/models", "membrane.onnx", "membrane.onnx", "onnx", 2400, "SHA256", "5f062ff2ac55d1b82ced94bd501245dbf57746ee960f7b0fbbed9ee9777d5dec", "cell-images", "s3://cell-images/membrane.onnx?versionId=v1", "{\"user_meta\":{\"layers\":18.5,\"tags\":[],\"open\":true}}", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
--> ["cell-images", "imaging/only-latest", "membrane.onnx", "membrane.onnx", "onnx", 2400, "SHA256", "5f062ff2ac55d1b82ced94bd501245dbf57746ee960f7b0fbbed9ee9777d5dec", "cell-images", "s3://cell-images/membrane.onnx?versionId=v1", "{\"user_meta\":{\"layers\":18.5,\"tags\":[],\"open\":true}}", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
--> ["cell-images", "imaging/models", "weights/", null, null, null, null, null, null, null, "{\"user_meta\":{\"kind\":\"folder\"}}", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
--> ["cell-images", "imaging/only-latest", "weights/", null, null, null, null, null, null, null, "{\"user_meta\":{\"kind\":\"folder\"}}", "07ca1977e607493cbf013fac89f5a9dc8c1053c73b89e3edf81624997fea0952"]
