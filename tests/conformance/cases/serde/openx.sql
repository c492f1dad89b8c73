-- # Lines through the OpenX JSON SerDe
--
-- https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html

-- ## Types of columns
-- A string column has the text of any value; arrays and objects are JSON, compact.
--| table openx_strings (n int, s string) openx 'ignore.malformed.json'='true'
--| {"n": 1, "s": "text"}
--| {"n": 2, "s": 5}
--| {"n": 3, "s": 2.50}
--| {"n": 4, "s": 1e3}
--| {"n": 5, "s": true}
--| {"n": 6, "s": null}
--| {"n": 7}
--| {"n": 8, "s": {"b": 1, "a": [1, 2.50, "x", null]}}
--| {"n": 9, "s": [1, "two", {"three": 3}]}
--| {"n": 10, "s": ""}
--| {"n": 11, "s": "é \u00e9 \ud83d\ude00 \" \\ \/ \n"}
--| {"n": 12, "s": 12345678901234567890}
--| {"n": 13, "s": -0.0}
--| {"n": 14, "s": 1E400}
--| {"n": 15, "s": "null"}
--| {"n": 16, "s": {}}
--| {"n": 17, "s": []}
--| {"n": 18, "s": {"a": "\u00e9\n", "b": "/"}}
--| {"n": 19, "s": 100000000000000000000.5}
--| {"n": 20, "s": 1.0}
SELECT n, s FROM openx_strings ORDER BY n;
--> n integer | s varchar
--> [1, "text"]
--> [2, "5"]
--> [3, "2.50"]
--> [4, "1E+3"]
--> [5, "true"]
--> [6, null]
--> [7, null]
--> [8, "{\"b\":1,\"a\":[1,2.50,\"x\",null]}"]
--> [9, "[1,\"two\",{\"three\":3}]"]
--> [10, ""]
--> [11, "é é 😀 \" \\ / \n"]
--> [12, "12345678901234567890"]
--> [13, "0.0"]
--> [14, "1E+400"]
--> [15, "null"]
--> [16, "{}"]
--> [17, "[]"]
--> [18, "{\"a\":\"é\\n\",\"b\":\"/\"}"]
--> [19, "100000000000000000000.5"]
--> [20, "1.0"]
SELECT count(*), count(s) FROM openx_strings;
--> _col0 bigint | _col1 bigint
--> [20, 18]
SELECT n FROM openx_strings WHERE s IS NULL ORDER BY n;
--> n integer
--> [6]
--> [7]
SELECT n, json_extract_scalar(s, '$.a[1]') FROM openx_strings WHERE n = 8;
--> n integer | _col1 varchar
--> [8, "2.50"]

--| table openx_integers (n int, b bigint, i int, s smallint, t tinyint) openx 'ignore.malformed.json'='true'
--| {"n": 1, "b": 9223372036854775807, "i": 2147483647, "s": 32767, "t": 127}
--| {"n": 2, "b": "12", "i": "-5", "s": "7", "t": "1"}
--| {"n": 3, "b": null, "i": null}
--| {"n": 4, "b": 0, "i": -2147483648, "s": -32768, "t": -128}
SELECT * FROM openx_integers ORDER BY n;
--> n integer | b bigint | i integer | s smallint | t tinyint
--> [1, 9223372036854775807, 2147483647, 32767, 127]
--> [2, 12, -5, 7, 1]
--> [3, null, null, null, null]
--> [4, 0, -2147483648, -32768, -128]
--| table openx_integer_fraction (i int) openx
--| {"i": 1.5}
SELECT * FROM openx_integer_fraction;
--> i integer
--> [1]
--| table openx_integer_text (i int) openx
--| {"i": "x"}
SELECT * FROM openx_integer_text;
--> i integer
--> [null]
--| table openx_integer_overflow (i int) openx
--| {"i": 2147483648}
SELECT * FROM openx_integer_overflow;
--> i integer
--> [null]
--| table openx_integer_boolean (i int) openx
--| {"i": true}
SELECT * FROM openx_integer_boolean;
--> i integer
--> [null]
--| table openx_integer_exponent (i int) openx
--| {"i": 1e2}
SELECT * FROM openx_integer_exponent;
--> i integer
--> [100]
--| table openx_integer_empty (i int) openx
--| {"i": ""}
SELECT * FROM openx_integer_empty;
--> i integer
--> [null]
--| table openx_integer_object (i int) openx
--| {"i": {}}
SELECT * FROM openx_integer_object;
--> error HIVE_CURSOR_ERROR: Failed to read file at s3://lines/openx_integer_object/lines
--| table openx_integer_hex (i int, b bigint) openx
--| {"i": "0x1F", "b": "0x10"}
SELECT * FROM openx_integer_hex;
--> i integer | b bigint
--> [31, 16]

