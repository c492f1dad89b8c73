-- # Arrays
--
-- https://trino.io/docs/435/functions/array.html

-- ## Subscripts and element_at
-- Positions begin with 1. A subscript outside the array is an error, `element_at` gives NULL.
SELECT ARRAY[5, 6][1], ARRAY['a'][1], ARRAY[NULL][1], ARRAY[ARRAY[1, 2]][1][2];
--> _col0 integer | _col1 varchar(1) | _col2 unknown | _col3 integer
--> [5, "a", null, 2]
SELECT ARRAY[5, 6][3];
--> error INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 3 > 2
SELECT ARRAY[5, 6][0];
--> error INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1
SELECT ARRAY[5, 6][-1];
--> error INVALID_FUNCTION_ARGUMENT: Array subscript is negative: -1
SELECT ARRAY[5, 6]['a'];
--> error TYPE_MISMATCH: line 1:8: Cannot use varchar(1) for subscript of array(integer)
SELECT ARRAY[5, 6][NULL];
--> _col0 integer
--> [null]
SELECT CAST(NULL AS array(integer))[1];
--> _col0 integer
--> [null]
SELECT element_at(ARRAY[5, 6], 2), element_at(ARRAY[5, 6], 3), element_at(ARRAY[5, 6], -1), element_at(ARRAY[5, 6], -3), element_at(ARRAY[], 1);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 unknown
--> [6, null, 6, null, null]
SELECT element_at(ARRAY[5, 6], 0);
--> error INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1
SELECT element_at(ARRAY[5, 6], NULL);
--> _col0 integer
--> [null]

-- ## Concatenation
SELECT ARRAY[1] || NULL;
--> error AMBIGUOUS_FUNCTION_CALL: line 1:17: Could not choose a best candidate operator. Explicit type casts must be added. Candidates are: * (array(integer),integer):array(integer) * (array(integer),array(array(integer))):array(array(integer)) * (array(integer),array(integer)):array(integer)
SELECT ARRAY[1] || ARRAY[2], ARRAY[1] || 2, 0 || ARRAY[1], concat(ARRAY[1], ARRAY[2, 3], ARRAY[NULL]), ARRAY[ARRAY[1]] || ARRAY[ARRAY[2]], ARRAY['a'] || 'b';
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer) | _col3 array(integer) | _col4 array(array(integer)) | _col5 array(varchar(1))
--> [[1, 2], [1, 2], [0, 1], [1, 2, 3, null], [[1], [2]], ["a", "b"]]
SELECT ARRAY[1] || 'a';
--> error FUNCTION_NOT_FOUND: line 1:17: Unexpected parameters (array(integer), varchar(1)) for function concat. Expected: concat(E, array(E)) E, concat(array(E)) E, concat(array(E), E) E, concat(char(x), char(y)), concat(varbinary), concat(varchar)
SELECT ARRAY[1] || CAST(NULL AS array(integer)), ARRAY[1] || ARRAY[2.5E0];
--> _col0 array(integer) | _col1 array(double)
--> [null, [1.0, 2.5]]

-- ## all_match, any_match, none_match
-- NULL from the function makes the result NULL unless another element decides it.
SELECT all_match(ARRAY[1, 2], x -> x > 0), all_match(ARRAY[1, NULL], x -> x > 0), all_match(ARRAY[-1, NULL], x -> x > 0), all_match(ARRAY[], x -> true), all_match(NULL, x -> true);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [true, null, false, true, null]
SELECT any_match(ARRAY[1, 2], x -> x > 1), any_match(ARRAY[1, NULL], x -> x > 1), any_match(ARRAY[2, NULL], x -> x > 1), any_match(ARRAY[], x -> true), any_match(ARRAY[NULL], x -> x IS NULL);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [true, null, true, false, true]
SELECT none_match(ARRAY[1, 2], x -> x > 2), none_match(ARRAY[1, NULL], x -> x > 1), none_match(ARRAY[2, NULL], x -> x > 1), none_match(ARRAY[], x -> true);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, null, false, true]

