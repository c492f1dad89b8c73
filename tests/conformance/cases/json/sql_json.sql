-- # SQL/JSON
--
-- https://trino.io/docs/435/functions/json.html#json-path-language

-- ## json_exists
SELECT json_exists('{"a": [1, 2]}', 'lax $.a[*]'), json_exists('{"a": 1}', 'lax $.b'), json_exists('{"a": 1}', 'strict $.b'), json_exists('{"a": 1}', 'strict $.b' TRUE ON ERROR);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, false, false, true]
SELECT json_exists('{"a": null}', 'lax $.a'), json_exists('[1, 2, 3]', 'lax $[*] ? (@ > 2)'), json_exists('[1, 2, 3]', 'lax $[*] ? (@ > 5)'), json_exists(NULL, 'lax $.a');
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, true, false, null]
SELECT json_exists('nope', 'lax $.a'), json_exists('nope', 'lax $.a' UNKNOWN ON ERROR);
--> _col0 boolean | _col1 boolean
--> [false, null]
SELECT json_exists('nope', 'lax $.a' ERROR ON ERROR);
--> error JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed:
SELECT json_exists('{"a": 1}', '$.a');
--> error SYNTAX_ERROR: line 1:33: missing {'lax', 'strict'} at '$'
SELECT json_exists('{"a": 1}', 'lax $.');
--> error SYNTAX_ERROR: line 1:39: no viable alternative at input '.'
SELECT json_exists('{"a": 5}', 'lax $.a ? (@ == $x)' PASSING 5 AS "x"), json_exists('["a"]', 'lax $[*] ? (@ starts with "a")');
--> _col0 boolean | _col1 boolean
--> [true, true]

-- ## json_value
-- A scalar, as varchar or as the type after RETURNING.
SELECT json_value('{"a": "x"}', 'lax $.a'), json_value('{"a": 1}', 'lax $.a'), json_value('{"a": 1.50}', 'lax $.a'), json_value('{"a": true}', 'lax $.a'), json_value('{"a": null}', 'lax $.a');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["x", "1", "1.5E0", "true", null]
SELECT json_value('{"a": 1}', 'lax $.b'), json_value('{"a": 1}', 'lax $.b' DEFAULT 'none' ON EMPTY), json_value('{"a": [1, 2]}', 'lax $.a'), json_value('{"a": [1, 2]}', 'lax $.a' DEFAULT 'bad' ON ERROR), json_value('[1]', 'lax $.a');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> [null, "none", null, "bad", null]
SELECT json_value('{"a": 1}', 'lax $.a' RETURNING integer), json_value('{"a": "7"}', 'lax $.a' RETURNING bigint), json_value('{"a": 1.5}', 'lax $.a' RETURNING double), json_value('{"a": 1.55}', 'lax $.a' RETURNING decimal(3,1)), json_value('{"a": "2020-01-02"}', 'lax $.a' RETURNING date), json_value('{"a": true}', 'lax $.a' RETURNING boolean);
--> _col0 integer | _col1 bigint | _col2 double | _col3 decimal(3, 1) | _col4 date | _col5 boolean
--> [1, 7, 1.5, "1.6", "2020-01-02", true]
SELECT json_value('{"a": 1}', 'lax $.b' ERROR ON EMPTY);
--> error JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: JSON path found no items
SELECT json_value('{"a": [1]}', 'strict $.a' ERROR ON ERROR);
--> error JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: JSON path found an item that cannot be converted to an SQL value
SELECT json_value('{"a": 1}', 'strict $.b' ERROR ON ERROR);
--> error PATH_EVALUATION_ERROR: path evaluation failed: structural error: missing member 'b' in JSON object
SELECT json_value('nope', 'lax $.a' ERROR ON ERROR);
--> error JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed:
SELECT json_value('[1, 2, 3]', 'lax $[1]'), json_value('[1, 2, 3]', 'lax $[last]'), json_value('{"a": {"b": 2}}', 'lax $.a.b'), json_value('[{"a": 1}, {"a": 2}]', 'lax $[1].a'), json_value('{"a b": 1}', 'lax $."a b"');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["2", "3", "2", "2", "1"]
SELECT json_value('[1, 2, 3]', 'lax $.size()'), json_value('-5', 'lax $.abs()'), json_value('2.6', 'lax $.floor()'), json_value('2.1', 'lax $.ceiling()'), json_value('"1.5"', 'lax $.double()'), json_value('{}', 'lax $.type()');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["3", "5", "2.0E0", "3.0E0", "1.5E0", "object"]
SELECT json_value('{"a": 3, "b": 4}', 'lax $.a + $.b'), json_value('7', 'lax $ % 4'), json_value('7', 'lax -$'), json_value('7', 'lax $ / 2');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["7", "3", "-7", "3"]
SELECT json_value('x', 'lax $'), json_value('', 'lax $' NULL ON ERROR), json_value('"x"', 'lax $'), json_value(NULL, 'lax $');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> [null, null, "x", null]