--| table openx_doubles (n int, d double, f float, c decimal(10,2)) openx
--| {"n": 1, "d": 1.5, "f": 1.5, "c": 1.5}
--| {"n": 2, "d": "2.25", "f": "2.25", "c": "2.255"}
--| {"n": 3, "d": 1e3, "f": 1e3, "c": 1e3}
--| {"n": 4, "d": 7, "f": 7, "c": 7}
--| {"n": 5, "d": "NaN", "f": "Infinity", "c": null}
SELECT * FROM openx_doubles ORDER BY n;
--> n integer | d double | f real | c decimal(10, 2)
--> [1, 1.5, 1.5, "1.50"]
--> [2, 2.25, 2.25, "2.26"]
--> [3, 1000.0, 1000.0, "1000.00"]
--> [4, 7.0, 7.0, "7.00"]
--> [5, "NaN", "Infinity", null]
--| table openx_double_text (d double) openx
--| {"d": "x"}
SELECT * FROM openx_double_text;
--> d double
--> [null]
--| table openx_decimal_overflow (c decimal(3,1)) openx
--| {"c": 12345}
SELECT * FROM openx_decimal_overflow;
--> c decimal(3, 1)
--> [null]

--| table openx_booleans (n int, b boolean) openx
--| {"n": 1, "b": true}
--| {"n": 2, "b": false}
--| {"n": 3, "b": "true"}
--| {"n": 4, "b": "TRUE"}
--| {"n": 5, "b": "false"}
--| {"n": 6, "b": null}
--| {"n": 7, "b": "yes"}
--| {"n": 8, "b": ""}
SELECT * FROM openx_booleans ORDER BY n;
--> n integer | b boolean
--> [1, true]
--> [2, false]
--> [3, true]
--> [4, true]
--> [5, false]
--> [6, null]
--> [7, false]
--> [8, false]
--| table openx_boolean_number (b boolean) openx
--| {"b": 1}
SELECT * FROM openx_boolean_number;
--> b boolean
--> [false]

--| table openx_times (n int, d date, t timestamp) openx
--| {"n": 1, "d": "2020-01-02", "t": "2020-01-02 03:04:05"}
--| {"n": 2, "d": null, "t": "2020-01-02 03:04:05.678"}
--| {"n": 3, "t": "2020-01-02T03:04:05.678Z"}
--| {"n": 4, "t": "2020-01-02T03:04:05"}
--| {"n": 5, "t": 1577934245}
--| {"n": 6, "t": 1577934245678}
--| {"n": 7, "t": "2020-01-02T03:04:05+02:00"}
SELECT * FROM openx_times ORDER BY n;
--> n integer | d date | t timestamp(3)
--> [1, "2020-01-02", "2020-01-02 03:04:05.000"]
--> [2, null, "2020-01-02 03:04:05.678"]
--> [3, null, "2020-01-02 03:04:05.678"]
--> [4, null, "2020-01-02 03:04:05.000"]
--> [5, null, "2020-01-02 03:04:05.000"]
--> [6, null, "2020-01-02 03:04:05.678"]
--> [7, null, "2020-01-02 01:04:05.000"]
--| table openx_date_text (d date) openx
--| {"d": "x"}
SELECT * FROM openx_date_text;
--> d date
--> [null]
--| table openx_date_time (d date) openx
--| {"d": "2020-01-02 03:04:05"}
SELECT * FROM openx_date_time;
--> d date
--> ["2020-01-02"]
--| table openx_date_number (d date) openx
--| {"d": 18263}
SELECT * FROM openx_date_number;
--> d date
--> ["2020-01-02"]
--| table openx_timestamp_text (t timestamp) openx
--| {"t": "x"}
SELECT * FROM openx_timestamp_text;
--> t timestamp(3)
--> [null]

