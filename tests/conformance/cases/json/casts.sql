-- # Casts from and to JSON
--
-- https://trino.io/docs/435/functions/json.html#cast-to-json

-- ## To JSON
SELECT CAST('x' AS json), CAST(1 AS json), CAST(1.5E0 AS json), CAST(true AS json), CAST(NULL AS json), CAST(DECIMAL '2.50' AS json), CAST(REAL '1.1' AS json);
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json | _col5 json | _col6 json
--> ["\"x\"", "1", "1.5", "true", null, "2.50", "1.1"]
SELECT CAST(1E0 AS json), CAST(1E10 AS json), CAST(nan() AS json), CAST(infinity() AS json), CAST(BIGINT '9007199254740993' AS json), CAST(TINYINT '1' AS json);
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json | _col5 json
--> ["1.0", "1.0E10", "\"NaN\"", "\"Infinity\"", "9007199254740993", "1"]
SELECT CAST('{"a": 1}' AS json), CAST('a"b' AS json), CAST('' AS json), CAST('é' AS json);
--> _col0 json | _col1 json | _col2 json | _col3 json
--> ["\"{\\\"a\\\": 1}\"", "\"a\\\"b\"", "\"\"", "\"é\""]
SELECT CAST(ARRAY[1, NULL, 3] AS json), CAST(ARRAY['a', 'b'] AS json), CAST(ARRAY[ARRAY[1], ARRAY[]] AS json), CAST(ARRAY[] AS json), CAST(ARRAY[true, NULL] AS json);
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json
--> ["[1,null,3]", "[\"a\",\"b\"]", "[[1],[]]", "[]", "[true,null]"]
SELECT CAST(MAP(ARRAY['a', 'b'], ARRAY[1, NULL]) AS json), CAST(MAP(ARRAY[1, 2], ARRAY['x', 'y']) AS json), CAST(MAP(ARRAY['b', 'a'], ARRAY[1, 2]) AS json), CAST(MAP() AS json);
--> _col0 json | _col1 json | _col2 json | _col3 json
--> ["{\"a\":1,\"b\":null}", "{\"1\":\"x\",\"2\":\"y\"}", "{\"a\":2,\"b\":1}", "{}"]
SELECT CAST(ROW(1, 'x', NULL) AS json), CAST(CAST(ROW(1, 'x') AS row(a integer, b varchar)) AS json), CAST(CAST(ROW(1) AS row("A b" integer)) AS json);
--> _col0 json | _col1 json | _col2 json
--> ["{\"\":1,\"\":\"x\",\"\":null}", "{\"a\":1,\"b\":\"x\"}", "{\"A b\":1}"]
SELECT CAST(DATE '2020-01-02' AS json), CAST(timestamp '2020-01-02 03:04:05.678' AS json);
--> _col0 json | _col1 json
--> ["\"2020-01-02\"", "\"2020-01-02 03:04:05.678\""]
SELECT CAST(timestamp '2020-01-02 03:04:05 UTC' AS json);
--> error TYPE_MISMATCH: line 1:8: Cannot cast timestamp(0) with time zone to json
SELECT CAST(json_parse('[1]') AS json), CAST(ARRAY[json_parse('1'), json_parse('null')] AS json), CAST(ARRAY[DATE '2020-01-02'] AS json), CAST(ARRAY[DECIMAL '1.50', DECIMAL '2'] AS json);
--> _col0 json | _col1 json | _col2 json | _col3 json
--> ["[1]", "[1,null]", "[\"2020-01-02\"]", "[1.50,2.00]"]
SELECT CAST(X'01' AS json);
--> error TYPE_MISMATCH: line 1:8: Cannot cast varbinary to json
SELECT CAST(interval '1' day AS json);
--> error TYPE_MISMATCH: line 1:8: Cannot cast interval day to second to json
SELECT CAST(uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS json);
--> error TYPE_MISMATCH: line 1:8: Cannot cast uuid to json
SELECT CAST(time '01:02:03' AS json);
--> error TYPE_MISMATCH: line 1:8: Cannot cast time(0) to json
SELECT CAST(MAP(ARRAY[ARRAY[1]], ARRAY[2]) AS json);
--> error TYPE_MISMATCH: line 1:8: Cannot cast map(array(integer), integer) to json
SELECT json_format(CAST(ARRAY[CAST(ROW(1, 2) AS row(x integer, y integer))] AS json)), json_format(CAST('x' AS json)), CAST(ARRAY[1.0E0, 2.5E0, 1E20] AS json);
--> _col0 varchar | _col1 varchar | _col2 json
--> ["[{\"x\":1,\"y\":2}]", "\"x\"", "[1.0,2.5,1.0E20]"]
SELECT CAST(MAP(ARRAY[1.5E0], ARRAY[1]) AS json), CAST(MAP(ARRAY[true], ARRAY['x']) AS json), CAST(MAP(ARRAY[DECIMAL '1.50'], ARRAY[1]) AS json);
--> _col0 json | _col1 json | _col2 json
--> ["{\"1.5\":1}", "{\"true\":\"x\"}", "{\"1.50\":1}"]
SELECT CAST(CAST('ab' AS char(4)) AS json);
--> error TYPE_MISMATCH: line 1:8: Cannot cast char(4) to json

