-- # Aggregate functions
--
-- https://trino.io/docs/435/functions/aggregate.html

-- ## count, sum, avg, min, max
SELECT count(*), count(x), count(DISTINCT x), sum(x), avg(x), min(x), max(x) FROM (VALUES 1, 2, 2, NULL) t(x);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 double | _col5 integer | _col6 integer
--> [4, 3, 2, 5, 1.6666666666666667, 1, 2]
SELECT count(*), count(x), sum(x), avg(x), min(x), max(x) FROM (SELECT 1 AS x WHERE false);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 double | _col4 integer | _col5 integer
--> [0, 0, null, null, null, null]
SELECT count(*) FROM (SELECT 1 AS x WHERE false) GROUP BY x;
--> _col0 bigint
SELECT count(), count(1), count(NULL);
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [1, 1, 0]
SELECT sum(DISTINCT x), avg(DISTINCT x), count(DISTINCT y) FROM (VALUES (1, 'a'), (1, 'b'), (2, 'b')) t(x, y);
--> _col0 bigint | _col1 double | _col2 bigint
--> [3, 1.5, 2]
SELECT count(DISTINCT (x, y)), count((x, y)) FROM (VALUES (1, 'a'), (1, 'a'), (2, NULL)) t(x, y);
--> _col0 bigint | _col1 bigint
--> [2, 3]
SELECT count(DISTINCT x, y) FROM (VALUES (1, 'a')) t(x, y);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer, varchar(1)) for function count. Expected: count(), count(t) T
SELECT typeof(sum(1)), typeof(sum(1E0)), typeof(sum(REAL '1')), typeof(sum(DECIMAL '1.50')), typeof(avg(1)), typeof(avg(DECIMAL '1.50')), typeof(avg(REAL '1')), typeof(count(*)), typeof(min('a')), typeof(sum(TINYINT '1'));
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar | _col7 varchar | _col8 varchar | _col9 varchar
--> ["bigint", "double", "real", "decimal(38,2)", "double", "decimal(3,2)", "real", "bigint", "varchar(1)", "bigint"]
SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES DECIMAL '1.50', DECIMAL '2.25', NULL) t(x);
--> _col0 decimal(38, 2) | _col1 decimal(3, 2) | _col2 decimal(3, 2) | _col3 decimal(3, 2)
--> ["3.75", "1.88", "1.50", "2.25"]
SELECT avg(x) FROM (VALUES DECIMAL '1', DECIMAL '2', DECIMAL '2') t(x);
--> _col0 decimal(1, 0)
--> ["2"]
SELECT avg(x) FROM (VALUES DECIMAL '1.00', DECIMAL '2.00', DECIMAL '2.00') t(x);
--> _col0 decimal(3, 2)
--> ["1.67"]
SELECT sum(x), avg(x) FROM (VALUES REAL '1.5', REAL '2.25') t(x);
--> _col0 real | _col1 real
--> [3.75, 1.875]
SELECT sum(x), min(x), max(x) FROM (VALUES 1E0, nan(), infinity()) t(x);
--> _col0 double | _col1 double | _col2 double
--> ["NaN", 1.0, "Infinity"]
SELECT min(x), max(x) FROM (VALUES 'b', 'a', NULL, 'C') t(x);
--> _col0 varchar(1) | _col1 varchar(1)
--> ["C", "b"]
SELECT min(x), max(x) FROM (VALUES DATE '2020-01-02', DATE '2020-01-01') t(x);
--> _col0 date | _col1 date
--> ["2020-01-01", "2020-01-02"]
SELECT min(x), max(x) FROM (VALUES true, false, NULL) t(x);
--> _col0 boolean | _col1 boolean
--> [false, true]
SELECT min(x, 2), max(x, 2), max(x, 5) FROM (VALUES 3, 1, 2, NULL) t(x);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer)
--> [[1, 2], [3, 2], [3, 2, 1]]
SELECT sum(x) FROM (VALUES INTERVAL '1' DAY, INTERVAL '2' HOUR) t(x);
--> _col0 INTERVAL DAY TO SECOND
--> ["1 02:00:00.000"]
SELECT avg(x) FROM (VALUES 9223372036854775807, 9223372036854775807) t(x);
--> _col0 double
--> [9.223372036854776e+18]
SELECT sum(x) FROM (VALUES 2147483647, 2147483647) t(x);
--> _col0 bigint
--> [4294967294]
SELECT sum(x) FROM (VALUES 'a') t(x);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function sum. Expected: sum(bigint), sum(decimal(p,s)), sum(double), sum(interval day to second), sum(interval year to month), sum(real)
SELECT max(x) FROM (VALUES ARRAY[1, 2], ARRAY[3]) t(x);
--> _col0 array(integer)
--> [[3]]
SELECT max(x) FROM (VALUES MAP(ARRAY[1], ARRAY[2])) t(x);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (map(integer,integer)) for function max. Expected: max(e, bigint) E:orderable, max(t) T:orderable
SELECT sum(count(*)) FROM (VALUES 1) t(x);
--> error NESTED_AGGREGATION: line 1:8: Cannot nest aggregations inside aggregation 'sum': [count(*)]
SELECT max(x) FILTER (WHERE x < 3), count(*) FILTER (WHERE x > 1), sum(x) FILTER (WHERE false), array_agg(x) FILTER (WHERE x = 2) FROM (VALUES 1, 2, 3) t(x);
--> _col0 integer | _col1 bigint | _col2 bigint | _col3 array(integer)
--> [2, 2, null, [2]]

