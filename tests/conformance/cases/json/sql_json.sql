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
