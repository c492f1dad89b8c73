-- # Several functions at once
-- Statements of many functions each, written without looking at the engine, to find what other cases miss.

-- ## Casts, numbers and comparison
SELECT try_cast('12.7' AS integer), try_cast('abc' AS double), try_cast('' AS bigint), try_cast('2020-02-30' AS date);
--> _col0 integer | _col1 double | _col2 bigint | _col3 date
--> [null, null, null, null]
SELECT CAST('0000000000000000000000000012' AS integer), CAST('-0' AS bigint), CAST('+7' AS tinyint), CAST('٣' AS integer);
--> _col0 integer | _col1 bigint | _col2 tinyint | _col3 integer
--> [12, 0, 7, 3]
SELECT CAST('9223372036854775808' AS bigint);
--> error INVALID_CAST_ARGUMENT: Cannot cast '9223372036854775808' to BIGINT
SELECT CAST(' 12' AS bigint);
--> error INVALID_CAST_ARGUMENT: Cannot cast ' 12' to BIGINT
SELECT CAST(DATE '2020-01-31' AS varchar), CAST(TIMESTAMP '2020-01-31 10:11:12.345' AS date), CAST(TIMESTAMP '2020-01-31 23:59:59.999' AS time);
--> _col0 varchar | _col1 date | _col2 time(3)
--> ["2020-01-31", "2020-01-31", "23:59:59.999"]
SELECT CAST(1.5E0 AS decimal(2,0)), CAST(2.5E0 AS decimal(2,0)), CAST(-2.5E0 AS integer), CAST(0.5E0 AS bigint);
--> _col0 decimal(2, 0) | _col1 decimal(2, 0) | _col2 integer | _col3 bigint
--> ["2", "3", -3, 1]
SELECT CAST(DECIMAL '12345.678' AS decimal(6,1)), CAST(DECIMAL '999.99' AS decimal(4,1)), CAST(DECIMAL '0.05' AS decimal(2,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast DECIMAL(5, 2) '999.99' to DECIMAL(4, 1)
SELECT CAST(true AS double), CAST('T' AS boolean), CAST(0 AS boolean), CAST(2 AS boolean), CAST('no' AS boolean);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'no' to BOOLEAN
SELECT DECIMAL '1.10' + DECIMAL '2.205', DECIMAL '1.10' * DECIMAL '2.205', DECIMAL '10' / DECIMAL '3', DECIMAL '10.00' % DECIMAL '3';
--> _col0 decimal(5, 3) | _col1 decimal(7, 5) | _col2 decimal(2, 0) | _col3 decimal(3, 2)
--> ["3.305", "2.42550", "3", "1.00"]
SELECT 5 / 2, -5 / 2, 5 % -3, -5 % 3, mod(-5, 3), 5.0E0 / 2, 7 / 2E0;
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer | _col5 double | _col6 double
--> [2, -2, 2, -2, -2, 2.5, 3.5]
SELECT 1 BETWEEN NULL AND 2, NULL BETWEEN 1 AND 2, 5 BETWEEN NULL AND 2, NOT 1 BETWEEN 2 AND 3;
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [null, null, false, true]
SELECT 'a' < 'B', 'a' = 'a ', CAST('a' AS char(3)) = 'a', 'abc' LIKE 'a_c', 'a%c' LIKE 'a\%c' ESCAPE '\', NULL LIKE 'a';
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean
--> [false, false, true, true, true, null]
SELECT greatest('a', 'b', NULL), least(1, 2.5E0), greatest(DATE '2020-01-01', DATE '2021-01-01');
--> _col0 varchar(1) | _col1 double | _col2 date
--> [null, 1.0, "2021-01-01"]
SELECT coalesce(NULL, 1, 2E0), nullif(1, 1E0), nullif('a', 'b'), if(NULL, 1, 2), if(false, 1);
--> _col0 double | _col1 integer | _col2 varchar(1) | _col3 integer | _col4 integer
--> [1.0, null, "a", 2, null]
SELECT typeof(coalesce(NULL, 1, DECIMAL '2.5')), typeof(1 + DECIMAL '1.5'), typeof('a' || 'bc'), typeof(CAST('a' AS char(2)) || 'b');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["decimal(11,1)", "decimal(12,1)", "varchar", "char(3)"]

-- ## Text
SELECT substr('hello', -3), substr('hello', 2, 100), substr('hello', 0), substr('hello', 10), substring('hello', 2, 2), substr('hello', -10, 3);
--> _col0 varchar(5) | _col1 varchar(5) | _col2 varchar(5) | _col3 varchar(5) | _col4 varchar(5) | _col5 varchar(5)
--> ["llo", "ello", "", "", "el", ""]
SELECT split('a,b,,c', ','), split('a,b,c', ',', 2), split_part('a,b,c', ',', 2), split_part('a,b', ',', 5), split('', ',');
--> _col0 array(varchar(6)) | _col1 array(varchar(5)) | _col2 varchar(5) | _col3 varchar(3) | _col4 array(varchar(0))
--> [["a", "b", "", "c"], ["a", "b,c"], "b", null, [""]]
SELECT strpos('high', 'h'), strpos('high', 'h', 2), strpos('high', 'h', -1), strpos('', ''), position('g' IN 'high');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint
--> [1, 4, 4, 1, 3]
SELECT lpad('abc', 5, 'xy'), rpad('abc', 2, 'x'), lpad('', 3, 'ab'), trim('  a '), ltrim('xxa', 'x'), rtrim('axx', 'x'), trim(BOTH 'x' FROM 'xax');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar(4) | _col4 varchar(3) | _col5 varchar(3) | _col6 varchar(3)
--> ["xyabc", "ab", "aba", "a", "a", "a", "a"]
SELECT lpad('abc', 5, '');
--> error INVALID_FUNCTION_ARGUMENT: Padding string must not be empty
SELECT upper('straße'), lower('ÀÉ'), length('😀a'), reverse('a😀b'), codepoint('😀'), chr(128512), normalize('é', NFD) = 'é';
--> _col0 varchar(6) | _col1 varchar(2) | _col2 bigint | _col3 varchar(3) | _col4 integer | _col5 varchar(1) | _col6 boolean
--> ["STRAßE", "àé", 2, "b😀a", 128512, "😀", false]
SELECT replace('aaa', 'a'), replace('abc', '', '-'), translate('abcd', 'abc', 'x'), concat_ws(',', 'a', NULL, 'b'), concat('a', 'b', 'c');
--> _col0 varchar(3) | _col1 varchar(7) | _col2 varchar | _col3 varchar | _col4 varchar
--> ["", "-a-b-c-", "xd", "a,b", "abc"]
SELECT split_to_map('a=1,b=2', ',', '='), split_to_multimap('a=1,a=2', ',', '=');
--> _col0 map(varchar, varchar) | _col1 map(varchar, array(varchar))
--> [{"a": "1", "b": "2"}, {"a": ["1", "2"]}]
SELECT levenshtein_distance('kitten', 'sitting'), hamming_distance('abc', 'abd'), soundex('Robert'), starts_with('abc', 'ab');
--> _col0 bigint | _col1 bigint | _col2 varchar(4) | _col3 boolean
--> [3, 1, "R163", true]

-- ## Regular expressions
SELECT regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2), regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 1), regexp_like('abc', '^b'), regexp_count('1a 2b', '\d');
--> _col0 varchar(9) | _col1 array(varchar(9)) | _col2 boolean | _col3 bigint
--> ["a", ["1", "2", "14"], false, 2]
SELECT regexp_replace('1a 2b', '(\d)([a-z])', '$2$1'), regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2])), regexp_split('1a 2b', '\s+'), regexp_position('abc', 'c');
--> _col0 varchar(65) | _col1 varchar | _col2 array(varchar(5)) | _col3 integer
--> ["a1 b2", "New York", ["1a", "2b"], 3]
SELECT regexp_replace('abc', '(', 'x');
--> error INVALID_FUNCTION_ARGUMENT: end pattern with unmatched parenthesis
SELECT regexp_extract('abc', '(?<x>b)', 1), regexp_like('ABC', '(?i)abc'), regexp_replace('a.b', '\.', '\$'), regexp_extract('foobar', 'foo(?=bar)');
--> _col0 varchar(3) | _col1 boolean | _col2 varchar(15) | _col3 varchar(6)
--> ["b", true, "a$b", "foo"]

