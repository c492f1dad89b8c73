-- # GROUP BY
--
-- https://trino.io/docs/435/sql/select.html#group-by-clause

-- ## Columns, expressions and positions
SELECT city, count(*) FROM people GROUP BY city ORDER BY city;
--> city varchar | _col1 bigint
--> ["london", 3]
--> ["los angeles", 1]
--> ["new york", 1]
--> [null, 1]
SELECT city, count(*) AS n, avg(age) FROM people GROUP BY 1 ORDER BY n DESC, city NULLS LAST;
--> city varchar | n bigint | _col2 double
--> ["london", 3, 39.333333333333336]
--> ["los angeles", 1, null]
--> ["new york", 1, 85.0]
--> [null, 1, 72.0]
SELECT upper(city) AS town, max(age) FROM people GROUP BY upper(city) ORDER BY town;
--> town varchar | _col1 integer
--> ["LONDON", 41]
--> ["LOS ANGELES", null]
--> ["NEW YORK", 85]
--> [null, 72]
SELECT length(name) AS l, count(*) FROM people GROUP BY length(name) ORDER BY 1;
--> l bigint | _col1 bigint
--> [3, 1]
--> [4, 1]
--> [5, 2]
--> [6, 1]
--> [7, 1]
SELECT age / 10 * 10 AS decade, array_agg(name ORDER BY name) FROM people GROUP BY age / 10 ORDER BY 1;
--> decade integer | _col1 array(varchar)
--> [30, ["Ada"]]
--> [40, ["Alan", "grace"]]
--> [70, ["Edsger"]]
--> [80, ["Grace"]]
--> [null, ["Barbara"]]
SELECT count(*) FROM people GROUP BY city ORDER BY count(*), city;
--> _col0 bigint
--> [1]
--> [1]
--> [1]
--> [3]
SELECT city FROM people GROUP BY city HAVING count(*) > 1;
--> city varchar
--> ["london"]
SELECT city, count(*) FROM people GROUP BY city HAVING max(age) > 50 ORDER BY city;
--> city varchar | _col1 bigint
--> ["new york", 1]
--> [null, 1]
SELECT count(*) FROM people HAVING count(*) > 100;
--> _col0 bigint
SELECT active, city, count(*) FROM people GROUP BY active, city ORDER BY active NULLS FIRST, city NULLS FIRST;
--> active boolean | city varchar | _col2 bigint
--> [null, null, 1]
--> [false, "london", 2]
--> [true, "london", 1]
--> [true, "los angeles", 1]
--> [true, "new york", 1]
SELECT 1 FROM people GROUP BY ();
--> _col0 integer
--> [1]
SELECT count(*) FROM people GROUP BY ();
--> _col0 bigint
--> [6]
SELECT DISTINCT count(*) FROM people GROUP BY city;
--> _col0 bigint
--> [1]
--> [3]
SELECT x, count(*) FROM (VALUES 1E0, nan(), nan(), -0.0E0, 0.0E0) t(x) GROUP BY x;
--> x double | _col1 bigint
--> ["NaN", 2]
--> [1.0, 1]
--> [-0.0, 2]
SELECT people.city, count(*) FROM people GROUP BY city ORDER BY 1;
--> city varchar | _col1 bigint
--> ["london", 3]
--> ["los angeles", 1]
--> ["new york", 1]
--> [null, 1]
SELECT sum(x) + 1, -max(x) FROM (VALUES 1, 2) t(x);
--> _col0 bigint | _col1 integer
--> [4, -2]