-- ## any_value, arbitrary, array_agg, listagg
SELECT any_value(x), arbitrary(x) FROM (VALUES NULL, 5) t(x);
--> _col0 integer | _col1 integer
--> [5, 5]
SELECT array_agg(x ORDER BY x), array_agg(x ORDER BY x DESC), array_agg(DISTINCT x ORDER BY x) FROM (VALUES 2, 1, 2, NULL) t(x);
--> _col0 array(integer) | _col1 array(integer) | _col2 array(integer)
--> [[1, 2, 2, null], [2, 2, 1, null], [1, 2, null]]
SELECT array_agg(x) FROM (SELECT 1 AS x WHERE false), (VALUES 1) t(y);
--> _col0 array(integer)
--> [null]
SELECT array_agg(x ORDER BY y DESC, x) FROM (VALUES ('a', 1), ('b', 2), ('c', 2)) t(x, y);
--> _col0 array(varchar(1))
--> [["b", "c", "a"]]
SELECT array_agg(x ORDER BY x NULLS FIRST) FROM (VALUES 2, NULL, 1) t(x);
--> _col0 array(integer)
--> [[null, 1, 2]]
SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 'b', 'a', NULL, 'c') t(x);
--> _col0 varchar
--> ["a,b,c"]
SELECT listagg(x, '-') WITHIN GROUP (ORDER BY y DESC), listagg(x) WITHIN GROUP (ORDER BY x) FROM (VALUES ('a', 1), ('b', 2)) t(x, y);
--> _col0 varchar | _col1 varchar
--> ["b-a", "ab"]
SELECT listagg(DISTINCT x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 'b', 'a', 'b') t(x);
--> _col0 varchar
--> ["a,b"]
SELECT y, listagg(x, ', ' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY x) FROM (VALUES ('a', 1), ('b', 1), ('c', 2)) t(x, y) GROUP BY y ORDER BY y;
--> y integer | _col1 varchar
--> [1, "a, b"]
--> [2, "c"]
SELECT listagg(x, ',') FROM (VALUES 'a') t(x);
--> error SYNTAX_ERROR: line 1:24: mismatched input 'FROM'. Expecting: 'WITHIN'
SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 1) t(x);
--> error TYPE_MISMATCH: line 1:8: Expected expression of varchar, but 'x' has integer type
SELECT string_agg(x, ',') FROM (VALUES 'a') t(x);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'string_agg' not registered

