-- # WITH
--
-- https://trino.io/docs/435/sql/select.html#with-clause

-- ## Named subqueries
WITH t AS (SELECT 1 AS x) SELECT x FROM t;
--> x integer
--> [1]
WITH t(a, b) AS (SELECT 1, 2) SELECT b, a FROM t;
--> b integer | a integer
--> [2, 1]
WITH t AS (SELECT 1 AS x), u AS (SELECT x + 1 AS y FROM t) SELECT * FROM t, u;
--> x integer | y integer
--> [1, 2]
WITH t AS (SELECT 1 AS x), u AS (WITH t AS (SELECT 2 AS x) SELECT x FROM t) SELECT t.x, u.x FROM t, u;
--> x integer | x integer
--> [1, 2]
WITH people AS (SELECT 'shadow' AS name) SELECT name FROM people;
--> name varchar(6)
--> ["shadow"]
WITH t AS (SELECT id, city FROM people) SELECT a.id, b.id FROM t a JOIN t b ON a.city = b.city AND a.id < b.id ORDER BY 1, 2;
--> id integer | id integer
--> [1, 3]
--> [1, 6]
--> [3, 6]
WITH T AS (SELECT 1 AS X) SELECT x FROM t;
--> x integer
--> [1]
WITH t AS (VALUES (1, 'a'), (2, 'b')) SELECT * FROM t;
--> _col0 integer | _col1 varchar(1)
--> [1, "a"]
--> [2, "b"]
WITH t AS (SELECT * FROM people ORDER BY id LIMIT 2) SELECT count(*) FROM t;
--> _col0 bigint
--> [2]
SELECT * FROM (WITH t AS (SELECT 1 AS x) SELECT x FROM t);
--> x integer
--> [1]
WITH t AS (SELECT 1 AS x) SELECT (SELECT max(x) FROM t), x FROM t;
--> _col0 integer | x integer
--> [1, 1]
WITH t AS (SELECT 1 AS x) TABLE t;
--> x integer
--> [1]

-- ## Recursive
WITH RECURSIVE t(n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n), count(*) FROM t;
--> _col0 bigint | _col1 bigint
--> [15, 5]
WITH RECURSIVE t(n, s) AS (SELECT 1, CAST('a' AS varchar) UNION ALL SELECT n + 1, s || 'b' FROM t WHERE n < 3) SELECT * FROM t ORDER BY n;
--> n integer | s varchar
--> [1, "a"]
--> [2, "ab"]
--> [3, "abb"]
WITH RECURSIVE t(n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t;
--> error NOT_SUPPORTED: Recursion depth limit exceeded (10). Use 'max_recursion_depth' session property to modify the limit.
WITH RECURSIVE fib(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM fib WHERE b < 50) SELECT a FROM fib ORDER BY a;
--> a integer
--> [0]
--> [1]
--> [1]
--> [2]
--> [3]
--> [5]
--> [8]
--> [13]
--> [21]
--> [34]
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t;
--> error MISSING_COLUMN_ALIASES: line 1:16: missing column aliases in recursive WITH query
WITH RECURSIVE t(n) AS (VALUES 1 UNION SELECT n FROM t) SELECT * FROM t;
--> error NOT_SUPPORTED: Recursion depth limit exceeded (10). Use 'max_recursion_depth' session property to modify the limit.
WITH RECURSIVE t(n) AS (SELECT 1) SELECT n FROM t;
--> n integer
--> [1]

-- ## Errors
WITH t AS (SELECT 1), t AS (SELECT 2) SELECT 1;
--> error DUPLICATE_NAMED_QUERY: line 1:23: WITH query name 't' specified more than once
WITH t AS (SELECT * FROM u), u AS (SELECT 1) SELECT * FROM t;
--> error TABLE_NOT_FOUND: line 1:26: Table 'awsdatacatalog.quilt_query.u' does not exist
WITH t(a) AS (SELECT 1, 2) SELECT * FROM t;
--> error MISMATCHED_COLUMN_ALIASES: line 1:8: Column alias list has 1 entries but relation has 2 columns
WITH t AS (SELECT * FROM t) SELECT * FROM t;
--> error TABLE_NOT_FOUND: line 1:26: Table 'awsdatacatalog.quilt_query.t' does not exist
WITH t(a, a) AS (SELECT 1, 2) SELECT * FROM t;
--> error DUPLICATE_COLUMN_NAME: line 1:11: Column name 'a' specified more than once
WITH t AS SELECT 1 SELECT * FROM t;
--> error SYNTAX_ERROR: line 1:11: mismatched input 'SELECT'. Expecting: '('
WITH t AS (SELECT 1 AS x) SELECT y FROM t;
--> error COLUMN_NOT_FOUND: line 1:34: Column 'y' cannot be resolved