-- ## json_query
-- JSON text, as varchar.
SELECT json_query('{"a": [1, 2.50]}', 'lax $.a'), json_query('{"a": {"b":   1}}', 'lax $.a'), json_query('{"a": 1}', 'lax $.a'), json_query('{"a": "x"}', 'lax $.a'), json_query('{"a": null}', 'lax $.a');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["[1,2.5]", "{\"b\":1}", "1", "\"x\"", "null"]
SELECT json_query('{"a": 1}', 'lax $.b'), json_query('{"a": 1}', 'lax $.b' EMPTY ARRAY ON EMPTY), json_query('{"a": 1}', 'lax $.b' EMPTY OBJECT ON EMPTY), json_query('{"a": [1, 2]}', 'lax $.a[*]'), json_query('{"a": [1, 2]}', 'lax $.a[*]' WITH ARRAY WRAPPER);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> [null, "[]", "{}", null, "[1,2]"]
SELECT json_query('{"a": 1}', 'lax $.a' WITH WRAPPER), json_query('{"a": [1]}', 'lax $.a' WITH CONDITIONAL ARRAY WRAPPER), json_query('{"a": 1}', 'lax $.a' WITH CONDITIONAL WRAPPER), json_query('{"a": [1]}', 'lax $.a' WITHOUT WRAPPER), json_query('{"a": "x"}', 'lax $.a' OMIT QUOTES), json_query('{"a": "x"}', 'lax $.a' KEEP QUOTES);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["[1]", "[1]", "[1]", "[1]", "x", "\"x\""]
SELECT json_query('{"a": [1, 2]}', 'lax $.a[*]' ERROR ON ERROR);
--> error JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found multiple items
SELECT json_query('{"a": 1}', 'lax $.b' ERROR ON EMPTY);
--> error JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found no items
SELECT json_query('{"a": [{"b": 1}, {"b": 2}]}', 'lax $.a[*].b' WITH WRAPPER), json_query('[1, 2, 3, 4]', 'lax $[1 to 2]' WITH WRAPPER), json_query('[1, 2, 3]', 'lax $[*] ? (@ > 1)' WITH WRAPPER), json_query('{"a": 1, "b": 2}', 'lax $.*' WITH WRAPPER);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["[1,2]", "[2,3]", "[2,3]", "[1,2]"]
SELECT json_query('{"a": 1e3}', 'lax $'), json_query('{"b": 1, "a": 2}', 'lax $'), json_query('nope', 'lax $'), typeof(json_query('1', 'lax $')), typeof(json_value('1', 'lax $'));
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["{\"a\":1000.0}", "{\"b\":1,\"a\":2}", null, "varchar", "varchar"]
SELECT json_query('{"a": [1, "2", null, true]}', 'lax $.a ? (exists(@[*]))'), json_query('[{"n": "x", "v": 1}, {"n": "y", "v": 2}]', 'lax $[*] ? (@.n == "y").v' WITH WRAPPER);
--> _col0 varchar | _col1 varchar
--> [null, "[2]"]
SELECT json_query('["ab", "b"]', 'lax $[*] ? (@ like_regex "^a")' WITH WRAPPER);
--> error NOT_SUPPORTED: line 1:34: like_regex predicate in JSON path is not yet supported