-- ## Arrays, maps and structs
--| table openx_nested (n int, a array<string>, i array<int>, m map<string,int>, r struct<x:int,y:string>, d array<struct<k:string,v:array<int>>>) openx 'ignore.malformed.json'='true'
--| {"n": 1, "a": ["x", 1, null, true, {"b": 1}, [2]], "i": [1, 2], "m": {"p": 1, "q": null}, "r": {"x": 1, "y": "z"}, "d": [{"k": "one", "v": [1, 2]}, {"k": "two"}]}
--| {"n": 2, "a": [], "i": [], "m": {}, "r": {}, "d": []}
--| {"n": 3, "a": null, "i": null, "m": null, "r": null, "d": null}
--| {"n": 4, "r": {"y": 5, "x": "6", "z": 7}}
--| {"n": 5, "r": {"x": null}, "d": [null]}
SELECT * FROM openx_nested ORDER BY n;
--> n integer | a array(varchar) | i array(integer) | m map(varchar, integer) | r row(x integer, y varchar) | d array(row(k varchar, v array(integer)))
--> [1, ["x", "1", null, "true", "{\"b\":1}", "[2]"], [1, 2], {"p": 1, "q": null}, [1, "z"], [["one", [1, 2]], ["two", null]]]
--> [2, [], [], {}, [null, null], []]
--> [3, null, null, null, null, null]
--> [4, null, null, null, [6, "5"], null]
--> [5, null, null, null, [null, null], [null]]
SELECT n, a[1], element_at(m, 'p'), r.x, r.y FROM openx_nested WHERE n IN (1, 4) ORDER BY n;
--> n integer | _col1 varchar | _col2 integer | x integer | y varchar
--> [1, "x", 1, 1, "z"]
--> [4, null, null, 6, "5"]
--| table openx_array_scalar (a array<string>) openx
--| {"a": "x"}
SELECT * FROM openx_array_scalar;
--> a array(varchar)
--> [["x"]]
--| table openx_array_object (a array<string>) openx
--| {"a": {"b": 1}}
SELECT * FROM openx_array_object;
--> a array(varchar)
--> [["{\"b\":1}"]]
--| table openx_struct_scalar (r struct<x:int>) openx
--| {"r": "text"}
SELECT * FROM openx_struct_scalar;
--> error HIVE_CURSOR_ERROR: Failed to read file at s3://lines/openx_struct_scalar/lines
--| table openx_struct_array (r struct<x:int,y:string>) openx
--| {"r": [1, "a"]}
SELECT * FROM openx_struct_array;
--> r row(x integer, y varchar)
--> [[1, "a"]]
--| table openx_map_scalar (m map<string,int>) openx
--| {"m": 5}
SELECT * FROM openx_map_scalar;
--> error HIVE_CURSOR_ERROR: Failed to read file at s3://lines/openx_map_scalar/lines
--| table openx_array_text (a array<int>) openx
--| {"a": "[1, 2]"}
SELECT * FROM openx_array_text;
--> a array(integer)
--> [[null]]
--| table openx_struct_empty (r struct<x:int>, a array<int>, m map<string,int>) openx
--| {"r": "", "a": "", "m": ""}
SELECT * FROM openx_struct_empty;
--> r row(x integer) | a array(integer) | m map(varchar, integer)
--> [[null], null, null]
--| table openx_map_keys (m map<int,string>) openx
--| {"m": {"1": "a", "2": "b"}}
SELECT * FROM openx_map_keys;
--> m map(integer, varchar)
--> [{"1": "a", "2": "b"}]