-- ## From JSON to scalars
-- JSON null becomes SQL NULL.
SELECT CAST(json_parse('"x"') AS varchar), CAST(json_parse('1') AS varchar), CAST(json_parse('1.50') AS varchar), CAST(json_parse('true') AS varchar), CAST(json_parse('null') AS varchar), CAST(json_parse('1e3') AS varchar);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["x", "1", "1.5E0", "true", null, "1.0E3"]
SELECT CAST(json_parse('1') AS integer), CAST(json_parse('"12"') AS integer), CAST(json_parse('true') AS integer), CAST(json_parse('1.6') AS integer), CAST(json_parse('null') AS integer), CAST(json_parse('2.5') AS bigint);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer | _col5 bigint
--> [1, 12, 1, 2, null, 3]
SELECT CAST(json_parse('1.5') AS double), CAST(json_parse('"1.5"') AS double), CAST(json_parse('1') AS double), CAST(json_parse('true') AS double), CAST(json_parse('"NaN"') AS double), CAST(json_parse('1') AS real);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 real
--> [1.5, 1.5, 1.0, 1.0, "NaN", 1.0]
SELECT CAST(json_parse('true') AS boolean), CAST(json_parse('"true"') AS boolean), CAST(json_parse('0') AS boolean), CAST(json_parse('2') AS boolean), CAST(json_parse('1.0') AS boolean), CAST(json_parse('null') AS boolean);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean
--> [true, true, false, true, true, null]
SELECT CAST(json_parse('1.55') AS decimal(3,1)), CAST(json_parse('"1.25"') AS decimal(3,2)), CAST(json_parse('7') AS decimal(5,2)), CAST(json_parse('1e2') AS decimal(5,2)), CAST(json_parse('true') AS decimal(2,1));
--> _col0 decimal(3, 1) | _col1 decimal(3, 2) | _col2 decimal(5, 2) | _col3 decimal(5, 2) | _col4 decimal(2, 1)
--> ["1.6", "1.25", "7.00", "100.00", "1.0"]
SELECT CAST(json_parse('"2020-01-02"') AS date), CAST(json_parse('"2020-01-02 03:04:05.678"') AS timestamp);
--> error TYPE_MISMATCH: line 1:8: Cannot cast json to date
SELECT CAST(json_parse('"x"') AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT
SELECT CAST(json_parse('[1]') AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '[1]' to integer
SELECT CAST(json_parse('{}') AS varchar);
--> error INVALID_CAST_ARGUMENT: Cannot cast '{}' to varchar
SELECT CAST(json_parse('300') AS tinyint);
--> error INVALID_CAST_ARGUMENT: Cannot cast '300' to tinyint
SELECT CAST(json_parse('12345678901234567890') AS bigint);
--> error INVALID_CAST_ARGUMENT: Cannot cast '12345678901234567890' to bigint
SELECT CAST(json_parse('1234.5') AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast input json to DECIMAL(3,1)
SELECT CAST(json_parse('"yes"') AS boolean);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'yes' to BOOLEAN
SELECT CAST(json_parse('"2020-13-02"') AS date);
--> error TYPE_MISMATCH: line 1:8: Cannot cast json to date
SELECT CAST(json_parse('1') AS date);
--> error TYPE_MISMATCH: line 1:8: Cannot cast json to date
SELECT CAST(json_parse('"abc"') AS varchar(5));
--> _col0 varchar(5)
--> ["abc"]
SELECT CAST(json_parse('"abc"') AS varchar(2));
--> error GENERIC_INTERNAL_ERROR: Value [abc] does not fit in type varchar(2)
SELECT CAST(json_parse('"a"') AS char(3));
--> error TYPE_MISMATCH: line 1:8: Cannot cast json to char(3)
SELECT TRY_CAST(json_parse('"x"') AS integer), TRY_CAST(json_parse('[1]') AS varchar), TRY_CAST(json_parse('"true"') AS boolean);
--> _col0 integer | _col1 varchar | _col2 boolean
--> [null, null, true]
SELECT CAST(json_parse('1') AS json), CAST('1' AS json) = json_parse('"1"');
--> _col0 json | _col1 boolean
--> ["1", true]

-- ## From JSON to arrays, maps and rows
SELECT CAST(json_parse('[1, null, 3]') AS array(integer)), CAST(json_parse('["a", null, 1, true, 1.5]') AS array(varchar)), CAST(json_parse('[[1], [2, 3], null]') AS array(array(bigint))), CAST(json_parse('[]') AS array(integer)), CAST(json_parse('null') AS array(integer));
--> _col0 array(integer) | _col1 array(varchar) | _col2 array(array(bigint)) | _col3 array(integer) | _col4 array(integer)
--> [[1, null, 3], ["a", null, "1", "true", "1.5E0"], [[1], [2, 3], null], [], null]
SELECT CAST(json_parse('[1, "2", true, 3.7]') AS array(integer)), CAST(json_parse('[1, {"a": 2}, null, "x", [3]]') AS array(json)), CAST(json_parse('["1.5", 2]') AS array(double));
--> _col0 array(integer) | _col1 array(json) | _col2 array(double)
--> [[1, 2, 1, 4], ["1", "{\"a\":2}", "null", "\"x\"", "[3]"], [1.5, 2.0]]
SELECT CAST(json_parse('{"a": 1}') AS map(varchar, integer)), CAST(json_parse('{"1": "x"}') AS map(integer, varchar)), CAST(json_parse('{"a": null}') AS map(varchar, json)), CAST(json_parse('{}') AS map(varchar, integer)), CAST(json_parse('{"a": {"b": [1]}}') AS map(varchar, json));
--> _col0 map(varchar, integer) | _col1 map(integer, varchar) | _col2 map(varchar, json) | _col3 map(varchar, integer) | _col4 map(varchar, json)
--> [{"a": 1}, {"1": "x"}, {"a": "null"}, {}, {"a": "{\"b\":[1]}"}]
SELECT CAST(json_parse('{"a": 1, "b": "x"}') AS row(a integer, b varchar)), CAST(json_parse('{"b": "x", "a": 1}') AS row(a integer, b varchar)), CAST(json_parse('{"a": 1}') AS row(a integer, b varchar)), CAST(json_parse('{"a": 1, "c": 2}') AS row(a integer)), CAST(json_parse('{"A": 1}') AS row(a integer));
--> _col0 row(a integer, b varchar) | _col1 row(a integer, b varchar) | _col2 row(a integer, b varchar) | _col3 row(a integer) | _col4 row(a integer)
--> [[1, "x"], [1, "x"], [1, null], [1], [1]]
SELECT CAST(json_parse('[1, "x"]') AS row(a integer, b varchar)), CAST(json_parse('[1, "x"]') AS row(integer, varchar)), CAST(json_parse('null') AS row(a integer));
--> _col0 row(a integer, b varchar) | _col1 row(integer, varchar) | _col2 row(a integer)
--> [[1, "x"], [1, "x"], null]
SELECT CAST(json_parse('[1]') AS row(a integer, b varchar));
--> error INVALID_CAST_ARGUMENT: Cannot cast to row(a integer, b varchar). Unexpected token when cast to varchar: ] [1]
SELECT CAST(json_parse('{"a": [1]}') AS row(a integer));
--> error INVALID_CAST_ARGUMENT: Cannot cast to row(a integer). Unexpected token when cast to integer: [ {"a":[1]}
SELECT CAST(json_parse('{"a": 1}') AS array(integer));
--> error INVALID_CAST_ARGUMENT: Cannot cast to array(integer). Expected a json array, but got { {"a":1}
SELECT CAST(json_parse('[1]') AS map(varchar, integer));
--> error INVALID_CAST_ARGUMENT: Cannot cast to map(varchar, integer). Expected a json object, but got [ [1]
SELECT CAST(json_parse('["x"]') AS array(integer));
--> error INVALID_CAST_ARGUMENT: Cannot cast to array(integer). Cannot cast 'x' to INT ["x"]
SELECT CAST(json_parse('{"a": 1, "a": 2}') AS map(varchar, integer));
--> _col0 map(varchar, integer)
--> [{"a": 2}]
SELECT CAST(json_parse('[{"a": 1, "b": [true]}, {"a": 2}]') AS array(row(a integer, b array(boolean)))), CAST(json_parse('{"x": [{"y": 1}]}') AS map(varchar, array(map(varchar, integer))));
--> _col0 array(row(a integer, b array(boolean))) | _col1 map(varchar, array(map(varchar, integer)))
--> [[[1, [true]], [2, null]], {"x": [{"y": 1}]}]
SELECT TRY_CAST(json_parse('{"a": 1}') AS array(integer)), TRY_CAST(json_extract('{"a": ["x", 1]}', '$.a') AS array(varchar)), TRY_CAST(json_parse('"s"') AS array(json));
--> _col0 array(integer) | _col1 array(varchar) | _col2 array(json)
--> [null, ["x", "1"], null]
SELECT CAST('[1, 2]' AS array(integer));
--> error TYPE_MISMATCH: line 1:8: Cannot cast varchar(6) to array(integer)
SELECT CAST(ARRAY[1, 2] AS varchar);
--> error TYPE_MISMATCH: line 1:8: Cannot cast array(integer) to varchar