-- ## json_object and json_array
SELECT json_object('a' : 1, 'b' : 'x'), json_object(KEY 'a' VALUE 1), json_object('a' VALUE NULL), json_object('a' : NULL ABSENT ON NULL), json_object(), json_object('b' : 1, 'a' : true);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["{\"a\":1,\"b\":\"x\"}", "{\"a\":1}", "{\"a\":null}", "{}", "{}", "{\"a\":true,\"b\":1}"]
SELECT json_object('a' : '[1]' FORMAT JSON), json_object('a' : json_array(1, 2)), json_object('a' : 1.50E0), json_object('a' : DECIMAL '1.50'), json_object('a' : DATE '2020-01-02');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["{\"a\":[1]}", "{\"a\":[1,2]}", "{\"a\":1.5}", "{\"a\":1.50}", "{\"a\":\"2020-01-02\"}"]
SELECT json_object('a' : 1, 'a' : 2 WITH UNIQUE KEYS);
--> error INVALID_FUNCTION_ARGUMENT: duplicate key passed to JSON_OBJECT function
SELECT json_object('a' : 1, 'a' : 2);
--> error NOT_SUPPORTED: cannot construct a JSON object with duplicate key
SELECT json_array(1, 'x', true, NULL), json_array(1, NULL NULL ON NULL), json_array(), json_array('{"a": 1}' FORMAT JSON), json_array(json_object('k' : 'v')), json_array(1.5E0, DECIMAL '2.50', BIGINT '3');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["[1,\"x\",true]", "[1,null]", "[]", "[{\"a\":1}]", "[{\"k\":\"v\"}]", "[1.5,2.50,3]"]
SELECT typeof(json_object()), typeof(json_array(1));
--> _col0 varchar | _col1 varchar
--> ["varchar", "varchar"]
SELECT json_object('a' : ARRAY[1]);
--> error NOT_SUPPORTED: line 1:8: Unsupported type of value passed to JSON_OBJECT function: array(integer)
SELECT json_array(ROW(1, 2));
--> error NOT_SUPPORTED: line 1:8: Unsupported type of value passed to JSON_ARRAY function: row(integer, integer)
SELECT json_object(NULL : 1);
--> error INVALID_FUNCTION_ARGUMENT: line 1:20: Invalid type of JSON object key: unknown