-- ## Errors
SELECT city, name FROM people GROUP BY city;
--> error EXPRESSION_NOT_AGGREGATE: line 1:14: 'name' must be an aggregate expression or appear in GROUP BY clause
SELECT city, count(*) FROM people;
--> error EXPRESSION_NOT_AGGREGATE: line 1:8: 'city' must be an aggregate expression or appear in GROUP BY clause
SELECT city FROM people GROUP BY 2;
--> error INVALID_COLUMN_REFERENCE: line 1:34: GROUP BY position 2 is not in select list
SELECT city FROM people GROUP BY 0;
--> error INVALID_COLUMN_REFERENCE: line 1:34: GROUP BY position 0 is not in select list
SELECT city AS c, count(*) FROM people GROUP BY c;
--> error COLUMN_NOT_FOUND: line 1:49: Column 'c' cannot be resolved
SELECT count(*) FROM people GROUP BY count(*);
--> error EXPRESSION_NOT_SCALAR: line 1:38: GROUP BY clause cannot contain aggregations, window functions or grouping operations: [count(*)]
SELECT city FROM people WHERE count(*) > 1 GROUP BY city;
--> error EXPRESSION_NOT_SCALAR: line 1:40: WHERE clause cannot contain aggregations, window functions or grouping operations: [count(*)]
SELECT city, count(*) FROM people GROUP BY ALL;
--> error COLUMN_NOT_FOUND: line 1:44: Column 'all' cannot be resolved
SELECT name FROM people HAVING age > 5;
--> error EXPRESSION_NOT_AGGREGATE: line 1:8: 'name' must be an aggregate expression or appear in GROUP BY clause
SELECT city FROM people GROUP BY city ORDER BY name;
--> error EXPRESSION_NOT_AGGREGATE: line 1:48: 'name' must be an aggregate expression or appear in GROUP BY clause
SELECT city FROM people GROUP BY city HAVING name = 'x';
--> error EXPRESSION_NOT_AGGREGATE: line 1:51: '(name = 'x')' must be an aggregate expression or appear in GROUP BY clause
SELECT city, count(*) AS n FROM people GROUP BY city HAVING n > 1;
--> error COLUMN_NOT_FOUND: line 1:61: Column 'n' cannot be resolved
SELECT max(count(*)) FROM people GROUP BY city;
--> error NESTED_AGGREGATION: line 1:8: Cannot nest aggregations inside aggregation 'max': [count(*)]
SELECT *, count(*) FROM people GROUP BY city;
--> error EXPRESSION_NOT_AGGREGATE: Column 'people.id' not in GROUP BY clause
SELECT * FROM people GROUP BY id;
--> error EXPRESSION_NOT_AGGREGATE: Column 'people.name' not in GROUP BY clause

