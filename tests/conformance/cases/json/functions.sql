-- # JSON functions
--
-- https://trino.io/docs/435/functions/json.html
-- JSON null is a value; SQL NULL is the absence of one. Numbers in JSON keep their text.

-- ## json_parse and json_format
SELECT json_parse('{"b": 1, "a": [1, 2.50, 1e3, null, true]}'), json_format(json_parse('{"b": 1, "a": 2.50}'));
--> _col0 json | _col1 varchar
--> ["{\"a\":[1,2.5,1000.0,null,true],\"b\":1}", "{\"a\":2.5,\"b\":1}"]
SELECT json_parse('1'), json_parse('"x"'), json_parse('null'), json_parse('[]'), json_parse('{}'), json_parse(' true ');
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json | _col5 json
--> ["1", "\"x\"", "null", "[]", "{}", "true"]
SELECT json_parse('null') IS NULL, json_parse(NULL) IS NULL, json_format(json_parse('null'));
--> _col0 boolean | _col1 boolean | _col2 varchar
--> [false, true, "null"]
SELECT json_parse('1.50'), json_parse('1e3'), json_parse('1E400'), json_parse('-0'), json_parse('12345678901234567890');
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json
--> ["1.5", "1000.0", "\"Infinity\"", "0", "12345678901234567890"]
SELECT json_parse('1.0'), json_parse('0.10'), json_parse('1.10e+2'), json_parse('100000000000000000000.5');
--> _col0 json | _col1 json | _col2 json | _col3 json
--> ["1.0", "0.1", "110.0", "1.0E20"]
SELECT json_parse('"\u00e9\n\t\"\/"'), json_parse('"é"'), json_format(json_parse('"\ud83d\ude00"'));
--> _col0 json | _col1 json | _col2 varchar
--> ["\"é\\n\\t\\\"/\"", "\"é\"", "\"\\uD83D\\uDE00\""]
SELECT json_parse('{"a":1,"a":2}'), json_parse('{"b":1,"a":{"d":1,"c":2}}');
--> _col0 json | _col1 json
--> ["{\"a\":2}", "{\"a\":{\"c\":2,\"d\":1},\"b\":1}"]
SELECT json_parse('{a: 1}');
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{a: 1}'
SELECT json_parse('');
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: ''
SELECT json_parse('[1,]');
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '[1,]'
SELECT json_parse('1 2');
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '1 2'
SELECT json_parse('{"a": NaN}');
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{"a": NaN}'
SELECT json_parse('{''a'': 1}');
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{'a': 1}'
SELECT json_format('{"a": 1}');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(8)) for function json_format. Expected: json_format(json)
SELECT json_format(JSON '{"a": 1}'), JSON 'null', JSON '[1,  2]', JSON '"x"';
--> _col0 varchar | _col1 json | _col2 json | _col3 json
--> ["{\"a\":1}", "null", "[1,2]", "\"x\""]
SELECT JSON 'x';
--> error INVALID_LITERAL: line 1:8: 'x' is not a valid JSON literal
SELECT try(json_parse('x')), json_format(NULL);
--> _col0 json | _col1 varchar
--> [null, null]