-- ## Paths, types and options
SELECT json_value('{"a":[{"b":1},{"b":2}]}', 'lax $.a.b');
--> _col0 varchar
--> [null]
SELECT json_value('{"a":[{"b":1}]}', 'strict $.a.b');
--> _col0 varchar
--> [null]
SELECT json_query('{"a":[{"b":1},{"c":2}]}', 'lax $.a.b' WITH WRAPPER), json_query('[[1,2],[3]]', 'lax $[*][*]' WITH WRAPPER), json_query('[[1,2],[3]]', 'lax $[*]' WITH WRAPPER);
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["[1]", "[1,2,3]", "[[1,2],[3]]"]
SELECT json_query('[1,2,3,4,5]', 'lax $[last, 0]' WITH WRAPPER), json_query('[1,2,3,4,5]', 'lax $[1 to last]' WITH WRAPPER), json_query('[1,2]', 'lax $[5]'), json_query('[1,2]', 'strict $[5]' EMPTY OBJECT ON ERROR);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["[5,1]", "[2,3,4,5]", null, "{}"]
SELECT json_exists('{"a":[1,2,3]}', 'lax $.a[*] ? (@ > 1 && @ < 3)'), json_exists('{"a":"x"}', 'lax $.a ? (@ == "x" || @ == "y")'), json_exists('{"a":1}', 'lax $ ? (!(@.a == 1))');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, false]
SELECT json_exists('{"a":1}', 'lax $ ? (@.a == "1")'), json_exists('{"a":null}', 'lax $ ? (@.a == null)'), json_exists('{"a":1}', 'lax $ ? (@.a <> null)'), json_exists('{"a":null}', 'lax $ ? (@.a < 1)');
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [false, true, true, false]
SELECT json_exists('{"a":1}', 'lax $ ? (exists(@.b))'), json_exists('{"a":1}', 'lax $ ? ((@.a == "x") is unknown)'), json_exists('{"a":[]}', 'lax $.a ? (@ == 1)');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [false, true, false]
SELECT json_value('{"a":"12"}', 'lax $.a' RETURNING integer), json_value('{"a":12.7}', 'lax $.a' RETURNING integer), json_value('{"a":true}', 'lax $.a' RETURNING integer), json_value('{"a":"x"}', 'lax $.a' RETURNING integer);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer
--> [12, 13, 1, null]
SELECT json_value('{"a":1}', 'lax $.a' RETURNING varchar(10)), json_value('{"a":"abc"}', 'lax $.a' RETURNING varchar(2)), json_value('{"a":"abc"}', 'lax $.a' RETURNING char(5));
--> _col0 varchar(10) | _col1 varchar(2) | _col2 char(5)
--> ["1", "ab", "abc  "]
SELECT json_value('{"a":1e3}', 'lax $.a'), json_value('{"a":100000000000000000000}', 'lax $.a'), json_value('{"a":-0.0}', 'lax $.a'), json_value('{"a":1.0}', 'lax $.a');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["1.0E3", null, "-0E0", "1.0E0"]
SELECT json_value('{"a":1}', 'lax $.b' RETURNING integer DEFAULT 7 ON EMPTY), json_value('{"a":1}', 'lax $.b' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR), json_value('x', 'lax $.b' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR);
--> _col0 integer | _col1 varchar | _col2 varchar
--> [7, "e", "r"]
SELECT json_value('{"a":"2020-01-02"}', 'lax $.a' RETURNING date), json_value('{"a":"2020-01-02 03:04:05"}', 'lax $.a' RETURNING timestamp), json_value('{"a":5}', 'lax $.a' RETURNING date);
--> _col0 date | _col1 timestamp(3) | _col2 date
--> ["2020-01-02", "2020-01-02 03:04:05.000", null]
SELECT json_value('[1,2]', 'lax $.size()'), json_value('{"a":1}', 'lax $.size()'), json_value('{"a":1}', 'strict $.size()'), json_value('"x"', 'lax $.type()'), json_query('[1,"a",null,true,{}]', 'lax $[*].type()' WITH WRAPPER);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["2", "1", null, "string", "[\"number\",\"string\",\"null\",\"boolean\",\"object\"]"]
SELECT json_value('-2.5', 'lax $.abs()'), json_value('-2.5', 'lax $.ceiling()'), json_value('-2.5', 'lax $.floor()'), json_value('"12.5"', 'lax $.double()'), json_value('"x"', 'lax $.double()');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["2.5E0", "-2.0E0", "-3.0E0", "1.25E1", null]
SELECT json_value('7', 'lax $ + 1.5'), json_value('7', 'lax $ * 2 - 1'), json_value('-7', 'lax $ / 2'), json_value('-7', 'lax $ % 3'), json_value('7.5', 'lax $ % 2'), json_value('7', 'lax $ / 0');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["8.5", "13", "-3", "-1", "1.5E0", null]
SELECT json_value('{"a":1,"b":2}', 'lax $.a + $.b * 2'), json_value('{"a":"x"}', 'lax $.a + 1'), json_query('[1,2]', 'lax -$[*]' WITH WRAPPER), json_query('[1,2]', 'lax $[*] + 1');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["5", null, "[-1,-2]", null]
SELECT json_value('{"a b":{"c\"d":1}}', 'lax $."a b"."c""d"'), json_value('{"$x":1}', 'lax $."$x"'), json_query('{"b":{"x":1},"a":2}', 'lax $.*' WITH WRAPPER);
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["1", "1", "[{\"x\":1},2]"]
SELECT json_exists('{"a":5}', 'lax $.a ? (@ > $x)' PASSING 3 AS "x"), json_exists('{"a":"v"}', 'lax $.a ? (@ == $x)' PASSING 'v' AS x), json_value('{"a":5}', 'lax $.a + $x' PASSING 2 AS "x");
--> error INVALID_PATH: line 1:96: no value passed for parameter x. Try quoting "x" in the PASSING clause to match case
SELECT json_value('{"a":5}', 'lax $y' PASSING 2 AS "x");
--> error INVALID_PATH: line 1:30: no value passed for parameter y
SELECT json_query('{"a":"x"}', 'lax $.a' WITH WRAPPER OMIT QUOTES);
--> error INVALID_FUNCTION_ARGUMENT: line 1:8: OMIT QUOTES behavior specified with WITH UNCONDITIONAL ARRAY WRAPPER behavior
SELECT json_query('{"a":[{"b":"é\n","c":1.10}]}', 'lax $.a'), json_query('"a\/b"', 'lax $'), json_query('{"a":12345678901234567890}', 'lax $.a');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["[{\"b\":\"é\\n\",\"c\":1.1}]", "\"a/b\"", "12345678901234567890"]
SELECT json_query('{"a":[1,2]}', 'lax $.a[*]' WITH CONDITIONAL WRAPPER), json_query('{"a":{"b":1}}', 'lax $.a' WITH CONDITIONAL WRAPPER), json_query('{"a":[1]}', 'lax $.a' WITH UNCONDITIONAL WRAPPER);
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["[1,2]", "{\"b\":1}", "[[1]]"]
SELECT json_object('alpha' : 1, 'beta' : 2, 'gamma' : 3, 'delta' : 4, 'epsilon' : 5);
--> _col0 varchar
--> ["{\"epsilon\":5,\"alpha\":1,\"delta\":4,\"beta\":2,\"gamma\":3}"]
SELECT json_object('name' VALUE 'x', 'nested' VALUE json_object('k' : json_array(1, 2)) FORMAT JSON);
--> _col0 varchar
--> ["{\"name\":\"x\",\"nested\":{\"k\":[1,2]}}"]
SELECT json_object('a' : CAST(NULL AS varchar), 'b' : NULL NULL ON NULL), json_object('a' : CAST(NULL AS integer) ABSENT ON NULL);
--> _col0 varchar | _col1 varchar
--> ["{\"a\":null,\"b\":null}", "{}"]
SELECT json_array('a', NULL, 2 ABSENT ON NULL), json_array(true, CAST(1.5E0 AS real), DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00.123', UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59');
--> _col0 varchar | _col1 varchar
--> ["[\"a\",2]", "[true,1.5,\"2020-01-01\",\"2020-01-01 00:00:00.123\",\"12151fd2-7586-11e9-8f9e-2a86e4085a59\"]"]
SELECT json_array('nope' FORMAT JSON);
--> error JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed:
SELECT json_object(name : id) FROM people ORDER BY id LIMIT 2;
--> _col0 varchar
--> ["{\"Ada\":1}"]
--> ["{\"Grace\":2}"]
SELECT json_value('{"a":1}', 'lax $.a' RETURNING boolean), json_value('{"a":0}', 'lax $.a' RETURNING boolean), json_value('{"a":"true"}', 'lax $.a' RETURNING boolean), json_value('{"a":true}', 'lax $.a' RETURNING double);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 double
--> [true, false, true, 1.0]
SELECT json_value('{"a":1.5}', 'lax $.a' RETURNING real), json_value('{"a":"1.55"}', 'lax $.a' RETURNING decimal(3,1)), json_value('{"a":1e2}', 'lax $.a' RETURNING decimal(5,1)), json_value('{"a":2}', 'lax $.a' RETURNING tinyint), json_value('{"a":200}', 'lax $.a' RETURNING tinyint);
--> _col0 real | _col1 decimal(3, 1) | _col2 decimal(5, 1) | _col3 tinyint | _col4 tinyint
--> [1.5, "1.6", "100.0", 2, null]
SELECT json_query('{"a":{"b":[1,2]}}', 'lax $.a.b[0 to 5]' WITH WRAPPER), json_query('{"a":{"b":[1,2]}}', 'strict $.a.b[0 to 5]' WITH WRAPPER);
--> _col0 varchar | _col1 varchar
--> ["[1,2]", null]
SELECT json_query('[{"a":1},{"a":2},{"b":3}]', 'lax $[*] ? (@.a >= 2)'), json_query('[{"a":[1,2]}]', 'lax $[0].a ? (@ == 2)' WITH WRAPPER), json_query('["ab","cd"]', 'lax $[*] ? (@ starts with "c")');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["{\"a\":2}", "[2]", "\"cd\""]
SELECT json_value(json_query('{"a":{"b":1}}', 'lax $.a'), 'lax $.b'), json_value(json_object('a' : 1), 'lax $.a');
--> _col0 varchar | _col1 varchar
--> ["1", "1"]
SELECT json_value(1, 'lax $');
--> error TYPE_MISMATCH: line 1:19: Cannot read input of type integer as JSON using formatting JSON
SELECT json_value('1', 'lax');
--> error SYNTAX_ERROR: line 1:28: mismatched input '<EOF>' expecting {'+', '(', '$', '@', 'false', 'last', '-', 'null', 'true', DECIMAL_VALUE, DOUBLE_VALUE, INTEGER_VALUE, STRING, NAMED_VARIABLE}
SELECT json_value('1', 'lax $ +');
--> error SYNTAX_ERROR: line 1:32: mismatched input '<EOF>' expecting {'+', '(', '$', '@', 'false', 'last', '-', 'null', 'true', DECIMAL_VALUE, DOUBLE_VALUE, INTEGER_VALUE, STRING, NAMED_VARIABLE}
SELECT json_value('{"a":1}', 'lax $.a.foo()');
--> error SYNTAX_ERROR: line 1:42: mismatched input '(' expecting {<EOF>, '+', '*', '/', '%', '.', '..', '[', '?', '-'}
SELECT json_exists('[1,2]', 'strict $[*] ? (@ > "a")'), json_exists('{"a":[1,"x"]}', 'lax $.a[*] ? (@ > 0)'), json_exists('{"a":["x",1]}', 'strict $.a[*] ? (@ > 0)');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [false, true, true]
SELECT json_value('{"a":"x"}', 'lax $[0].a'), json_value('{"a":"x"}', 'lax $.a[0]'), json_value('{"a":"x"}', 'strict $.a[0]');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["x", "x", null]
SELECT json_exists(CAST('{"a":1}' AS varchar(20)), 'lax $.a'), json_exists('null', 'lax $');
--> _col0 boolean | _col1 boolean
--> [true, true]
SELECT json_value('{"a":5}', 'lax $.a + $x' PASSING 2 AS "x"), json_exists('{"a":"v"}', 'lax $.a ? (@ == $X)' PASSING 'v' AS x);
--> _col0 varchar | _col1 boolean
--> ["7", true]