-- ## GROUPING SETS, CUBE and ROLLUP
SELECT city, active, count(*) FROM people GROUP BY GROUPING SETS ((city), (active), ()) ORDER BY 1, 2, 3;
--> city varchar | active boolean | _col2 bigint
--> ["london", null, 3]
--> ["los angeles", null, 1]
--> ["new york", null, 1]
--> [null, false, 2]
--> [null, true, 3]
--> [null, null, 1]
--> [null, null, 1]
--> [null, null, 6]
SELECT city, active, count(*) FROM people GROUP BY ROLLUP (city, active) ORDER BY 1, 2, 3;
--> city varchar | active boolean | _col2 bigint
--> ["london", false, 2]
--> ["london", true, 1]
--> ["london", null, 3]
--> ["los angeles", true, 1]
--> ["los angeles", null, 1]
--> ["new york", true, 1]
--> ["new york", null, 1]
--> [null, null, 1]
--> [null, null, 1]
--> [null, null, 6]
SELECT city, active, count(*) FROM people GROUP BY CUBE (city, active) ORDER BY 1, 2, 3;
--> city varchar | active boolean | _col2 bigint
--> ["london", false, 2]
--> ["london", true, 1]
--> ["london", null, 3]
--> ["los angeles", true, 1]
--> ["los angeles", null, 1]
--> ["new york", true, 1]
--> ["new york", null, 1]
--> [null, false, 2]
--> [null, true, 3]
--> [null, null, 1]
--> [null, null, 1]
--> [null, null, 1]
--> [null, null, 6]
SELECT city, active, grouping(city, active), grouping(city), count(*) FROM people GROUP BY CUBE (city, active) ORDER BY 1, 2, 3, 4;
--> city varchar | active boolean | _col2 integer | _col3 integer | _col4 bigint
--> ["london", false, 0, 0, 2]
--> ["london", true, 0, 0, 1]
--> ["london", null, 1, 0, 3]
--> ["los angeles", true, 0, 0, 1]
--> ["los angeles", null, 1, 0, 1]
--> ["new york", true, 0, 0, 1]
--> ["new york", null, 1, 0, 1]
--> [null, false, 2, 1, 2]
--> [null, true, 2, 1, 3]
--> [null, null, 0, 0, 1]
--> [null, null, 1, 0, 1]
--> [null, null, 2, 1, 1]
--> [null, null, 3, 1, 6]
SELECT city, sum(age), grouping(city) FROM people GROUP BY ROLLUP (city) ORDER BY grouping(city), city;
--> error INVALID_ARGUMENTS: Invalid reference to output of SELECT clause from grouping() expression in ORDER BY
SELECT city, active, count(*) FROM people GROUP BY city, ROLLUP (active) ORDER BY 1, 2, 3;
--> city varchar | active boolean | _col2 bigint
--> ["london", false, 2]
--> ["london", true, 1]
--> ["london", null, 3]
--> ["los angeles", true, 1]
--> ["los angeles", null, 1]
--> ["new york", true, 1]
--> ["new york", null, 1]
--> [null, null, 1]
--> [null, null, 1]
SELECT city, count(*) FROM people GROUP BY GROUPING SETS ((city), (city)) ORDER BY 1, 2;
--> city varchar | _col1 bigint
--> ["london", 3]
--> ["london", 3]
--> ["los angeles", 1]
--> ["los angeles", 1]
--> ["new york", 1]
--> ["new york", 1]
--> [null, 1]
--> [null, 1]
SELECT city, count(*) FROM people GROUP BY DISTINCT GROUPING SETS ((city), (city)) ORDER BY 1, 2;
--> city varchar | _col1 bigint
--> ["london", 3]
--> ["los angeles", 1]
--> ["new york", 1]
--> [null, 1]
SELECT city, count(*) FROM people GROUP BY GROUPING SETS ((city), ()) HAVING grouping(city) = 1;
--> city varchar | _col1 bigint
--> [null, 6]
SELECT grouping(name) FROM people GROUP BY city;
--> error INVALID_ARGUMENTS: line 1:8: The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level. Mismatch due to name.
SELECT grouping(city) FROM people;
--> error MISSING_GROUP_BY: line 1:1: A GROUPING() operation can only be used with a corresponding GROUPING SET/CUBE/ROLLUP/GROUP BY clause
SELECT a, b, sum(c) FROM (VALUES (1, 1, 5), (1, 2, 6), (2, 1, 7)) t(a, b, c) GROUP BY GROUPING SETS ((a, b), (a)) ORDER BY 1, 2;
--> a integer | b integer | _col2 bigint
--> [1, 1, 5]
--> [1, 2, 6]
--> [1, null, 11]
--> [2, 1, 7]
--> [2, null, 7]
SELECT count(*) FROM (SELECT 1 AS x WHERE false) GROUP BY ROLLUP (x);
--> _col0 bigint
--> [0]
SELECT city, active, count(DISTINCT age) FROM people GROUP BY CUBE (city, active) ORDER BY 1, 2, 3;
--> city varchar | active boolean | _col2 bigint
--> ["london", false, 1]
--> ["london", true, 1]
--> ["london", null, 2]
--> ["los angeles", true, 0]
--> ["los angeles", null, 0]
--> ["new york", true, 1]
--> ["new york", null, 1]
--> [null, false, 1]
--> [null, true, 2]
--> [null, null, 1]
--> [null, null, 1]
--> [null, null, 1]
--> [null, null, 4]