-- ## Malformed lines
-- With `ignore.malformed.json`, a malformed line is a row of NULLs.
--| table openx_malformed (a string, b int) openx 'ignore.malformed.json'='true'
--| {"a": "ok", "b": 1}
--| {broken
--| not json
--| 
--| []
--| [1, 2]
--| 5
--| "text"
--| null
--| {}
--| {"a": "x"
--| {"a": "x", "b": 2} trailing
--| {"a": "x", "b": 3},
--| {"a": "y" "b": 4}
--| {"a": undefined}
--|    {"a": "spaces", "b": 5}   
SELECT a, b FROM openx_malformed;
--> a varchar | b integer
--> ["ok", 1]
--> [null, null]
--> [null, null]
--> [null, null]
--> [null, null]
--> ["1", 2]
--> [null, null]
--> [null, null]
--> [null, null]
--> [null, null]
--> [null, null]
--> ["x", 2]
--> ["x", 3]
--> [null, null]
--> ["undefined", null]
--> ["spaces", 5]
SELECT count(*), count(a) FROM openx_malformed;
--> _col0 bigint | _col1 bigint
--> [16, 6]
--| table openx_strict (a string) openx
--| {"a": "ok"}
--| {broken
SELECT * FROM openx_strict;
--> error HIVE_CURSOR_ERROR: Failed to read file at s3://lines/openx_strict/lines
SELECT count(*) FROM openx_strict;
--> _col0 bigint
--> [2]
--| table openx_strict_text (a string) openx
--| not json
SELECT * FROM openx_strict_text;
--> a varchar
--> [null]
--| table openx_top_array (a string, b int) openx
--| ["x", 1]
--| ["y"]
--| ["z", 2, 3]
SELECT * FROM openx_top_array;
--> a varchar | b integer
--> ["x", 1]
--> ["y", null]
--> ["z", 2]
--| table openx_blank (a string) openx
--| {"a": "1"}
--| 
--| {"a": "2"}
SELECT * FROM openx_blank;
--> a varchar
--> ["1"]
--> [null]
--> ["2"]

-- ## A lenient parser
-- The SerDe's parser accepts more than JSON: single quotes, unquoted keys and values, comments.
--| table openx_lenient (a string, b string) openx 'ignore.malformed.json'='true'
--| {'a': 'single'}
--| {a: unquoted, b: 2}
--| {"a": "c"; "b": "d"}
--| {"a" = "eq"}
--| {"a": "x", /* comment */ "b": "y"}
--| {"a": "trailing",}
--| {"a" => "arrow"}
--| {"a": 'it"s'}
--| {"a": tru}
--| {"a": TRUE, "b": Null}
--| {"a": 0x1F, "b": 010}
--| {"a": NaN, "b": -Infinity}
--| {"a": "tab	inside"}
--| # comment
--| {"a": .5, "b": 5.}
--| {"a": +1, "b": -1}
SELECT a, b FROM openx_lenient;
--> a varchar | b varchar
--> ["single", null]
--> ["unquoted", "2"]
--> ["c", "d"]
--> ["eq", null]
--> ["x", "y"]
--> [null, null]
--> ["arrow", null]
--> ["it\"s", null]
--> ["tru", null]
--> ["true", null]
--> ["31", "8"]
--> ["NaN", "-Infinity"]
--> ["tab\tinside", null]
--> [null, null]
--> ["0.5", "5"]
--> ["1", "-1"]

-- ## Keys
-- Keys match columns in any case. Of keys that occur twice, Trino takes the last.
-- Athena: a key that occurs twice, in any case, is an error. https://repost.aws/knowledge-center/json-duplicate-key-error-athena-config
--| table openx_keys (a string, b string) openx
--| {"A": "upper", "b": "lower"}
--| {"a": "first", "a": "second"}
--| {"c": "other"}
SELECT * FROM openx_keys;
--> a varchar | b varchar
--> ["upper", "lower"]
--> ["second", null]
--> [null, null]
--> athena error HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key
-- Athena: a key that occurs twice, in any case, is an error. https://repost.aws/knowledge-center/json-duplicate-key-error-athena-config
--| table openx_keys_case (a string) openx
--| {"a": "lower", "A": "upper"}
--| {"A": "upper", "a": "lower"}
SELECT * FROM openx_keys_case;
--> a varchar
--> ["upper"]
--> ["lower"]
--> athena error HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key
--| table openx_keys_upper (a string, b string) openx
--| {"A": "upper", "b": "lower"}
--| {"c": "other"}
SELECT * FROM openx_keys_upper;
--> a varchar | b varchar
--> ["upper", "lower"]
--> [null, null]
--| table openx_mapping (ts string, other string) openx 'mapping.ts'='timestamp'
--| {"timestamp": "mapped", "ts": "plain", "other": "o"}
SELECT * FROM openx_mapping;
--> ts varchar | other varchar
--> ["mapped", "o"]
--| table openx_dots (a_b string, c string) openx 'dots.in.keys'='true'
--| {"a.b": "dotted", "c": "plain"}
SELECT * FROM openx_dots;
--> a_b varchar | c varchar
--> ["dotted", "plain"]
--| table openx_no_dots (a_b string) openx
--| {"a.b": "dotted", "a_b": "under"}
SELECT * FROM openx_no_dots;
--> a_b varchar
--> ["under"]
--| table openx_sensitive (a string, b string) openx 'case.insensitive'='false'
--| {"A": "upper", "b": "lower"}
SELECT * FROM openx_sensitive;
--> a varchar | b varchar
--> [null, "lower"]
--| table openx_unicode (a string) openx
--| {"\u0061": "escaped key"}
--| {"a": "\u0000nul"}
SELECT a, length(a) FROM openx_unicode;
--> a varchar | _col1 bigint
--> ["escaped key", 11]
--> ["\u0000nul", 4]
-- Athena: nested keys are in lower case. https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
--| table openx_nested_case (s string, r struct<inner:string>) openx
--| {"s": {"Outer": {"InnerKey": 1}}, "r": {"Inner": "x"}}
SELECT * FROM openx_nested_case;
--> s varchar | r row("inner" varchar)
--> ["{\"Outer\":{\"InnerKey\":1}}", ["x"]]
--> athena s varchar | r row(inner varchar)
--> athena ["{\"outer\":{\"innerkey\":1}}", ["x"]]