-- ## Blank texts, and what follows JSON
-- A blank text is null, except to json_value. What follows the first value doesn't matter.
SELECT json_exists('', 'lax $.a'), json_exists('', 'strict $'), json_exists('  ', 'strict $' ERROR ON ERROR), json_query('', 'lax $'), json_query(' ', 'lax $' WITH ARRAY WRAPPER);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 varchar | _col4 varchar
--> [false, true, true, "null", "[null]"]
SELECT json_value('', 'lax $'), json_value('', 'lax $' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR), json_value('null', 'lax $' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR);
--> _col0 varchar | _col1 varchar | _col2 varchar
--> [null, "error", null]
SELECT json_object('a': '' FORMAT JSON), json_array('' FORMAT JSON, 1);
--> _col0 varchar | _col1 varchar
--> ["{\"a\":null}", "[null,1]"]
SELECT json_value('{"a": 1} x', 'lax $.a'), json_query('[1]x', 'lax $'), json_exists('{"a": 1', 'lax $.a');
--> _col0 varchar | _col1 varchar | _col2 boolean
--> ["1", "[1]", false]
SELECT json_value('12x', 'lax $'), json_value('12 x', 'lax $'), json_value('12,', 'lax $'), json_value('truex', 'lax $'), json_value('true,', 'lax $'), json_value('"a"x', 'lax $'), json_value('nullx', 'lax $' DEFAULT 'e' ON ERROR);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar
--> [null, "12", null, null, "true", "a", "e"]
