-- # Window functions
--
-- https://trino.io/docs/435/functions/window.html

-- ## Ranking
SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), row_number() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) FROM (VALUES 10, 20, 20.5E0, 30) t(x) ORDER BY x;
--> x double | _col1 bigint | _col2 bigint | _col3 bigint | _col4 double | _col5 double | _col6 bigint
--> [10.0, 1, 1, 1, 0.0, 0.25, 1]
--> [20.0, 2, 2, 2, 0.3333333333333333, 0.5, 1]
--> [20.5, 3, 3, 3, 0.6666666666666666, 0.75, 2]
--> [30.0, 4, 4, 4, 1.0, 1.0, 2]
SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x) FROM (VALUES 1, 1, 2, NULL) t(x) ORDER BY x;
--> x integer | _col1 bigint | _col2 bigint | _col3 double | _col4 double
--> [1, 1, 1, 0.0, 0.5]
--> [1, 1, 1, 0.0, 0.5]
--> [2, 3, 2, 0.6666666666666666, 0.75]
--> [null, 4, 3, 1.0, 1.0]
SELECT name, row_number() OVER (PARTITION BY city ORDER BY age DESC NULLS LAST, name) AS n FROM people ORDER BY city, n;
--> name varchar | n bigint
--> ["Alan", 1]
--> ["grace", 2]
--> ["Ada", 3]
--> ["Barbara", 1]
--> ["Grace", 1]
--> ["Edsger", 1]
SELECT x, ntile(3) OVER (ORDER BY x) FROM (VALUES 1, 2, 3, 4, 5) t(x) ORDER BY x;
--> x integer | _col1 bigint
--> [1, 1]
--> [2, 1]
--> [3, 2]
--> [4, 2]
--> [5, 3]
SELECT ntile(0) OVER (ORDER BY x) FROM (VALUES 1) t(x);
--> error INVALID_FUNCTION_ARGUMENT: Buckets must be greater than 0
SELECT x, ntile(NULL) OVER (ORDER BY x) FROM (VALUES 1) t(x);
--> x integer | _col1 bigint
--> [1, null]
SELECT count(*) OVER (), row_number() OVER () FROM (VALUES 1) t(x);
--> _col0 bigint | _col1 bigint
--> [1, 1]
SELECT typeof(rank() OVER (ORDER BY x)), typeof(percent_rank() OVER (ORDER BY x)), typeof(ntile(1) OVER (ORDER BY x)) FROM (VALUES 1) t(x);
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["bigint", "double", "bigint"]

-- ## Values: first_value, last_value, nth_value, lead, lag
SELECT x, first_value(x) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), nth_value(x, 2) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY x;
--> x integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer
--> [1, 1, 1, 3, null]
--> [2, 1, 2, 3, 2]
--> [3, 1, 3, 3, 2]
SELECT x, lag(x) OVER (ORDER BY x), lead(x) OVER (ORDER BY x), lag(x, 2) OVER (ORDER BY x), lead(x, 1, -1) OVER (ORDER BY x), lag(x, 0) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY x;
--> x integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer | _col5 integer
--> [1, null, 2, null, 2, 1]
--> [2, 1, 3, null, 3, 2]
--> [3, 2, null, 1, -1, 3]
SELECT x, y, first_value(y) IGNORE NULLS OVER (ORDER BY x), last_value(y) IGNORE NULLS OVER (ORDER BY x), lag(y) IGNORE NULLS OVER (ORDER BY x), lead(y) IGNORE NULLS OVER (ORDER BY x), nth_value(y, 2) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, NULL), (2, 'a'), (3, NULL), (4, 'b')) t(x, y) ORDER BY x;
--> x integer | y varchar(1) | _col2 varchar(1) | _col3 varchar(1) | _col4 varchar(1) | _col5 varchar(1) | _col6 varchar(1)
--> [1, null, null, null, null, "a", null]
--> [2, "a", "a", "a", null, "b", null]
--> [3, null, "a", "a", "a", "b", null]
--> [4, "b", "a", "b", "a", null, "b"]
SELECT x, first_value(y) RESPECT NULLS OVER (ORDER BY x) FROM (VALUES (1, NULL), (2, 'a')) t(x, y) ORDER BY x;
--> x integer | _col1 varchar(1)
--> [1, null]
--> [2, null]
SELECT nth_value(x, 0) OVER (ORDER BY x) FROM (VALUES 1) t(x);
--> error INVALID_FUNCTION_ARGUMENT: Offset must be at least 1
SELECT lag(x, -1) OVER (ORDER BY x) FROM (VALUES 1) t(x);
--> error INVALID_FUNCTION_ARGUMENT: Offset must be at least 0
SELECT x, lag(x, NULL) OVER (ORDER BY x) FROM (VALUES 1, 2) t(x);
--> error INVALID_FUNCTION_ARGUMENT: Offset must not be null
SELECT x, lead(x, 1, 'none') OVER (ORDER BY x) FROM (VALUES 'a', 'b') t(x) ORDER BY x;
--> x varchar(1) | _col1 varchar(4)
--> ["a", "b"]
--> ["b", "none"]