-- ## Dates and times
SELECT date_trunc('week', DATE '2020-01-01'), date_trunc('quarter', TIMESTAMP '2020-05-05 10:11:12'), date_trunc('hour', TIMESTAMP '2020-05-05 10:11:12.123');
--> _col0 date | _col1 timestamp(0) | _col2 timestamp(3)
--> ["2019-12-30", "2020-04-01 00:00:00", "2020-05-05 10:00:00.000"]
SELECT date_add('month', 1, DATE '2020-01-31'), date_add('day', -1, TIMESTAMP '2020-03-01 00:00:00'), date_diff('month', DATE '2020-01-31', DATE '2020-02-29'), date_diff('hour', TIMESTAMP '2020-01-01 00:30:00', TIMESTAMP '2020-01-01 02:29:59');
--> _col0 date | _col1 timestamp(0) | _col2 bigint | _col3 bigint
--> ["2020-02-29", "2020-02-29 00:00:00", 1, 1]
SELECT DATE '2020-01-31' + INTERVAL '1' MONTH, DATE '2020-02-29' - INTERVAL '1' YEAR, TIMESTAMP '2020-01-01 00:00:00' + INTERVAL '1 12:30' DAY TO MINUTE, INTERVAL '3' DAY - INTERVAL '5' HOUR;
--> _col0 date | _col1 date | _col2 timestamp(3) | _col3 INTERVAL DAY TO SECOND
--> ["2020-02-29", "2019-02-28", "2020-01-02 12:30:00.000", "2 19:00:00.000"]
SELECT year(DATE '2020-12-31'), week(DATE '2021-01-01'), year_of_week(DATE '2021-01-01'), day_of_week(DATE '2021-01-03'), day_of_year(DATE '2020-12-31'), quarter(DATE '2020-12-31'), last_day_of_month(DATE '2020-02-01');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint | _col6 date
--> [2020, 53, 2020, 7, 366, 4, "2020-02-29"]
SELECT extract(DOW FROM DATE '2020-01-05'), extract(MILLISECOND FROM TIME '10:11:12.345'), extract(YEAR FROM INTERVAL '14' MONTH), minute(TIMESTAMP '2020-01-01 10:59:00');
--> error SYNTAX_ERROR: line 1:45: Invalid EXTRACT field: MILLISECOND
SELECT format_datetime(TIMESTAMP '2020-01-05 13:04:05', 'yyyy-MM-dd hh:mm:ss a EEE'), date_format(TIMESTAMP '2020-01-05 13:04:05', '%Y/%c/%e %h:%i %p %W %j'), date_parse('05/01/2020 1:04 PM', '%d/%m/%Y %l:%i %p');
--> _col0 varchar | _col1 varchar | _col2 timestamp(3)
--> ["2020-01-05 01:04:05 PM Sun", "2020/1/5 01:04 PM Sunday 005", "2020-01-05 13:04:00.000"]
SELECT parse_datetime('2020-01-05 10:11', 'yyyy-MM-dd HH:mm'), from_iso8601_date('2020-W01-3'), from_iso8601_timestamp('2020-01-05T10:11:12+02:00'), to_iso8601(DATE '2020-01-05');
--> _col0 timestamp(3) with time zone | _col1 date | _col2 timestamp(3) with time zone | _col3 varchar(16)
--> ["2020-01-05 10:11:00.000 UTC", "2020-01-01", "2020-01-05 10:11:12.000 +02:00", "2020-01-05"]
SELECT from_unixtime(1577836800.5E0), to_unixtime(TIMESTAMP '2020-01-01 00:00:00.250'), from_unixtime(0, 'Europe/Berlin'), TIMESTAMP '2020-07-01 12:00:00' AT TIME ZONE 'America/New_York';
--> _col0 timestamp(3) with time zone | _col1 double | _col2 timestamp(3) with time zone | _col3 timestamp(0) with time zone
--> ["2020-01-01 00:00:00.500 UTC", 1577836800.25, "1970-01-01 01:00:00.000 Europe/Berlin", "2020-07-01 08:00:00 America/New_York"]
SELECT TIMESTAMP '2020-07-01 12:00:00 Europe/Berlin' = TIMESTAMP '2020-07-01 10:00:00 UTC', CAST(TIMESTAMP '2020-07-01 12:00:00 Europe/Berlin' AS timestamp), CAST(TIMESTAMP '2020-07-01 23:30:00 America/Lima' AS date);
--> _col0 boolean | _col1 timestamp(3) | _col2 date
--> [true, "2020-07-01 12:00:00.000", "2020-07-01"]
SELECT TIMESTAMP '2020-03-29 02:30:00 Europe/Berlin', date_add('hour', 1, TIMESTAMP '2020-03-29 01:30:00 Europe/Berlin'), timezone_hour(TIMESTAMP '2020-07-01 12:00:00 Asia/Kolkata'), timezone_minute(TIMESTAMP '2020-07-01 12:00:00 Asia/Kolkata');
--> error INVALID_LITERAL: line 1:8: '2020-03-29 02:30:00 Europe/Berlin' is not a valid TIMESTAMP literal
SELECT sequence(DATE '2020-01-30', DATE '2020-02-02'), sequence(5, 1, -2), sequence(TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP '2020-01-01 02:00:00', INTERVAL '1' HOUR);
--> _col0 array(date) | _col1 array(bigint) | _col2 array(timestamp(0))
--> [["2020-01-30", "2020-01-31", "2020-02-01", "2020-02-02"], [5, 3, 1], ["2020-01-01 00:00:00", "2020-01-01 01:00:00", "2020-01-01 02:00:00"]]
SELECT date_diff('week', DATE '2020-01-01', DATE '2019-12-01'), date_diff('second', TIMESTAMP '2020-01-01 00:00:00.900', TIMESTAMP '2020-01-01 00:00:01.100'), DATE '2020-01-02' - DATE '2020-01-01';
--> _col0 bigint | _col1 bigint | _col2 INTERVAL DAY TO SECOND
--> [-4, 0, "1 00:00:00.000"]

