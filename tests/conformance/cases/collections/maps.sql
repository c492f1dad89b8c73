-- # Maps
--
-- https://trino.io/docs/435/functions/map.html

-- ## Creating maps
SELECT MAP(ARRAY['a', 'b'], ARRAY[1, NULL]), MAP(), MAP(ARRAY[1], ARRAY[ARRAY[2]]), MAP(ARRAY[], ARRAY[]), cardinality(MAP());
--> _col0 map(varchar(1), integer) | _col1 map(unknown, unknown) | _col2 map(integer, array(integer)) | _col3 map(unknown, unknown) | _col4 bigint
--> [{"a": 1, "b": null}, {}, {"1": [2]}, {}, 0]
SELECT MAP(ARRAY['a', 'a'], ARRAY[1, 2]);
--> error INVALID_FUNCTION_ARGUMENT: Duplicate map keys (a) are not allowed
SELECT MAP(ARRAY[NULL], ARRAY[1]);
--> error INVALID_FUNCTION_ARGUMENT: map key cannot be null
SELECT MAP(ARRAY['a'], ARRAY[1, 2]);
--> error INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length
SELECT MAP(NULL, ARRAY[1]);
--> _col0 map(unknown, integer)
--> [null]
SELECT map_from_entries(ARRAY[(1, 'x'), (2, 'y')]), map_from_entries(ARRAY[ROW('a', NULL)]), map_from_entries(ARRAY[]);
--> _col0 map(integer, varchar(1)) | _col1 map(varchar(1), unknown) | _col2 map(unknown, unknown)
--> [{"1": "x", "2": "y"}, {"a": null}, {}]
SELECT map_from_entries(ARRAY[(1, 'x'), (1, 'y')]);
--> error INVALID_FUNCTION_ARGUMENT: Duplicate map keys (1) are not allowed
SELECT multimap_from_entries(ARRAY[(1, 'x'), (2, 'y'), (1, 'z')]);
--> _col0 map(integer, array(varchar(1)))
--> [{"1": ["x", "z"], "2": ["y"]}]
SELECT MAP {'a': 1};
--> error SYNTAX_ERROR: line 1:12: mismatched input '{'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>
SELECT MAP(ARRAY[ROW(1, 2)], ARRAY['x'])[ROW(1, 2)], MAP(ARRAY[DATE '2020-01-01'], ARRAY[1])[DATE '2020-01-01'];
--> _col0 varchar(1) | _col1 integer
--> ["x", 1]

-- ## Subscripts and element_at
-- A key that does not exist is an error in a subscript, and NULL in `element_at`.
SELECT MAP(ARRAY['a'], ARRAY[1])['a'], element_at(MAP(ARRAY['a'], ARRAY[1]), 'b'), element_at(MAP(ARRAY['a'], ARRAY[1]), 'a'), element_at(MAP(ARRAY['a'], ARRAY[NULL]), 'a'), element_at(MAP(ARRAY[1], ARRAY['x']), NULL);
--> _col0 integer | _col1 integer | _col2 integer | _col3 unknown | _col4 varchar(1)
--> [1, null, 1, null, null]
SELECT MAP(ARRAY['a'], ARRAY[1])['b'];
--> error INVALID_FUNCTION_ARGUMENT: Key not present in map: b
SELECT MAP(ARRAY['a'], ARRAY[1])[1];
--> error TYPE_MISMATCH: line 1:8: Cannot use integer for subscript of map(varchar(1), integer)
SELECT MAP(ARRAY[1], ARRAY['x'])[2];
--> error INVALID_FUNCTION_ARGUMENT: Key not present in map: 2
SELECT MAP(ARRAY[1, 2], ARRAY['x', 'y'])[CAST(2 AS bigint)], MAP(ARRAY['A'], ARRAY[1])['A'];
--> _col0 varchar(1) | _col1 integer
--> ["y", 1]