-- ## Aggregates
SELECT x, sum(x) OVER (ORDER BY x), sum(x) OVER (), avg(x) OVER (PARTITION BY x % 2), count(*) OVER (PARTITION BY x % 2 ORDER BY x), max(x) OVER (ORDER BY x DESC) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY x;
--> x integer | _col1 bigint | _col2 bigint | _col3 double | _col4 bigint | _col5 integer
--> [1, 1, 10, 2.0, 1, 4]
--> [2, 3, 10, 3.0, 1, 4]
--> [3, 6, 10, 2.0, 2, 4]
--> [4, 10, 10, 3.0, 2, 4]
SELECT x, sum(x) OVER (ORDER BY x), sum(x) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) FROM (VALUES 1, 1, 2) t(x) ORDER BY 1, 3;
--> x integer | _col1 bigint | _col2 bigint
--> [1, 2, 1]
--> [1, 2, 2]
--> [2, 4, 4]
SELECT x, array_agg(x) OVER (ORDER BY x), min_by(x, x) OVER (ORDER BY x), bool_or(x > 2) OVER (ORDER BY x), count_if(x > 1) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY x;
--> x integer | _col1 array(integer) | _col2 integer | _col3 boolean | _col4 bigint
--> [1, [1], 1, false, 0]
--> [2, [1, 2], 1, false, 1]
--> [3, [1, 2, 3], 1, true, 2]
SELECT x, sum(x) FILTER (WHERE x > 1) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY x;
--> error NOT_SUPPORTED: line 1:1: FILTER is not yet supported for window functions
SELECT city, count(*), sum(count(*)) OVER (ORDER BY city) FROM people GROUP BY city ORDER BY city;
--> city varchar | _col1 bigint | _col2 bigint
--> ["london", 3, 3]
--> ["los angeles", 1, 4]
--> ["new york", 1, 5]
--> [null, 1, 6]
SELECT city, rank() OVER (ORDER BY count(*) DESC) FROM people GROUP BY city ORDER BY 2, 1;
--> city varchar | _col1 bigint
--> ["london", 1]
--> ["los angeles", 2]
--> ["new york", 2]
--> [null, 2]
SELECT count(DISTINCT x) OVER () FROM (VALUES 1) t(x);
--> error NOT_SUPPORTED: line 1:1: DISTINCT in window function parameters not yet supported: count(DISTINCT x) OVER ()
SELECT x, sum(x) OVER (PARTITION BY y ORDER BY x) FROM (VALUES (1, 'a'), (2, 'a'), (3, NULL), (4, NULL)) t(x, y) ORDER BY x;
--> x integer | _col1 bigint
--> [1, 1]
--> [2, 3]
--> [3, 3]
--> [4, 7]
SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) OVER () FROM (VALUES 'a') t(x);
--> error SYNTAX_ERROR: line 1:55: mismatched input '('. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>