-- ## array_distinct, array_except, array_intersect, array_union
SELECT array_distinct(ARRAY[1, 2, 1, NULL, NULL, 3]), array_distinct(ARRAY[]), array_distinct(ARRAY['b', 'a', 'b']), array_distinct(NULL);
--> _col0 array(integer) | _col1 array(unknown) | _col2 array(varchar(1)) | _col3 array(unknown)
--> [[1, 2, null, 3], [], ["b", "a"], null]
SELECT array_except(ARRAY[1, 2, 2, NULL], ARRAY[2]), array_except(ARRAY[1, 1], ARRAY[]), array_except(ARRAY[NULL, 1], ARRAY[NULL]);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer)
--> [[1, null], [1, 1], [1]]
SELECT array_sort(array_intersect(ARRAY[1, 2, 2, 3], ARRAY[3, 2, 4])), array_intersect(ARRAY[NULL, 1], ARRAY[NULL]), array_intersect(ARRAY['a'], ARRAY['b']);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(varchar(1))
--> [[2, 3], [null], []]
SELECT array_union(ARRAY[1, 2, 2], ARRAY[3, 2, NULL]), array_union(ARRAY[], ARRAY[1]), array_union(ARRAY[NULL], ARRAY[NULL]);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(unknown)
--> [[1, 2, 3, null], [1], [null]]

-- ## array_join
-- NULL is skipped, or replaced by the third argument.
SELECT array_join(ARRAY['a', NULL, 'b'], ','), array_join(ARRAY['a', NULL, 'b'], ',', 'x'), array_join(ARRAY[1, 2], '-'), array_join(ARRAY[true, false], ' '), array_join(ARRAY[1.5E0, 1E10], ';'), array_join(ARRAY[], ',');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["a,b", "a,x,b", "1-2", "true false", "1.5E0;1.0E10", ""]
SELECT array_join(ARRAY[DATE '2020-01-02'], ','), array_join(ARRAY[DECIMAL '1.50'], ','), array_join(ARRAY['a'], NULL), array_join(NULL, ',');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["2020-01-02", "1.50", null, null]
SELECT array_join(ARRAY[ARRAY[1]], ',');
--> error OPERATOR_NOT_FOUND: line 1:8: Cannot cast array(integer) to varchar

-- ## array_max, array_min
-- NULL if an element is NULL, or the array is empty.
SELECT array_max(ARRAY[1, 3, 2]), array_min(ARRAY[1, 3, 2]), array_max(ARRAY[1, NULL]), array_min(ARRAY[1, NULL]), array_max(ARRAY[]), array_max(ARRAY['b', 'a']), array_max(ARRAY[nan(), 1E0]), array_min(ARRAY[nan(), 1E0]);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 unknown | _col5 varchar(1) | _col6 double | _col7 double
--> [3, 1, null, null, null, "b", 1.0, 1.0]
SELECT array_max(ARRAY[DATE '2020-01-01', DATE '2021-01-01']), array_min(ARRAY[ROW(2, 'a'), ROW(1, 'b')]), array_max(NULL);
--> _col0 date | _col1 row(integer, varchar(1)) | _col2 unknown
--> ["2021-01-01", [1, "b"], null]

-- ## array_position, array_remove, array_sort, arrays_overlap
SELECT array_position(ARRAY[1, 2, 2], 2), array_position(ARRAY[1], 5), array_position(ARRAY['a', NULL], 'a'), array_position(ARRAY[NULL, 1], NULL), array_position(ARRAY[], 1);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint
--> [2, 0, 1, null, 0]
SELECT array_remove(ARRAY[1, 2, 2, 3], 2), array_remove(ARRAY[1, NULL, 2], 2), array_remove(ARRAY[1], NULL), array_remove(ARRAY[], 1);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer) | _col3 array(integer)
--> [[1, 3], [1, null], null, []]
SELECT array_sort(ARRAY[3, 1, NULL, 2]), array_sort(ARRAY['b', 'B', 'a', '']), array_sort(ARRAY[]), array_sort(ARRAY[nan(), 1E0, infinity()]), array_sort(ARRAY[ARRAY[2], ARRAY[1, 5]]), array_sort(ARRAY[ROW(2, 'a'), ROW(1, 'b')]);
--> _col0 array(integer) | _col1 array(varchar(1)) | _col2 array(unknown) | _col3 array(double) | _col4 array(array(integer)) | _col5 array(row(integer, varchar(1)))
--> [[1, 2, 3, null], ["", "B", "a", "b"], [], [1.0, "Infinity", "NaN"], [[1, 5], [2]], [[1, "b"], [2, "a"]]]
SELECT array_sort(ARRAY[3, 2, 5, 1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))), array_sort(ARRAY['bc', 'ab', 'dc'], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)));
--> _col0 array(integer) | _col1 array(varchar(2))
--> [[5, 3, 2, 2, 1], ["dc", "bc", "ab"]]
SELECT array_sort(ARRAY[3, 2, null, 5, null, 1, 2], (x, y) -> CASE WHEN x IS NULL THEN -1 WHEN y IS NULL THEN 1 WHEN x < y THEN 1 WHEN x = y THEN 0 ELSE -1 END);
--> _col0 array(integer)
--> [[null, null, 5, 3, 2, 2, 1]]
SELECT array_sort(ARRAY['a', 'abcd', 'abc'], (x, y) -> IF(length(x) < length(y), -1, IF(length(x) = length(y), 0, 1)));
--> _col0 array(varchar(4))
--> [["a", "abc", "abcd"]]
SELECT array_sort(ARRAY[MAP(ARRAY[1], ARRAY[2])]);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (array(map(integer,integer))) for function array_sort. Expected: array_sort(array(e)) E:orderable, array_sort(array(t), function(t,t,integer)) T
SELECT arrays_overlap(ARRAY[1, 2], ARRAY[2, 3]), arrays_overlap(ARRAY[1], ARRAY[2]), arrays_overlap(ARRAY[1, NULL], ARRAY[2]), arrays_overlap(ARRAY[1, NULL], ARRAY[1]), arrays_overlap(ARRAY[], ARRAY[1]), arrays_overlap(ARRAY[NULL], ARRAY[NULL]);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean
--> [true, false, null, true, false, null]