-- ## JSON
SELECT json_extract('{"a": {"b": [1, 2.50, "x"]}}', '$.a.b[1]'), json_extract_scalar('{"a": true}', '$.a'), json_extract('{"a b": 1}', '$["a b"]'), json_extract('[1,2]', '$[5]'), json_extract('{"a": null}', '$.a');
--> _col0 json | _col1 varchar(11) | _col2 json | _col3 json | _col4 json
--> ["2.5", "true", "1", null, "null"]
SELECT json_format(JSON '{"b": 1, "a": [1, 2]}'), json_parse('[1, 1.0, 1e2]'), json_array_length('[1, null]'), json_array_contains('[1, "a"]', 'a'), json_size('{"a": {"b": 1, "c": 2}}', '$.a');
--> _col0 varchar | _col1 json | _col2 bigint | _col3 boolean | _col4 bigint
--> ["{\"a\":[1,2],\"b\":1}", "[1,1.0,100.0]", 2, true, 2]
SELECT CAST(JSON '{"a": [1, null]}' AS map(varchar, array(integer))), CAST(JSON '[1, "x"]' AS row(a bigint, b varchar)), CAST(MAP(ARRAY['k'], ARRAY[ARRAY[1.5E0]]) AS json), CAST(ROW(1, 'a') AS json);
--> _col0 map(varchar, array(integer)) | _col1 row(a bigint, b varchar) | _col2 json | _col3 json
--> [{"a": [1, null]}, [1, "x"], "{\"k\":[1.5]}", "{\"\":1,\"\":\"a\"}"]
SELECT CAST(JSON '"12"' AS integer), CAST(JSON '12.7' AS integer), CAST(JSON 'null' AS varchar), CAST(JSON 'true' AS varchar), CAST(JSON '1e2' AS double);
--> _col0 integer | _col1 integer | _col2 varchar | _col3 varchar | _col4 double
--> [12, 13, null, "true", 100.0]
SELECT CAST(JSON '"x"' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT
SELECT json_parse('{"a": 1');
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{"a": 1'
SELECT json_value('{"a": [1, 2]}', 'lax $.a[last]' RETURNING integer), json_query('{"a": [{"b": 1}, {"b": 2}]}', 'lax $.a.b' WITH WRAPPER), json_exists('{"a": 1}', 'strict $.b' FALSE ON ERROR), json_value('{"a": "x"}', 'lax $.b' DEFAULT 'none' ON EMPTY);
--> _col0 integer | _col1 varchar | _col2 boolean | _col3 varchar
--> [2, "[1,2]", false, "none"]
SELECT json_object('a' : 1, 'b' : NULL ABSENT ON NULL), json_array(1, NULL, 'x' NULL ON NULL), json_object(KEY 'k' VALUE ARRAY[1]);
--> error NOT_SUPPORTED: line 1:96: Unsupported type of value passed to JSON_OBJECT function: array(integer)
SELECT json_query('{"a": [1, 2, 3, 4]}', 'lax $.a[*]?(@ > 2)' WITH ARRAY WRAPPER), json_value('{"n": -5}', 'lax $.n.abs()'), json_value('[1,2,3]', 'lax $.size()'), json_query('{"a": 1, "b": 2}', 'lax $.*' WITH ARRAY WRAPPER);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["[3,4]", "5", "3", "[1,2]"]

-- ## Arrays and maps
SELECT array_sort(ARRAY[3, NULL, 1]), array_distinct(ARRAY[1, 1, NULL, NULL]), array_union(ARRAY[1, 2], ARRAY[2, 3]), array_except(ARRAY[1, 2], ARRAY[2]), array_intersect(ARRAY[1, 2, 2], ARRAY[2]);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer) | _col3 array(integer) | _col4 array(integer)
--> [[1, 3, null], [1, null], [1, 2, 3], [1], [2]]
SELECT array_sort(ARRAY['b', 'a', 'c'], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))), array_position(ARRAY[1, 2, 2], 2), array_remove(ARRAY[1, NULL, 2], 1), arrays_overlap(ARRAY[1, NULL], ARRAY[2]), contains(ARRAY[1, NULL], 2);
--> _col0 array(varchar(1)) | _col1 bigint | _col2 array(integer) | _col3 boolean | _col4 boolean
--> [["c", "b", "a"], 2, [null, 2], null, null]
SELECT element_at(ARRAY[1, 2], -1), element_at(ARRAY[1], 5), ARRAY[1, 2][2], slice(ARRAY[1, 2, 3, 4], -3, 2), trim_array(ARRAY[1, 2, 3], 1), cardinality(ARRAY[]);
--> _col0 integer | _col1 integer | _col2 integer | _col3 array(integer) | _col4 array(integer) | _col5 bigint
--> [2, null, 2, [2, 3], [1, 2], 0]
SELECT ARRAY[1, 2][3];
--> error INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 3 > 2
SELECT ARRAY[1, 2][0];
--> error INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1
SELECT reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s * 10), transform(ARRAY[1, NULL], x -> coalesce(x, 0) + 1), filter(ARRAY[1, 2, 3], x -> x % 2 = 1), zip(ARRAY[1, 2], ARRAY['a']), zip_with(ARRAY[1, 2], ARRAY[3, 4], (a, b) -> a * b);
--> _col0 integer | _col1 array(integer) | _col2 array(integer) | _col3 array(row(integer, varchar(1))) | _col4 array(integer)
--> [60, [2, 1], [1, 3], [[1, "a"], [2, null]], [3, 8]]
SELECT flatten(ARRAY[ARRAY[1], NULL, ARRAY[2, 3]]), array_join(ARRAY[1, NULL, 3], '-', '?'), combinations(ARRAY[1, 2, 3], 2), ngrams(ARRAY['a', 'b', 'c'], 2), shuffle(ARRAY[1]), array_frequency(ARRAY['a', 'a', 'b']);
--> error FUNCTION_NOT_FOUND: line 1:179: Function 'array_frequency' not registered
SELECT MAP(ARRAY['a', 'b'], ARRAY[1, NULL])['b'], element_at(MAP(ARRAY['a'], ARRAY[1]), 'z'), map_keys(MAP(ARRAY['a'], ARRAY[1])), map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2])), map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1);
--> _col0 integer | _col1 integer | _col2 array(varchar(1)) | _col3 map(varchar(1), integer) | _col4 map(varchar(1), integer)
--> [null, null, ["a"], {"a": 2}, {"b": 2}]
SELECT map_entries(MAP(ARRAY[1], ARRAY['x'])), map_from_entries(ARRAY[(1, 'x'), (2, 'y')]), multimap_from_entries(ARRAY[(1, 'x'), (1, 'y')]), map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2]), (k, a, b) -> coalesce(a, b)), transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k || '!');
--> _col0 array(row(integer, varchar(1))) | _col1 map(integer, varchar(1)) | _col2 map(integer, array(varchar(1))) | _col3 map(varchar(1), integer) | _col4 map(varchar, integer)
--> [[[1, "x"]], {"1": "x", "2": "y"}, {"1": ["x", "y"]}, {"a": 1, "b": 2}, {"a!": 1}]
SELECT any_match(ARRAY[1, NULL], x -> x > 5), all_match(ARRAY[], x -> x = 1), none_match(ARRAY[1, 2], x -> x = 3), array_max(ARRAY[1, NULL]), array_min(ARRAY['b', 'a']), array_max(ARRAY[]);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 integer | _col4 varchar(1) | _col5 unknown
--> [null, true, true, null, "a", null]
SELECT t.a, t.b, n FROM UNNEST(ARRAY['x', 'y'], ARRAY[1]) WITH ORDINALITY AS t(a, b, n);
--> a varchar(1) | b integer | n bigint
--> ["x", 1, 1]
--> ["y", null, 2]
SELECT k, v FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v) ORDER BY k DESC;
--> k varchar(1) | v integer
--> ["b", 2]
--> ["a", 1]