-- ## Frames
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), sum(x) OVER (ORDER BY x ROWS 1 PRECEDING), sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), sum(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM (VALUES 1, 2, 4, 8) t(x) ORDER BY x;
--> x integer | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint
--> [1, 3, 1, 15, null]
--> [2, 7, 3, 14, 1]
--> [4, 14, 6, 12, 3]
--> [8, 12, 12, 8, 6]
SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING), count(*) OVER (ORDER BY x RANGE BETWEEN 2 PRECEDING AND CURRENT ROW), sum(x) OVER (ORDER BY x RANGE UNBOUNDED PRECEDING) FROM (VALUES 1, 2, 4, 8) t(x) ORDER BY x;
--> x integer | _col1 bigint | _col2 bigint | _col3 bigint
--> [1, 3, 1, 1]
--> [2, 3, 2, 3]
--> [4, 4, 2, 7]
--> [8, 8, 1, 15]
SELECT x, count(*) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY x GROUPS CURRENT ROW) FROM (VALUES 1, 1, 2, 3) t(x) ORDER BY x, 2;
--> x integer | _col1 bigint | _col2 bigint
--> [1, 2, 2]
--> [1, 2, 2]
--> [2, 3, 1]
--> [3, 2, 1]
SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (VALUES DATE '2020-01-01', DATE '2020-01-02', DATE '2020-01-05') t(x) ORDER BY x;
--> x date | _col1 bigint
--> ["2020-01-01", 1]
--> ["2020-01-02", 2]
--> ["2020-01-05", 1]
SELECT x, first_value(x) OVER (ORDER BY x ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) FROM (VALUES 1, 2, 3) t(x) ORDER BY x;
--> x integer | _col1 integer
--> [1, 2]
--> [2, 3]
--> [3, null]
SELECT x, sum(x) OVER (ORDER BY x DESC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM (VALUES 1, NULL, 3) t(x) ORDER BY x;
--> x integer | _col1 bigint
--> [1, 4]
--> [3, 3]
--> [null, 4]
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM (VALUES 1) t(x);
--> error INVALID_WINDOW_FRAME: line 1:32: Window frame start cannot be UNBOUNDED FOLLOWING
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM (VALUES 1) t(x);
--> error INVALID_WINDOW_FRAME: line 1:32: Window frame starting from CURRENT ROW cannot end with PRECEDING
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM (VALUES 1) t(x);
--> error INVALID_WINDOW_FRAME: Window frame offset value must not be negative or null
SELECT sum(x) OVER (ROWS 1 PRECEDING) FROM (VALUES 1) t(x);
--> _col0 bigint
--> [1]
SELECT sum(x) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1) t(x);
--> error MISSING_ORDER_BY: line 1:21: Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY
SELECT sum(1) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 'a') t(x);
--> error TYPE_MISMATCH: line 1:30: Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be numeric, datetime or interval (actual: varchar(1))

-- ## WINDOW clause
SELECT x, sum(x) OVER w, rank() OVER w FROM (VALUES 1, 2, 2) t(x) WINDOW w AS (ORDER BY x) ORDER BY x;
--> x integer | _col1 bigint | _col2 bigint
--> [1, 1, 1]
--> [2, 5, 2]
--> [2, 5, 2]
SELECT x, sum(x) OVER (w ROWS 1 PRECEDING) FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (ORDER BY x) ORDER BY x;
--> x integer | _col1 bigint
--> [1, 1]
--> [2, 3]
--> [3, 5]
SELECT x, sum(x) OVER w2 FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (PARTITION BY x % 2), w2 AS (w ORDER BY x) ORDER BY x;
--> x integer | _col1 bigint
--> [1, 1]
--> [2, 2]
--> [3, 4]
SELECT sum(x) OVER nowhere FROM (VALUES 1) t(x);
--> error INVALID_WINDOW_REFERENCE: line 1:20: Cannot resolve WINDOW name nowhere