-- ## bool_and, bool_or, every, count_if, bitwise_and_agg, bitwise_or_agg, checksum
SELECT bool_and(x), bool_or(x), every(x), count_if(x) FROM (VALUES true, false, NULL) t(x);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 bigint
--> [false, true, false, 1]
SELECT bool_and(x), bool_or(x), count_if(x) FROM (VALUES CAST(NULL AS boolean)) t(x);
--> _col0 boolean | _col1 boolean | _col2 bigint
--> [null, null, 0]
SELECT count_if(x > 1), typeof(count_if(x > 1)) FROM (VALUES 1, 2, 3) t(x);
--> _col0 bigint | _col1 varchar
--> [2, "bigint"]
SELECT bitwise_and_agg(x), bitwise_or_agg(x) FROM (VALUES 12, 10, NULL) t(x);
--> _col0 bigint | _col1 bigint
--> [8, 14]
SELECT checksum(x) FROM (VALUES 1, 2, 3) t(x);
--> _col0 varbinary
--> ["qusYDTxP+gU="]
SELECT bool_and(1);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function bool_and. Expected: bool_and(boolean)

-- ## max_by, min_by
-- Rows whose key is NULL are ignored; the value may be NULL.
SELECT max_by(x, y), min_by(x, y) FROM (VALUES ('a', 1), ('b', 3), (NULL, 2)) t(x, y);
--> _col0 varchar(1) | _col1 varchar(1)
--> ["b", "a"]
SELECT max_by(x, y), min_by(x, y) FROM (VALUES (NULL, 3), ('b', 1), ('c', NULL)) t(x, y);
--> _col0 varchar(1) | _col1 varchar(1)
--> [null, "b"]
SELECT max_by(x, y, 2), min_by(x, y, 2) FROM (VALUES ('a', 1), ('b', 3), ('c', 2)) t(x, y);
--> _col0 array(varchar(1)) | _col1 array(varchar(1))
--> [["b", "c"], ["a", "c"]]
SELECT max_by(x, y) FROM (SELECT 1 AS x, 2 AS y WHERE false);
--> _col0 integer
--> [null]
SELECT max_by(ROW(x, y), y), min_by(x, (y, x)) FROM (VALUES ('a', 1), ('b', 1)) t(x, y) WHERE x = 'a';
--> _col0 row(varchar(1), integer) | _col1 varchar(1)
--> [["a", 1], "a"]
SELECT max_by(x, y) FROM (VALUES (1, ARRAY[1]), (2, ARRAY[2])) t(x, y);
--> _col0 integer
--> [2]

-- ## geometric_mean, variance and others
SELECT geometric_mean(x), stddev(x), stddev_pop(x), stddev_samp(x), variance(x), var_pop(x), var_samp(x), skewness(x), kurtosis(x) FROM (VALUES 1, 2, 4, 8, 16) t(x);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double | _col6 double | _col7 double | _col8 double
--> [3.999999999999999, 6.099180272790763, 5.455272678794342, 6.099180272790763, 37.2, 29.76, 37.2, 0.8890481348169545, 1.303763440860216]
SELECT stddev(x), variance(x), var_pop(x), skewness(x), kurtosis(x), geometric_mean(x) FROM (VALUES 5) t(x);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double
--> [null, null, 0.0, null, null, 4.999999999999999]
SELECT corr(y, x), covar_pop(y, x), covar_samp(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (1, 2), (2, 4), (4, 7)) t(x, y);
--> _col0 real | _col1 real | _col2 real | _col3 real | _col4 real
--> [0.99717647, 2.5555556, 3.8333333, 1.6428572, 0.5]
SELECT corr(y, x), covar_samp(y, x), regr_slope(y, x) FROM (VALUES (1, 2)) t(x, y);
--> _col0 real | _col1 real | _col2 real
--> [null, null, null]
SELECT stddev(x), corr(x, x) FROM (SELECT 1E0 AS x WHERE false);
--> _col0 double | _col1 double
--> [null, null]
SELECT median(x) FROM (VALUES 1) t(x);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'median' not registered
SELECT mode(x) FROM (VALUES 1) t(x);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'mode' not registered