-- ## array_histogram, cardinality, combinations, contains, contains_sequence
SELECT array_histogram(ARRAY[42, 7, 42, NULL]), array_histogram(ARRAY[]), cardinality(ARRAY[1, NULL]), cardinality(ARRAY[]), cardinality(NULL), cardinality(MAP(ARRAY['a'], ARRAY[1]));
--> _col0 map(integer, bigint) | _col1 map(unknown, bigint) | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [{"7": 1, "42": 2}, {}, 2, 0, null, 1]
SELECT combinations(ARRAY['foo', 'bar', 'baz'], 2), combinations(ARRAY[1, 2, 2], 2), combinations(ARRAY[1], 2);
--> _col0 array(array(varchar(3))) | _col1 array(array(integer)) | _col2 array(array(integer))
--> [[["foo", "bar"], ["foo", "baz"], ["bar", "baz"]], [[1, 2], [1, 2], [2, 2]], []]
SELECT combinations(ARRAY[1, 2], 6);
--> error INVALID_FUNCTION_ARGUMENT: combination size must not exceed 5: 6
SELECT contains(ARRAY[1, 2], 2), contains(ARRAY[1, 2], 5), contains(ARRAY[1, NULL], 5), contains(ARRAY[1, NULL], 1), contains(ARRAY[], 1), contains(ARRAY[1], NULL), contains(ARRAY['a'], 'A'), contains(NULL, 1);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean | _col7 boolean
--> [true, false, null, true, false, null, false, null]
SELECT contains(ARRAY[1], 'a');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (array(integer), varchar(1)) for function contains. Expected: contains(array(t), t) T:comparable, contains(varchar, ipaddress)
SELECT contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[2, 3]), contains_sequence(ARRAY[1, 2], ARRAY[2, 1]), contains_sequence(ARRAY[1], ARRAY[]);
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, false, true]