-- ## Errors
SELECT rank() FROM (VALUES 1) t(x);
--> error MISSING_OVER: line 1:8: Window function system.builtin.rank requires an OVER clause
SELECT rank() OVER () FROM (VALUES 1) t(x);
--> _col0 bigint
--> [1]
SELECT row_number() OVER (ORDER BY y) FROM (VALUES 1) t(x);
--> error COLUMN_NOT_FOUND: line 1:36: Column 'y' cannot be resolved
SELECT x FROM (VALUES 1) t(x) WHERE row_number() OVER () = 1;
--> error EXPRESSION_NOT_SCALAR: line 1:58: WHERE clause cannot contain aggregations, window functions or grouping operations: [row_number() OVER ()]
SELECT x FROM (VALUES 1) t(x) GROUP BY rank() OVER (ORDER BY x);
--> error EXPRESSION_NOT_SCALAR: line 1:40: GROUP BY clause cannot contain aggregations, window functions or grouping operations: [rank() OVER (ORDER BY x ASC)]
SELECT x FROM (VALUES 1) t(x) HAVING rank() OVER (ORDER BY x) = 1;
--> error NESTED_WINDOW: line 1:38: HAVING clause cannot contain window functions or row pattern measures
SELECT sum(rank() OVER (ORDER BY x)) FROM (VALUES 1) t(x);
--> error NESTED_WINDOW: line 1:8: Cannot nest window functions or row pattern measures inside aggregation 'sum': [rank() OVER (ORDER BY x ASC)]
SELECT sum(x) OVER (ORDER BY rank() OVER (ORDER BY x)) FROM (VALUES 1) t(x);
--> error NESTED_WINDOW: line 1:30: Cannot nest window functions or row pattern measures inside window specification
SELECT upper('a') OVER ();
--> error FUNCTION_NOT_WINDOW: line 1:1: Not a window function: upper
SELECT x FROM (VALUES 1) t(x) QUALIFY row_number() OVER () = 1;
--> error SYNTAX_ERROR: line 1:31: mismatched input 'QUALIFY'. Expecting: ',', 'CROSS', 'EXCEPT', 'FETCH', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT x, row_number() OVER (ORDER BY 1) FROM (VALUES 1) t(x);
--> x integer | _col1 bigint
--> [1, 1]

-- ## In subqueries
SELECT * FROM (SELECT x, row_number() OVER (PARTITION BY x % 2 ORDER BY x DESC) AS n FROM (VALUES 1, 2, 3, 4) t(x)) WHERE n = 1 ORDER BY x;
--> x integer | n bigint
--> [3, 1]
--> [4, 1]
SELECT name, age - lag(age) OVER (ORDER BY age) AS older FROM people WHERE age IS NOT NULL ORDER BY age, name;
--> name varchar | older integer
--> ["Ada", null]
--> ["Alan", 5]
--> ["grace", 0]
--> ["Edsger", 31]
--> ["Grace", 13]
SELECT x, sum(y) OVER (PARTITION BY x) / count(*) OVER (PARTITION BY x) FROM (VALUES ('a', 1), ('a', 3), ('b', 5)) t(x, y) ORDER BY x, 2;
--> x varchar(1) | _col1 bigint
--> ["a", 2]
--> ["a", 2]
--> ["b", 5]
SELECT x FROM (VALUES 3, 1, 2) t(x) ORDER BY row_number() OVER (ORDER BY x DESC);
--> x integer
--> [3]
--> [2]
--> [1]
SELECT first_value(x) OVER (PARTITION BY y ORDER BY x), y FROM (VALUES (2, 'a'), (1, 'a'), (3, 'b')) t(x, y) ORDER BY 1, 2;
--> _col0 integer | y varchar(1)
--> [1, "a"]
--> [1, "a"]
--> [3, "b"]