-- ## histogram, map_agg, map_union, multimap_agg
SELECT histogram(x) FROM (VALUES 'a', 'b', 'a', NULL) t(x);
--> _col0 map(varchar(1), bigint)
--> [{"a": 2, "b": 1}]
SELECT histogram(x) FROM (SELECT 1 AS x WHERE false);
--> _col0 map(integer, bigint)
--> [null]
SELECT map_agg(k, v) FROM (VALUES ('a', 1), ('b', NULL), (NULL, 3)) t(k, v);
--> _col0 map(varchar(1), integer)
--> [{"a": 1, "b": null}]
SELECT map_agg(k, v) FROM (SELECT 'a' AS k, 1 AS v WHERE false);
--> _col0 map(varchar(1), integer)
--> [null]
SELECT cardinality(map_agg(k, v)) FROM (VALUES ('a', 1), ('a', 2)) t(k, v);
--> _col0 bigint
--> [1]
SELECT map_union(m) FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2])) t(m);
--> _col0 map(varchar(1), integer)
--> [{"a": 1, "b": 2}]
SELECT transform_values(multimap_agg(k, v), (k, v) -> array_sort(v)) FROM (VALUES ('a', 2), ('b', 1), ('a', 1), (NULL, 5)) t(k, v);
--> _col0 map(varchar(1), array(integer))
--> [{"a": [1, 2], "b": [1]}]
SELECT numeric_histogram(2, x) FROM (VALUES 1, 2, 10, 11) t(x);
--> _col0 map(real, real)
--> [{"1.5": 2.0, "10.5": 2.0}]

-- ## approx_distinct, approx_percentile, approx_most_frequent
-- They are exact for few values.
SELECT approx_distinct(x), approx_distinct(x, 0.02E0) FROM (VALUES 1, 2, 2, NULL) t(x);
--> _col0 bigint | _col1 bigint
--> [2, 2]
SELECT approx_distinct(x) FROM (VALUES 'a', 'b', 'a') t(x);
--> _col0 bigint
--> [2]
SELECT approx_distinct(x) FROM (SELECT 1 AS x WHERE false);
--> _col0 bigint
--> [0]
SELECT approx_distinct(x, 5E0) FROM (VALUES 1) t(x);
--> error INVALID_FUNCTION_ARGUMENT: Max standard error must be in [0.0040625, 0.26]: 5.0
SELECT approx_percentile(x, 0.5E0) FROM (VALUES 1, 2, 3, 4, 5) t(x);
--> _col0 bigint
--> [3]
SELECT approx_percentile(x, 0.5E0), approx_percentile(x, 0E0), approx_percentile(x, 1E0), approx_percentile(x, 0.25E0) FROM (VALUES 1, 2, 3, 4) t(x);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint
--> [3, 1, 4, 2]
SELECT approx_percentile(x, ARRAY[0.25E0, 0.5E0, 0.75E0]) FROM (VALUES 10E0, 20E0, 30E0, 40E0, 50E0) t(x);
--> _col0 array(double)
--> [[20.0, 30.0, 40.0]]
SELECT approx_percentile(x, 0.5E0), approx_percentile(x, 0.9E0) FROM (VALUES 1E0, 2E0, 3E0, 4E0) t(x);
--> _col0 double | _col1 double
--> [3.0, 4.0]
SELECT approx_percentile(x, w, 0.5E0) FROM (VALUES (1, 1), (2, 10), (3, 1)) t(x, w);
--> _col0 bigint
--> [2]
SELECT approx_percentile(x, 1.5E0) FROM (VALUES 1) t(x);
--> error INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1
SELECT approx_percentile(x, 0.5E0) FROM (SELECT 1 AS x WHERE false);
--> _col0 bigint
--> [null]
SELECT typeof(approx_percentile(1, 0.5E0)), typeof(approx_percentile(1E0, 0.5E0)), typeof(approx_percentile(REAL '1', 0.5E0));
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["bigint", "double", "real"]
SELECT approx_most_frequent(2, x, 10) FROM (VALUES 'a', 'a', 'a', 'b', 'b', 'c') t(x);
--> _col0 map(varchar, bigint)
--> [{"a": 3, "b": 2}]

-- ## reduce_agg
SELECT y, reduce_agg(x, 0, (a, b) -> a + b, (a, b) -> a + b) FROM (VALUES (1, 2), (1, 3), (2, 10)) t(y, x) GROUP BY y ORDER BY y;
--> y integer | _col1 integer
--> [1, 5]
--> [2, 10]
SELECT reduce_agg(x, 1, (a, b) -> a * b, (a, b) -> a * b) FROM (VALUES 2, 3, 4) t(x);
--> _col0 integer
--> [24]