-- ## filter, transform, reduce, zip, zip_with
SELECT filter(ARRAY[1, 2, 3], x -> x % 2 = 1), filter(ARRAY[1, NULL], x -> x IS NOT NULL), filter(ARRAY[], x -> true), filter(ARRAY[1, NULL], x -> x > 0), filter(ARRAY['a', 'bb'], s -> length(s) > 1);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(unknown) | _col3 array(integer) | _col4 array(varchar(2))
--> [[1, 3], [1], [], [1], ["bb"]]
SELECT transform(ARRAY[1, 2], x -> x + 1), transform(ARRAY['x', 'abc'], s -> s || '0'), transform(ARRAY[1, NULL], x -> coalesce(x, 0)), transform(ARRAY[ARRAY[1, NULL, 2]], a -> filter(a, x -> x IS NOT NULL)), transform(ARRAY[], x -> 1), transform(ARRAY[1, 2], x -> CAST(x AS varchar));
--> _col0 array(integer) | _col1 array(varchar) | _col2 array(integer) | _col3 array(array(integer)) | _col4 array(integer) | _col5 array(varchar)
--> [[2, 3], ["x0", "abc0"], [1, 0], [[1, 2]], [], ["1", "2"]]
SELECT reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + coalesce(x, 0), s -> s), reduce(ARRAY[], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[1, NULL], 0, (s, x) -> s + x, s -> s);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer
--> [75, 75, 0, null]
SELECT reduce(ARRAY[2147483647, 1], BIGINT '0', (s, x) -> s + x, s -> s), reduce(ARRAY[5, 6, 10, 20], CAST(ROW(0.0E0, 0) AS row(sum double, count integer)), (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS row(sum double, count integer)), s -> IF(s.count = 0, NULL, s.sum / s.count));
--> _col0 bigint | _col1 double
--> [2147483648, 10.25]
SELECT reduce(ARRAY['a', 'b'], '', (s, x) -> s || x, s -> upper(s));
--> _col0 varchar
--> ["AB"]
SELECT zip(ARRAY[1, 2], ARRAY['a', 'b']), zip(ARRAY[1], ARRAY['a', 'b']), zip(ARRAY[1, 2], ARRAY[3, 4], ARRAY[5, 6]);
--> _col0 array(row(integer, varchar(1))) | _col1 array(row(integer, varchar(1))) | _col2 array(row(integer, integer, integer))
--> [[[1, "a"], [2, "b"]], [[1, "a"], [null, "b"]], [[1, 3, 5], [2, 4, 6]]]
SELECT zip_with(ARRAY[1, 3, 5], ARRAY['a', 'b', 'c'], (x, y) -> (y, x)), zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y), zip_with(ARRAY['a'], ARRAY['d', 'e'], (x, y) -> concat(x, y)), zip_with(ARRAY[1], ARRAY[NULL, 2], (x, y) -> coalesce(x, y));
--> _col0 array(row(varchar(1), integer)) | _col1 array(integer) | _col2 array(varchar) | _col3 array(integer)
--> [[["a", 1], ["b", 3], ["c", 5]], [4, 6], ["ad", null], [1, 2]]
SELECT x, transform(ARRAY[1, 2], y -> x * y) FROM (VALUES 10, 20) t(x) ORDER BY x;
--> x integer | _col1 array(integer)
--> [10, [10, 20]]
--> [20, [20, 40]]

-- ## flatten, ngrams, repeat, reverse, sequence, shuffle, slice, trim_array
SELECT flatten(ARRAY[ARRAY[1, 2], ARRAY[], ARRAY[NULL]]), flatten(ARRAY[ARRAY[1], NULL]), flatten(ARRAY[]);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(unknown)
--> [[1, 2, null], [1], []]
SELECT ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 2), ngrams(ARRAY['foo', 'bar'], 3), ngrams(ARRAY[1, 2, 3, 4], 2);
--> _col0 array(array(varchar(3))) | _col1 array(array(varchar(3))) | _col2 array(array(integer))
--> [[["foo", "bar"], ["bar", "baz"], ["baz", "foo"]], [["foo", "bar"]], [[1, 2], [2, 3], [3, 4]]]
SELECT ngrams(ARRAY[1], 0);
--> error INVALID_FUNCTION_ARGUMENT: N must be positive
SELECT repeat('a', 3), repeat(1, 0), repeat(NULL, 2), repeat(ARRAY[1], 2), repeat('a', NULL);
--> _col0 array(varchar(1)) | _col1 array(integer) | _col2 array(unknown) | _col3 array(array(integer)) | _col4 array(varchar(1))
--> [["a", "a", "a"], [], [null, null], [[1], [1]], null]
SELECT repeat('a', -1);
--> error INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be greater than or equal to 0
SELECT reverse(ARRAY[1, 2, NULL]), reverse(ARRAY[]), reverse(ARRAY['ab', 'c']);
--> _col0 array(integer) | _col1 array(unknown) | _col2 array(varchar(2))
--> [[null, 2, 1], [], ["c", "ab"]]
SELECT sequence(1, 5), sequence(5, 1), sequence(1, 10, 3), sequence(10, 1, -4), sequence(0, 0), sequence(-2, 2, 2), typeof(sequence(1, 2));
--> _col0 array(bigint) | _col1 array(bigint) | _col2 array(bigint) | _col3 array(bigint) | _col4 array(bigint) | _col5 array(bigint) | _col6 varchar
--> [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1, 4, 7, 10], [10, 6, 2], [0], [-2, 0, 2], "array(bigint)"]
SELECT sequence(1, 5, 0);
--> error INVALID_FUNCTION_ARGUMENT: step must not be zero
SELECT sequence(1, 5, -1);
--> error INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start
SELECT sequence(1, 20000);
--> error INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries
SELECT cardinality(sequence(1, 10000));
--> _col0 bigint
--> [10000]
SELECT slice(ARRAY[1, 2, 3, 4], 2, 2), slice(ARRAY[1, 2, 3], -2, 2), slice(ARRAY[1, 2], 5, 1), slice(ARRAY[1, 2], 1, 0), slice(ARRAY[1, 2], 2, 10), slice(ARRAY[], 1, 1);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer) | _col3 array(integer) | _col4 array(integer) | _col5 array(unknown)
--> [[2, 3], [2, 3], [], [], [2], []]
SELECT slice(ARRAY[1, 2], 0, 1);
--> error INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1
SELECT slice(ARRAY[1, 2], 1, -1);
--> error INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0
SELECT slice(ARRAY[1, 2], -5, 2);
--> _col0 array(integer)
--> [[]]
SELECT trim_array(ARRAY[1, 2, 3, 4], 1), trim_array(ARRAY[1, 2], 2), trim_array(ARRAY[1], 0);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer)
--> [[1, 2, 3], [], [1]]
SELECT trim_array(ARRAY[1], 2);
--> error INVALID_FUNCTION_ARGUMENT: size must not exceed array cardinality 1: 2
SELECT array_sort(shuffle(ARRAY[3, 1, 2])), cardinality(shuffle(ARRAY[1, 2]));
--> _col0 array(integer) | _col1 bigint
--> [[1, 2, 3], 2]

