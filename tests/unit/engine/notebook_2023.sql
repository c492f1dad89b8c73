-- The DDL of Quilt's notebook "Querying package metadata with Athena" (2023), its variables written <<NAME>>.
-- == A. Manifests table
CREATE EXTERNAL TABLE IF NOT EXISTS `<<DATABASE>>.<<ID>>_quilt_manifests`(
  `logical_key` string,
  `physical_keys` array<string>,
  `size` string,
  `hash` struct<type:string,value:string>,
  `meta` string,
  `user_meta` string,
  `message` string,
  `version` string)
ROW FORMAT SERDE
  'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'ignore.malformed.json'='true')
STORED AS INPUTFORMAT
  'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT
  'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat'
LOCATION
  '<<URL>>/.quilt/packages'
TBLPROPERTIES (
  'has_encrypted_data'='false',
  'transient_lastDdlTime'='1605312102')
-- == B. Package metadata table
CREATE EXTERNAL TABLE IF NOT EXISTS `<<DATABASE>>.<<ID>>_quilt_packages`(
  `hash` string)
ROW FORMAT DELIMITED
  FIELDS TERMINATED BY ',' STORED AS INPUTFORMAT
  'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT
  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  '<<URL>>/.quilt/named_packages'
TBLPROPERTIES (
  'has_encrypted_data'='false',
  'transient_lastDdlTime'='1557626200')
-- == C. View of package-level metadata
CREATE OR REPLACE VIEW <<DATABASE>>.<<ID>>_quilt_packages_view AS
WITH
  npv AS (
    SELECT
      regexp_extract("$path", '<<S3_MATCH>>', 4) as user,
      regexp_extract("$path", '<<S3_MATCH>><<SLASH>>', 5) as name,
      regexp_extract("$path", '[^/]+$') as timestamp,
      <<DATABASE>>.<<ID>>_quilt_packages."hash"
      FROM <<DATABASE>>.<<ID>>_quilt_packages
  ),
  mv AS (
    SELECT
      regexp_extract("$path", '[^/]+$') as tophash,
        manifest."meta",
        manifest."message"
      FROM
        <<DATABASE>>.<<ID>>_quilt_manifests as manifest
      WHERE manifest."logical_key" IS NULL
  )
SELECT
  npv."user",
  npv."name",
  npv."hash",
  npv."timestamp",
  mv."message",
  mv."meta"
FROM npv
JOIN
  mv
ON
  npv."hash" = mv."tophash"
-- == D. View of object-Level metadata
CREATE OR REPLACE VIEW <<DATABASE>>.<<ID>>_quilt_objects_view AS
WITH
  mv AS (
    SELECT
      regexp_extract("$path", '[^/]+$') as tophash,
      manifest."logical_key",
      manifest."physical_keys",
      manifest."size",
      manifest."hash",
      manifest."meta",
      manifest."user_meta"
    FROM
      <<DATABASE>>.<<ID>>_quilt_manifests as manifest
    WHERE manifest."logical_key" IS NOT NULL
  )
SELECT
  npv."user",
  npv."name",
  npv."timestamp",
  mv."tophash",
  mv."logical_key",
  mv."physical_keys",
  mv."size",
  mv."hash",
  mv."meta",
  mv."user_meta"
FROM mv
JOIN
  <<DATABASE>>.<<ID>>_quilt_packages_view as npv
ON
  npv."hash" = mv."tophash"
