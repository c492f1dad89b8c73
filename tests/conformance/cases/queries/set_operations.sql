-- # UNION, INTERSECT, EXCEPT
--
-- https://trino.io/docs/435/sql/select.html#set-operations

-- ## UNION
SELECT 1 UNION SELECT 1;
--> _col0 integer
--> [1]
SELECT 1 UNION ALL SELECT 1;
--> _col0 integer
--> [1]
--> [1]
SELECT 1 AS x UNION ALL SELECT 2 AS y ORDER BY x;
--> x integer
--> [1]
--> [2]
SELECT 1 UNION DISTINCT SELECT 2 UNION ALL SELECT 2 ORDER BY 1;
--> _col0 integer
--> [1]
--> [2]
--> [2]
(SELECT 3) UNION ALL (SELECT 1) ORDER BY 1;
--> _col0 integer
--> [1]
--> [3]
(SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x DESC LIMIT 1) UNION ALL SELECT 10 ORDER BY 1;
--> x integer
--> [3]
--> [10]
SELECT 'a', 1 UNION SELECT 'b', 2 ORDER BY 1 DESC LIMIT 1;
--> _col0 varchar(1) | _col1 integer
--> ["b", 2]
SELECT NULL UNION SELECT NULL;
--> _col0 unknown
--> [null]
SELECT 1 UNION ALL VALUES 2, 3 ORDER BY 1;
--> _col0 integer
--> [1]
--> [2]
--> [3]
SELECT city FROM people UNION SELECT item FROM orders ORDER BY 1;
--> city varchar
--> ["ink"]
--> ["london"]
--> ["los angeles"]
--> ["new york"]
--> ["paper"]
--> ["pen"]
--> [null]
SELECT count(*) FROM (SELECT 1 UNION ALL SELECT 1 UNION SELECT 2);
--> _col0 bigint
--> [2]
TABLE people UNION TABLE people ORDER BY id LIMIT 1;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true]
SELECT nan() UNION SELECT nan();
--> _col0 double
--> ["NaN"]

-- ## INTERSECT and EXCEPT
SELECT * FROM (VALUES 1, 1, 2) t(x) INTERSECT SELECT 1;
--> x integer
--> [1]
SELECT * FROM (VALUES 1, 1, 2) t(x) INTERSECT ALL SELECT * FROM (VALUES 1, 1, 1) u(x);
--> x integer
--> [1]
--> [1]
SELECT * FROM (VALUES 1, 1, 2) t(x) EXCEPT SELECT 2;
--> x integer
--> [1]
SELECT * FROM (VALUES 1, 1, 2) t(x) EXCEPT ALL SELECT 1 ORDER BY 1;
--> x integer
--> [1]
--> [2]
SELECT * FROM (VALUES 1, NULL) t(x) INTERSECT SELECT NULL;
--> x integer
--> [null]
SELECT * FROM (VALUES 1, NULL) t(x) EXCEPT SELECT NULL;
--> x integer
--> [1]
SELECT 1 UNION SELECT 2 INTERSECT SELECT 2 ORDER BY 1;
--> _col0 integer
--> [1]
--> [2]
(SELECT 1 UNION SELECT 2) INTERSECT SELECT 2;
--> _col0 integer
--> [2]
SELECT 1 EXCEPT SELECT 1;
--> _col0 integer
SELECT id FROM people EXCEPT SELECT person_id FROM orders ORDER BY id;
--> id integer
--> [4]
--> [5]
--> [6]
SELECT 1 MINUS SELECT 2;
--> error SYNTAX_ERROR: line 1:16: mismatched input 'SELECT'. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>

-- ## Errors
SELECT 1, 2 UNION SELECT 1;
--> error TYPE_MISMATCH: line 1:13: UNION query has different number of fields: 2, 1
SELECT 1 UNION SELECT DATE '2020-01-01';
--> error TYPE_MISMATCH: line 1:10: column 1 in UNION query has incompatible types: integer, date
SELECT 1 AS x UNION SELECT 2 ORDER BY y;
--> error COLUMN_NOT_FOUND: line 1:39: Column 'y' cannot be resolved
SELECT 1 LIMIT 1 UNION SELECT 2;
--> error SYNTAX_ERROR: line 1:18: mismatched input 'UNION'. Expecting: <EOF>
SELECT 1 AS x UNION ALL SELECT 2 ORDER BY x + 1;
--> x integer
--> [1]
--> [2]
SELECT 1 UNION BY NAME SELECT 2;
--> error SYNTAX_ERROR: line 1:16: mismatched input 'BY'. Expecting: '(', 'ALL', 'DISTINCT', 'SELECT', 'TABLE', 'VALUES'
SELECT MAP(ARRAY[1], ARRAY[2]) UNION SELECT MAP(ARRAY[1], ARRAY[2]);
--> _col0 map(integer, integer)
--> [{"1": 2}]