-- ## Functions of other databases
SELECT array_length(ARRAY[1]);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'array_length' not registered
SELECT array_append(ARRAY[1], 2);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'array_append' not registered
SELECT array_contains(ARRAY[1], 1);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'array_contains' not registered
SELECT list_value(1, 2);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'list_value' not registered
SELECT size(ARRAY[1]);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'size' not registered
SELECT array_sum(ARRAY[1, 2]);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'array_sum' not registered
SELECT ARRAY[1, 2][1:2];
--> error SYNTAX_ERROR: line 1:21: mismatched input ':'. Expecting: '%', '*', '+', '-', '.', '/', 'AT', '[', ']', '||'
SELECT len('abc');
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'len' not registered
SELECT array_agg(x)[1] FROM (VALUES 1) t(x);
--> _col0 integer
--> [1]

-- ## Equality and order
SELECT ARRAY[1, 2] = ARRAY[1, 2], ARRAY[1, 2] = ARRAY[2, 1], ARRAY[1, NULL] = ARRAY[1, NULL], ARRAY[1, NULL] = ARRAY[2, NULL], ARRAY[] = ARRAY[], ARRAY[1] <> ARRAY[1, 2], ARRAY[1] IN (ARRAY[1], ARRAY[2]);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean
--> [true, false, null, false, true, true, true]
SELECT a FROM (VALUES ARRAY[2], ARRAY[1, 9], ARRAY[1], ARRAY[]) t(a) ORDER BY a;
--> a array(integer)
--> [[]]
--> [[1]]
--> [[1, 9]]
--> [[2]]
SELECT DISTINCT a FROM (VALUES ARRAY[1, 2], ARRAY[1, 2], ARRAY[2, 1]) t(a);
--> a array(integer)
--> [[1, 2]]
--> [[2, 1]]
SELECT a, count(*) FROM (VALUES ARRAY[1], ARRAY[1], ARRAY[NULL], ARRAY[NULL]) t(a) GROUP BY a;
--> a array(integer) | _col1 bigint
--> [[1], 2]
--> [[null], 2]
-- NaN equals nothing, not even itself; DISTINCT, INTERSECT and EXCEPT take it for one value.
SELECT array_remove(ARRAY[nan(), 1e0], nan()), array_distinct(ARRAY[nan(), nan()]), array_intersect(ARRAY[nan()], ARRAY[nan()]), array_except(ARRAY[nan()], ARRAY[nan()]), array_union(ARRAY[nan()], ARRAY[nan()]), arrays_overlap(ARRAY[nan()], ARRAY[nan()]);
--> _col0 array(double) | _col1 array(double) | _col2 array(double) | _col3 array(double) | _col4 array(double) | _col5 boolean
--> [["NaN", 1.0], ["NaN"], ["NaN"], [], ["NaN"], true]
SELECT contains(ARRAY[nan(), NULL], nan()), contains(ARRAY[1e0], nan()), contains(ARRAY[nan(), 1e0], 1e0), array_position(ARRAY[nan(), 1e0], 1e0);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 bigint
--> [null, false, true, 2]
SELECT contains(ARRAY[ARRAY[nan()]], ARRAY[nan()]), contains(ARRAY[ROW(nan())], ROW(nan())), contains(ARRAY[REAL 'NaN'], REAL 'NaN');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [false, false, false]