-- ## Mathematics and binary values
SELECT round(2.5E0), round(-2.5E0), round(DECIMAL '2.345', 2), round(1234, -2), truncate(-1.7E0), ceil(-0.5E0), floor(DECIMAL '-1.5'), sign(-3E0);
--> _col0 double | _col1 double | _col2 decimal(5, 3) | _col3 integer | _col4 double | _col5 double | _col6 decimal(2, 0) | _col7 double
--> [3.0, -3.0, "2.350", 1200, -1.0, -0.0, "-2", -1.0]
SELECT power(2, 10), sqrt(2E0), cbrt(27E0), exp(1E0), ln(10E0), log10(1000E0), log2(8E0), log(2, 8), e(), pi();
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double | _col6 double | _col7 double | _col8 double | _col9 double
--> [1024.0, 1.4142135623730951, 3.0, 2.718281828459045, 2.302585092994046, 3.0, 3.0, 3.0, 2.718281828459045, 3.141592653589793]
SELECT bitwise_and(12, 10), bitwise_xor(12, 10), bitwise_not(0), bit_count(255, 64), bitwise_left_shift(1, 4), bitwise_right_shift_arithmetic(-8, 1), to_base(255, 16), from_base('ff', 16);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 integer | _col5 integer | _col6 varchar(64) | _col7 bigint
--> [8, 6, -1, 8, 16, -4, "ff", 255]
SELECT infinity(), -infinity(), nan() = nan(), is_nan(0E0 / 0), 1E0 / 0, is_finite(1E308 * 10), width_bucket(5E0, 0, 10, 4);
--> _col0 double | _col1 double | _col2 boolean | _col3 boolean | _col4 double | _col5 boolean | _col6 bigint
--> ["Infinity", "-Infinity", false, true, "Infinity", false, 3]
SELECT abs(-2147483648), CAST(-2147483648 AS integer);
--> error NUMERIC_VALUE_OUT_OF_RANGE: Value -2147483648 is out of range for abs(integer)
SELECT md5(to_utf8('a')), to_hex(sha256(to_utf8('a'))), to_base64(X'00ff'), from_utf8(X'c3a9'), crc32(to_utf8('a')), from_hex('0AfF'), length(X'000102'), X'01' < X'02';
--> _col0 varbinary | _col1 varchar | _col2 varchar | _col3 varchar | _col4 bigint | _col5 varbinary | _col6 bigint | _col7 boolean
--> ["DMF1ucDxtqgxw5niaXcmYQ==", "CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB", "AP8=", "é", 3904355907, "Cv8=", 3, true]
SELECT url_extract_host('https://a.b:80/c?d=e#f'), url_extract_parameter('http://x/?a=1&b=2', 'b'), url_encode('a b/ü'), url_decode('a%20b+c'), url_extract_port('https://a.b:80/'), url_extract_path('http://x/a/b?c');
--> _col0 varchar(22) | _col1 varchar(17) | _col2 varchar(60) | _col3 varchar(7) | _col4 bigint | _col5 varchar(14)
--> ["a.b", "2", "a+b%2F%C3%BC", "a b c", 80, "/a/b"]