-- ## json_extract
-- The value as JSON, and SQL NULL where the path finds nothing.
SELECT json_extract('{"a": {"b": 1}}', '$.a'), json_extract('{"a": {"b": 1}}', '$.a.b'), json_extract('{"a": 1}', '$.x');
--> _col0 json | _col1 json | _col2 json
--> ["{\"b\":1}", "1", null]
SELECT json_extract('{"a": null}', '$.a'), json_extract('{"a": null}', '$.a') IS NULL, json_extract('null', '$');
--> _col0 json | _col1 boolean | _col2 json
--> ["null", false, "null"]
SELECT json_extract('[1, 2, 3]', '$[0]'), json_extract('[1, 2, 3]', '$[3]'), json_extract('[[1], [2]]', '$[1][0]');
--> _col0 json | _col1 json | _col2 json
--> ["1", null, "2"]
SELECT json_extract('{"a b": 1}', '$["a b"]'), json_extract('{"a.b": 1}', '$["a.b"]'), json_extract('{"a": {"b c": [5]}}', '$.a["b c"][0]');
--> _col0 json | _col1 json | _col2 json
--> ["1", "1", "5"]
SELECT json_extract('{"a": 2.50}', '$.a'), json_extract('{"a": 1e3}', '$.a'), json_extract('{"a": "2.50"}', '$.a'), json_extract('{"a": 1.0}', '$.a');
--> _col0 json | _col1 json | _col2 json | _col3 json
--> ["2.5", "1000.0", "\"2.50\"", "1.0"]
SELECT json_extract('not json', '$.a'), json_extract('', '$'), json_extract('{"a": ', '$.a'), json_extract(NULL, '$');
--> _col0 json | _col1 json | _col2 json | _col3 json
--> [null, null, null, null]
SELECT json_extract(json_parse('{"a": {"b": [1, {"c": 2}]}}'), '$.a.b[1].c'), json_extract(JSON '{"a": 1}', '$');
--> _col0 json | _col1 json
--> ["2", "{\"a\":1}"]
SELECT json_extract('{"store": {"book": [{"price": 8.95}, {"price": 12.99}]}}', '$.store.book[*].price');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.store.book[*].price'
SELECT json_extract('{"a": [1, {"b": 2}]}', '$.a.*'), json_extract('{"a": 1, "b": 2}', '$.*');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.*'
SELECT json_extract('{"a": 1}', '$..a'), json_extract('{"x": {"a": 1}, "y": [{"a": 2}]}', '$..a');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$..a'
SELECT json_extract('{"a": 1}', 'a');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: 'a'
SELECT json_extract('{"a": 1}', '$.');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.'
SELECT json_extract('{"a": 1}', '');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: ''
SELECT json_extract('{"a": 1}', '$[');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$['
SELECT json_extract('[1, 2, 3]', '$[-1]');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$[-1]'
SELECT json_extract('{"a": 1, "A": 2}', '$.A'), json_extract('{"é": 1}', '$.é'), json_extract('{"0": "x"}', '$.0'), json_extract('{"0": "x"}', '$["0"]');
--> _col0 json | _col1 json | _col2 json | _col3 json
--> ["2", "1", "\"x\"", "\"x\""]
SELECT json_extract('{"a-b": 1}', '$.a-b'), json_extract('{"a_b": 1}', '$.a_b'), json_extract('{"a:b": 1}', '$.a:b');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.a-b'
SELECT json_extract('{"$a": 1}', '$.$a');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.$a'
SELECT json_extract('{"a": {"z": 1, "b": 2}}', '$.a'), json_extract('{"a": [1,   2]}', '$.a'), json_extract('{"a": {"b" : "x"} }', '$');
--> _col0 json | _col1 json | _col2 json
--> ["{\"z\":1,\"b\":2}", "[1,2]", "{\"a\":{\"b\":\"x\"}}"]
SELECT json_extract(1, '$');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer, varchar(1)) for function json_extract. Expected: json_extract(json, jsonpath), json_extract(varchar(x), jsonpath)
-- Documents are read from the front, as far as needed: the first of several members counts, and what follows doesn't matter.
SELECT json_extract('{"a":1,"a":2}', '$.a'), json_extract_scalar('{"a":1,"a":2}', '$.a'), json_extract('{"b":{"a":1,"a":2}}', '$.b');
--> _col0 json | _col1 varchar(13) | _col2 json
--> ["1", "1", "{\"a\":1,\"a\":2}"]
SELECT json_extract('{"a":1}x', '$.a'), json_extract('{"a":1} {"a":2}', '$.a'), json_extract('{"a":1', '$'), json_extract('{"a":[1,2}', '$.a[0]'), json_extract('{"b":x,"a":1}', '$.a');
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json
--> ["1", "1", null, "1", null]
SELECT json_extract('{"a":1}x', '$'), json_extract('1 2', '$'), json_extract_scalar('1 2', '$'), json_extract_scalar('"a', '$');
--> _col0 json | _col1 json | _col2 varchar(3) | _col3 varchar(2)
--> ["{\"a\":1}", "1", "1", null]

