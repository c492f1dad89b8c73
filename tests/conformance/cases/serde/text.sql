-- # Lines through LazySimpleSerDe
--
-- https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html

-- ## Fields
-- Missing fields are NULL, further ones are ignored. `\N` is NULL.
--| table text_fields (a string, b int, c double) text 'field.delim'=',' 'serialization.format'=','
--| x,1,1.5
--| y
--| z,2,2.5,extra
--| ,,
--| \N,\N,\N
--| "quoted",3,4
--| a b , 5 ,6
--| x,abc,def
--| x,1.5,1e3
--| x,2147483648,NaN
--| 
SELECT a, b, c FROM text_fields;
--> a varchar | b integer | c double
--> ["x", 1, 1.5]
--> ["y", null, null]
--> ["z", 2, 2.5]
--> ["", null, null]
--> [null, null, null]
--> ["\"quoted\"", 3, 4.0]
--> ["a b ", null, 6.0]
--> ["x", null, null]
--> ["x", 1, 1000.0]
--> ["x", null, "NaN"]
--> ["", null, null]
SELECT count(*), count(a), count(b) FROM text_fields;
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [11, 10, 4]
--| table text_default (a string) text
--| one line, whole
--| 
--| \N
SELECT a, length(a) FROM text_default;
--> a varchar | _col1 bigint
--> ["one line, whole", 15]
--> ["", 0]
--> [null, null]
--| table text_tab (a string, b string) text 'field.delim'='	'
--| x	y
--| x y
SELECT * FROM text_tab;
--> a varchar | b varchar
--> ["x", "y"]
--> ["x y", null]
--| table text_types (b boolean, d date, t timestamp, c decimal(5,2), s smallint, y tinyint, l bigint, f float) text 'field.delim'=','
--| true,2020-01-02,2020-01-02 03:04:05.678,1.25,7,1,9223372036854775807,1.5
--| TRUE,2020-1-2,2020-01-02 03:04:05,1.255,70000,300,9223372036854775808,x
--| yes,x,x,12345,a,b,c,Infinity
--| false,,,,,,,
SELECT * FROM text_types;
--> b boolean | d date | t timestamp(3) | c decimal(5, 2) | s smallint | y tinyint | l bigint | f real
--> [true, "2020-01-02", "2020-01-02 03:04:05.678", "1.25", 7, 1, 9223372036854775807, 1.5]
--> [true, "2020-01-02", "2020-01-02 03:04:05.000", "1.26", null, null, null, null]
--> [null, null, null, null, null, null, null, "Infinity"]
--> [false, null, null, null, null, null, null, null]
--| table text_collections (a array<string>, m map<string,int>, r struct<x:int,y:string>) text 'field.delim'=',' 'collection.delim'='|' 'mapkey.delim'=':'
--| p|q,k:1|l:2,5|five
--| ,,
--| p,k:1,5
--| \N,\N,\N
SELECT * FROM text_collections;
--> a array(varchar) | m map(varchar, integer) | r row(x integer, y varchar)
--> [["p", "q"], {"k": 1, "l": 2}, [5, "five"]]
--> [[], {}, [null, null]]
--> [["p"], {"k": 1}, [5, null]]
--> [null, null, null]
--| table text_escape (a string, b string) text 'field.delim'=',' 'escape.delim'='\'
--| x\,y,z
--| x\\y,z
SELECT * FROM text_escape;
--> a varchar | b varchar
--> ["x,y", "z"]
--> ["x\\y", "z"]
--| table text_null (a string, b int) text 'field.delim'=',' 'serialization.null.format'='NA'
--| NA,NA
--| \N,1
--| x,2
SELECT * FROM text_null;
--> a varchar | b integer
--> [null, null]
--> ["\\N", 1]
--> ["x", 2]
--| table text_bytes (a string, b string) text 'field.delim'=','
--| ä,ö
--|  leading,trailing 
SELECT a, b, length(a), length(b) FROM text_bytes;
--> a varchar | b varchar | _col2 bigint | _col3 bigint
--> ["ä", "ö", 1, 1]
--> [" leading", "trailing ", 8, 9]