-- ## Aggregates and windows
SELECT count(*), count(x), sum(x), avg(x), min(x), max(x), stddev(x), var_pop(x) FROM (VALUES 1, 2, NULL, 4) t(x);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 double | _col4 integer | _col5 integer | _col6 double | _col7 double
--> [4, 3, 7, 2.3333333333333335, 1, 4, 1.5275252316519465, 1.5555555555555554]
SELECT sum(x), avg(x), typeof(sum(x)), typeof(avg(x)) FROM (VALUES DECIMAL '1.25', DECIMAL '2.50') t(x);
--> _col0 decimal(38, 2) | _col1 decimal(3, 2) | _col2 varchar | _col3 varchar
--> ["3.75", "1.88", "decimal(38,2)", "decimal(3,2)"]
SELECT array_agg(x ORDER BY x DESC), array_sort(array_agg(DISTINCT x)), count(DISTINCT x), bool_and(x > 0), every(x > 1), arbitrary(1) FROM (VALUES 1, 2, 2) t(x);
--> _col0 array(integer) | _col1 array(integer) | _col2 bigint | _col3 boolean | _col4 boolean | _col5 integer
--> [[2, 2, 1], [1, 2], 2, true, false, 1]
SELECT max_by(a, b), min_by(a, b), max_by(a, b, 2), max(b, 2), min(b, 2) FROM (VALUES ('x', 1), ('y', 3), ('z', 2)) t(a, b);
--> _col0 varchar(1) | _col1 varchar(1) | _col2 array(varchar(1)) | _col3 array(integer) | _col4 array(integer)
--> ["y", "x", ["y", "z"], [3, 2], [1, 2]]
SELECT map_agg(k, v), histogram(k), multimap_agg(k, v), count_if(v > 1), approx_distinct(v), geometric_mean(v) FROM (VALUES ('a', 1), ('b', 2), ('a', 3)) t(k, v);
--> _col0 map(varchar(1), integer) | _col1 map(varchar(1), bigint) | _col2 map(varchar(1), array(integer)) | _col3 bigint | _col4 bigint | _col5 double
--> [{"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": [1, 3], "b": [2]}, 2, 3, 1.8171205928321397]
SELECT corr(a, b), covar_samp(a, b), regr_slope(a, b), skewness(a), kurtosis(a), bitwise_or_agg(CAST(a AS bigint)), entropy(a) FROM (VALUES (1E0, 2E0), (2E0, 4E0), (4E0, 7E0), (8E0, 9E0)) t(a, b);
--> error FUNCTION_NOT_FOUND: line 1:117: Function 'entropy' not registered
SELECT a, b, grouping(a, b), count(*) FROM (VALUES (1, 'x'), (1, 'y'), (2, 'x')) t(a, b) GROUP BY ROLLUP (a, b) ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3;
--> a integer | b varchar(1) | _col2 integer | _col3 bigint
--> [1, "x", 0, 1]
--> [1, "y", 0, 1]
--> [1, null, 1, 2]
--> [2, "x", 0, 1]
--> [2, null, 1, 1]
--> [null, null, 3, 3]
SELECT a, count(*) FILTER (WHERE b > 1), sum(DISTINCT b) FROM (VALUES (1, 1), (1, 2), (1, 2), (2, 1)) t(a, b) GROUP BY a HAVING count(*) > 1;
--> a integer | _col1 bigint | _col2 bigint
--> [1, 2, 3]
SELECT reduce_agg(x, 0, (a, b) -> a + b, (a, b) -> a + b), listagg(CAST(x AS varchar), '|') WITHIN GROUP (ORDER BY x DESC) FROM (VALUES 1, 2, 3) t(x);
--> _col0 integer | _col1 varchar
--> [6, "3|2|1"]
SELECT x, row_number() OVER (ORDER BY x DESC), rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x, 2;
--> x integer | _col1 bigint | _col2 bigint | _col3 bigint | _col4 double | _col5 bigint
--> [1, 4, 1, 1, 0.0, 1]
--> [2, 2, 2, 2, 0.3333333333333333, 1]
--> [2, 3, 2, 2, 0.3333333333333333, 2]
--> [3, 1, 4, 3, 1.0, 2]
SELECT x, lag(x, 1, -1) OVER (ORDER BY x), lead(x) OVER (ORDER BY x), first_value(x) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), nth_value(x, 2) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY x;
--> x integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer | _col5 integer
--> [1, -1, 2, 1, 3, null]
--> [2, 1, 3, 1, 3, 2]
--> [3, 2, null, 1, 3, 2]
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), avg(x) OVER (PARTITION BY x % 2), count(*) OVER w FROM (VALUES 1, 2, 3, 4) t(x) WINDOW w AS (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) ORDER BY x;
--> x integer | _col1 bigint | _col2 double | _col3 bigint
--> [1, 1, 2.0, 2]
--> [2, 3, 3.0, 3]
--> [3, 5, 2.0, 3]
--> [4, 7, 3.0, 2]
SELECT x, lag(x) IGNORE NULLS OVER (ORDER BY n), cume_dist() OVER (ORDER BY n) FROM (VALUES (1, 'a'), (2, NULL), (3, 'c')) t(n, x) ORDER BY n;
--> x varchar(1) | _col1 varchar(1) | _col2 double
--> ["a", null, 0.3333333333333333]
--> [null, "a", 0.6666666666666666]
--> ["c", "a", 1.0]

