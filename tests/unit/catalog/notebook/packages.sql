-- Quilt, "Querying package metadata with Athena" (docs/advanced-features/athena.md), 2023, for my-bucket.
CREATE EXTERNAL TABLE IF NOT EXISTS `quilt_query.my_bucket_quilt_packages`(
  `hash` string)
ROW FORMAT DELIMITED
  FIELDS TERMINATED BY ',' STORED AS INPUTFORMAT
  'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT
  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  's3://my-bucket/.quilt/named_packages'
TBLPROPERTIES (
  'has_encrypted_data'='false',
  'transient_lastDdlTime'='1557626200')