-- ## json_extract_scalar
-- Scalars as varchar; arrays, objects and null give SQL NULL.
SELECT json_extract_scalar('{"a": "x"}', '$.a'), json_extract_scalar('{"a": 1}', '$.a'), json_extract_scalar('{"a": true}', '$.a'), json_extract_scalar('{"a": null}', '$.a');
--> _col0 varchar(10) | _col1 varchar(8) | _col2 varchar(11) | _col3 varchar(11)
--> ["x", "1", "true", null]
SELECT json_extract_scalar('{"a": [1]}', '$.a'), json_extract_scalar('{"a": {}}', '$.a'), json_extract_scalar('{"a": 1}', '$.b');
--> _col0 varchar(10) | _col1 varchar(9) | _col2 varchar(8)
--> [null, null, null]
SELECT json_extract_scalar('{"a": 2.50}', '$.a'), json_extract_scalar('{"a": 1e3}', '$.a'), json_extract_scalar('{"a": 1E400}', '$.a'), json_extract_scalar('{"a": 0.10}', '$.a'), json_extract_scalar('{"a": -0}', '$.a');
--> _col0 varchar(11) | _col1 varchar(10) | _col2 varchar(12) | _col3 varchar(11) | _col4 varchar(9)
--> ["2.50", "1e3", "1E400", "0.10", "-0"]
SELECT json_extract_scalar('[1, 2, 3]', '$[2]'), json_extract_scalar('"x"', '$'), json_extract_scalar('1', '$'), json_extract_scalar('{"a": ""}', '$.a');
--> _col0 varchar(9) | _col1 varchar(3) | _col2 varchar(1) | _col3 varchar(9)
--> ["3", "x", "1", ""]
SELECT json_extract_scalar('{"a": "\u00e9\n"}', '$.a'), json_extract_scalar('{"a": "1"}', '$.a'), json_extract_scalar('{"a": 12345678901234567890}', '$.a');
--> _col0 varchar(17) | _col1 varchar(10) | _col2 varchar(27)
--> ["é\n", "1", "12345678901234567890"]
SELECT json_extract_scalar(json_parse('{"user_meta": {"cellindex": ["5", "6"]}}'), '$.user_meta.cellindex[0]');
--> _col0 varchar
--> ["5"]
SELECT json_extract_scalar('{"a": [{"b": 1}, {"b": 2}]}', '$.a[*].b');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.a[*].b'
SELECT json_extract_scalar('{"a": 1, "b": 1}', '$.*');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.*'
SELECT json_extract_scalar('nope', '$.a'), json_extract_scalar('{"a": 1}', NULL), json_extract_scalar(CAST(NULL AS varchar), '$.a');
--> _col0 varchar(4) | _col1 varchar(8) | _col2 varchar
--> [null, null, null]
SELECT json_extract_scalar(NULL, '$.a');
--> error AMBIGUOUS_FUNCTION_CALL: line 1:8: Could not choose a best candidate operator. Explicit type casts must be added. Candidates are: * (varchar(0),jsonpath):varchar(0) * (json,jsonpath):varchar

-- ## json_array_contains
SELECT json_array_contains('[1, 2, 3]', 2), json_array_contains('[1, 2]', 5), json_array_contains('["a", "b"]', 'a'), json_array_contains('[true]', true), json_array_contains('[1.5]', 1.5E0);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [true, false, true, true, true]
SELECT json_array_contains('["1"]', 1), json_array_contains('[1]', '1'), json_array_contains('[[1]]', 1), json_array_contains('[null]', 1), json_array_contains('{}', 1);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [false, false, false, false, null]
SELECT json_array_contains('nope', 1), json_array_contains(NULL, 1), json_array_contains('[1]', NULL), json_array_contains('[1.0]', 1), json_array_contains('[1]', 1.0E0);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [null, null, null, false, false]
SELECT json_array_contains(json_parse('["5", "6"]'), '5'), json_array_contains(json_extract('{"a": ["5"]}', '$.a'), '5');
--> _col0 boolean | _col1 boolean
--> [true, true]
SELECT json_array_contains('[1,2', 3);
--> _col0 boolean
--> [null]
SELECT json_array_contains('[1,2]x', 3), json_array_contains('[1,2]x', 1);
--> _col0 boolean | _col1 boolean
--> [false, true]

-- ## json_array_get
SELECT json_array_get('["a", [3, 9], "c"]', 0), json_array_get('["a", [3, 9], "c"]', 1), json_array_get('["c", "b"]', -1), json_array_get('[1]', 5), json_array_get('[1]', -2);
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json
--> ["a", "[3,9]", "b", null, null]
SELECT json_array_get('[null]', 0), json_array_get('[]', 0), json_array_get('{}', 0), json_array_get('nope', 0), json_array_get('[2.50]', 0), json_array_get('[{"a": 1}]', 0), json_array_get(NULL, 0);
--> _col0 json | _col1 json | _col2 json | _col3 json | _col4 json | _col5 json | _col6 json
--> [null, null, null, null, "2.50", "{\"a\":1}", null]
SELECT json_array_get('["a"]', 0) = json_parse('"a"'), json_array_get(JSON '[true]', 0);
--> _col0 boolean | _col1 json
--> [false, "true"]
SELECT json_array_get('[1,2]x', 1);
--> _col0 json
--> ["2"]