-- ## Queries
SELECT * FROM (SELECT 1 a, 2 b) x JOIN (SELECT 1 a, 3 c) y USING (a);
--> a integer | b integer | c integer
--> [1, 2, 3]
SELECT * FROM (VALUES 1, 2) a(x) FULL JOIN (VALUES 2, 3) b(y) ON x = y ORDER BY 1, 2;
--> x integer | y integer
--> [1, null]
--> [2, 2]
--> [null, 3]
SELECT x FROM (VALUES 1, 2, 2) t(x) INTERSECT ALL SELECT * FROM (VALUES 2, 2, 3) u(y);
--> x integer
--> [2]
--> [2]
SELECT x FROM (VALUES 1, 2, 2, NULL) t(x) EXCEPT SELECT * FROM (VALUES 2) u(y) ORDER BY x NULLS FIRST;
--> x integer
--> [null]
--> [1]
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t;
--> _col0 bigint
--> [10]
SELECT x IN (1, NULL), x NOT IN (SELECT 2), EXISTS (SELECT 1 WHERE false), (SELECT max(y) FROM (VALUES 5, 6) u(y) WHERE y > x) FROM (VALUES 1, 2) t(x) ORDER BY 1;
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 integer
--> [true, true, false, 6]
--> [null, false, false, 6]
SELECT x > ALL (SELECT 1), x = ANY (VALUES 2, 3), x <> ALL (VALUES 4) FROM (VALUES 2) t(x);
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT (SELECT 1 UNION ALL SELECT 2);
--> error SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows
SELECT x FROM (VALUES 3, 1, 2) t(x) ORDER BY x OFFSET 1 ROW FETCH FIRST 1 ROW ONLY;
--> x integer
--> [2]
SELECT x FROM (VALUES 1, 1, 2) t(x) ORDER BY x FETCH FIRST 1 ROW WITH TIES;
--> x integer
--> [1]
--> [1]
SELECT a.x, b.y FROM (VALUES 1, 2) a(x) CROSS JOIN LATERAL (SELECT a.x * 10 AS y) b ORDER BY 1;
--> x integer | y integer
--> [1, 10]
--> [2, 20]
SELECT DISTINCT ON (x) x FROM (VALUES 1) t(x);
--> error SYNTAX_ERROR: line 1:17: mismatched input 'ON'. Expecting: '*', <expression>
SELECT x, y FROM (VALUES (1, 2)) t(x, y) GROUP BY x;
--> error EXPRESSION_NOT_AGGREGATE: line 1:11: 'y' must be an aggregate expression or appear in GROUP BY clause
SELECT CASE x WHEN 1 THEN 'one' WHEN NULL THEN 'null' ELSE 'other' END, CASE WHEN x IS NULL THEN 0 END FROM (VALUES 1, NULL) t(x);
--> _col0 varchar(5) | _col1 integer
--> ["one", null]
--> ["other", 0]
SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL, ROW(1, NULL) = ROW(1, 2), ROW(1, 2) < ROW(1, 3), (1, 2) IN ((1, 2), (3, 4));
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [true, true, null, true, true]