-- ## map_concat, map_entries, map_keys, map_values
SELECT map_concat(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), MAP(ARRAY['b', 'c'], ARRAY[3, 4])), map_concat(MAP(), MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2])), map_concat(MAP(ARRAY['a'], ARRAY[1]), NULL);
--> _col0 map(varchar(1), integer) | _col1 map(varchar(1), integer) | _col2 map(varchar(1), integer)
--> [{"a": 1, "b": 3, "c": 4}, {"a": 2}, null]
SELECT map_entries(MAP(ARRAY[1, 2], ARRAY['x', 'y'])), map_keys(MAP(ARRAY['a', 'b'], ARRAY[1, 2])), map_values(MAP(ARRAY['a', 'b'], ARRAY[1, NULL])), map_keys(MAP()), map_entries(MAP());
--> _col0 array(row(integer, varchar(1))) | _col1 array(varchar(1)) | _col2 array(integer) | _col3 array(unknown) | _col4 array(row(unknown, unknown))
--> [[[1, "x"], [2, "y"]], ["a", "b"], [1, null], [], []]
SELECT typeof(map_entries(MAP(ARRAY[1], ARRAY['x']))), typeof(map_keys(MAP(ARRAY[1], ARRAY['x']))), map_keys(NULL);
--> _col0 varchar | _col1 varchar | _col2 array(unknown)
--> ["array(row(integer, varchar(1)))", "array(integer)", null]

-- ## map_filter, map_zip_with, transform_keys, transform_values
SELECT map_filter(MAP(ARRAY[10, 20, 30], ARRAY['a', NULL, 'c']), (k, v) -> v IS NOT NULL), map_filter(MAP(ARRAY['k1', 'k2'], ARRAY[20, 3]), (k, v) -> v > 10), map_filter(MAP(), (k, v) -> true);
--> _col0 map(integer, varchar(1)) | _col1 map(varchar(2), integer) | _col2 map(unknown, unknown)
--> [{"10": "a", "30": "c"}, {"k1": 20}, {}]
SELECT map_zip_with(MAP(ARRAY[1, 2], ARRAY['a', 'b']), MAP(ARRAY[1, 2], ARRAY['d', 'e']), (k, v1, v2) -> concat(v1, v2)), map_zip_with(MAP(ARRAY['k1'], ARRAY[1]), MAP(ARRAY['k2'], ARRAY[4]), (k, v1, v2) -> (v1, v2));
--> _col0 map(integer, varchar) | _col1 map(varchar(2), row(integer, integer))
--> [{"1": "ad", "2": "be"}, {"k1": [1, null], "k2": [null, 4]}]
SELECT transform_keys(MAP(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> k * k), transform_keys(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> k || CAST(v AS varchar)), transform_keys(MAP(), (k, v) -> k);
--> _col0 map(integer, varchar(1)) | _col1 map(varchar, integer) | _col2 map(unknown, unknown)
--> [{"1": "a", "4": "b"}, {"a1": 1, "b2": 2}, {}]
SELECT transform_keys(MAP(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> 1);
--> error INVALID_FUNCTION_ARGUMENT: Duplicate map keys (1) are not allowed
SELECT transform_keys(MAP(ARRAY[1], ARRAY['a']), (k, v) -> NULL);
--> error INVALID_FUNCTION_ARGUMENT: map key cannot be null
SELECT transform_values(MAP(ARRAY[1, 2], ARRAY[10, 20]), (k, v) -> k + v), transform_values(MAP(ARRAY['a'], ARRAY[NULL]), (k, v) -> coalesce(v, 0)), transform_values(MAP(ARRAY[1], ARRAY['x']), (k, v) -> v || v), transform_values(MAP(), (k, v) -> 1);
--> _col0 map(integer, integer) | _col1 map(varchar(1), integer) | _col2 map(integer, varchar) | _col3 map(unknown, integer)
--> [{"1": 11, "2": 22}, {"a": 0}, {"1": "xx"}, {}]

-- ## Equality
SELECT MAP(ARRAY[1, 2], ARRAY['a', 'b']) = MAP(ARRAY[2, 1], ARRAY['b', 'a']), MAP(ARRAY[1], ARRAY[NULL]) = MAP(ARRAY[1], ARRAY[NULL]), MAP(ARRAY[1], ARRAY[2]) <> MAP(ARRAY[1], ARRAY[3]), MAP() = MAP();
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, null, true, true]
SELECT m, count(*) FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[1])) t(m) GROUP BY m;
--> m map(varchar(1), integer) | _col1 bigint
--> [{"a": 1}, 2]
SELECT m FROM (VALUES MAP(ARRAY['a'], ARRAY[1])) t(m) ORDER BY m;
--> error TYPE_MISMATCH: line 1:1: Type map(varchar(1), integer) is not orderable, and therefore cannot be used in ORDER BY: m
SELECT map_agg(k, v)['b'] FROM (VALUES ('a', 1), ('b', 2)) t(k, v);
--> _col0 integer
--> [2]
SELECT contains(map_keys(MAP(ARRAY['a'], ARRAY[1])), 'a'), map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> k = 'b')['b'];
--> _col0 boolean | _col1 integer
--> [true, 2]