-- ## json_array_length and json_size
SELECT json_array_length('[1, 2, 3]'), json_array_length('[]'), json_array_length('{}'), json_array_length('nope'), json_array_length(NULL), json_array_length(json_parse('[[1, 2]]'));
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [3, 0, null, null, null, 1]
SELECT json_size('{"x": {"a": 1, "b": 2}}', '$.x'), json_size('{"x": [1, 2, 3]}', '$.x'), json_size('{"x": 1}', '$.x'), json_size('{"x": 1}', '$.y'), json_size('[]', '$'), json_size('nope', '$');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [2, 3, 0, null, 0, null]
SELECT json_extract_scalar('{"a":"x', '$.a'), json_extract_scalar('{"a":1,', '$.a'), json_size('{"a":[1,2]', '$.a'), json_array_length('[1,2'), json_array_length('[1,2]x');
--> _col0 varchar(7) | _col1 varchar(7) | _col2 bigint | _col3 bigint | _col4 bigint
--> [null, "1", 2, null, 2]
SELECT json_size('[1,2', '$'), json_size('[1,2]x', '$');
--> _col0 bigint | _col1 bigint
--> [null, 2]

-- ## is_json_scalar
SELECT is_json_scalar('1'), is_json_scalar('"x"'), is_json_scalar('null'), is_json_scalar('[1]'), is_json_scalar('{}'), is_json_scalar('true'), is_json_scalar(NULL);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean
--> [true, true, true, false, false, true, null]
SELECT is_json_scalar('[1, 2');
--> error INVALID_FUNCTION_ARGUMENT: Invalid JSON value: [1, 2

-- ## Comparison
-- JSON values are equal if their canonical texts are; they have no order.
SELECT json_parse('{"a":1,"b":2}') = json_parse('{"b":2,"a":1}'), json_parse('[1,2]') = json_parse('[1, 2]'), json_parse('1') = json_parse('1.0'), json_parse('null') = json_parse('null');
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, true, false, true]
SELECT json_parse('1') < json_parse('2');
--> error TYPE_MISMATCH: line 1:24: Cannot apply operator: json < json
SELECT json_parse('1') = 1;
--> error TYPE_MISMATCH: line 1:24: Cannot apply operator: json = integer
SELECT json_parse('"a"') = 'a';
--> error TYPE_MISMATCH: line 1:26: Cannot apply operator: json = varchar(1)
SELECT count(DISTINCT j) FROM (VALUES json_parse('{"a": 1}'), json_parse('{"a":1}'), json_parse('null')) t(j);
--> _col0 bigint
--> [2]
SELECT j, count(*) FROM (VALUES json_parse('[1]'), json_parse('[1]'), NULL) t(j) GROUP BY j;
--> j json | _col1 bigint
--> ["[1]", 2]
--> [null, 1]
SELECT json_parse('1') ORDER BY 1;
--> error TYPE_MISMATCH: line 1:1: Type json is not orderable, and therefore cannot be used in ORDER BY: :input(0)
SELECT max(json_parse('1'));
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (json) for function max. Expected: max(e, bigint) E:orderable, max(t) T:orderable
SELECT typeof(json_parse('1')), typeof(json_extract('1', '$')), typeof(json_format(json_parse('1'))), typeof(json_extract_scalar('1', '$')), typeof(JSON '1');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["json", "json", "varchar", "varchar(1)", "json"]
SELECT length(json_parse('[1]'));
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (json) for function length. Expected: length(char(x)), length(varbinary), length(varchar(x))
SELECT json_parse('[1]') || 'a';
--> error FUNCTION_NOT_FOUND: line 1:26: Unexpected parameters (json, varchar(1)) for function concat. Expected: concat(E, array(E)) E, concat(array(E)) E, concat(array(E), E) E, concat(char(x), char(y)), concat(varbinary), concat(varchar)
