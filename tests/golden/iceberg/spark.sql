-- What Spark runs to create tables for the engine to read.
CREATE TABLE quilt_query.nested (id bigint, s struct<Name:string, tags:array<struct<k:string,v:int>>>, m map<string,double>)
    USING iceberg LOCATION 's3://data/nested';
INSERT INTO quilt_query.nested VALUES
    (1, named_struct('Name', 'ä', 'tags', array(named_struct('k', 'a', 'v', 1))), map('x', 1.5D)), (2, NULL, NULL);
ALTER TABLE quilt_query.nested ADD COLUMN s.extra decimal(10,2);
ALTER TABLE quilt_query.nested RENAME COLUMN m TO prices;
INSERT INTO quilt_query.nested VALUES (3, named_struct('Name', NULL, 'tags', array(), 'extra', 1.25BD), map());
CREATE TABLE quilt_query.every (a boolean, b int, c bigint, d float, e double, f decimal(20,5), g string, h binary, i date, j timestamp_ntz, k timestamp)
    USING iceberg PARTITIONED BY (days(k), bucket(4, c), truncate(2, g), i) LOCATION 's3://data/every';
INSERT INTO quilt_query.every VALUES
    (true, 1, 2, 1.5F, 2.5D, 12345.67890BD, 'a/b=ä', X'00FF', DATE '2024-02-29', TIMESTAMP_NTZ '2024-02-29 01:02:03.004', TIMESTAMP '2024-02-29 01:02:03.004'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE quilt_query.cow (id bigint, p string, n int) USING iceberg PARTITIONED BY (p) LOCATION 's3://data/cow';
INSERT INTO quilt_query.cow SELECT id, concat('p', id % 3), id FROM range(20);
DELETE FROM quilt_query.cow WHERE id IN (1, 2, 19);
UPDATE quilt_query.cow SET n = n * 10 WHERE id > 15;
CREATE TABLE quilt_query.mor (id bigint, p string, n int) USING iceberg PARTITIONED BY (p) LOCATION 's3://data/mor'
    TBLPROPERTIES ('write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read', 'write.merge.mode'='merge-on-read');
INSERT INTO quilt_query.mor SELECT id, concat('p', id % 3), id FROM range(20);
DELETE FROM quilt_query.mor WHERE id IN (1, 2, 19);
UPDATE quilt_query.mor SET n = n * 10 WHERE id > 15;
MERGE INTO quilt_query.mor t USING (SELECT 3 AS id UNION ALL SELECT 100) s
    ON t.id = s.id WHEN MATCHED THEN DELETE
    WHEN NOT MATCHED THEN INSERT (id, p) VALUES (s.id, 'new');
ALTER TABLE quilt_query.mor ADD PARTITION FIELD bucket(2, id);
INSERT INTO quilt_query.mor VALUES (200, 'p1', 7);
DELETE FROM quilt_query.mor WHERE id = 4;
