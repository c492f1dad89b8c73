-- # UNNEST
--
-- https://trino.io/docs/435/sql/select.html#unnest

-- ## Arrays, maps and rows
SELECT * FROM UNNEST(ARRAY[1, 2, NULL]);
--> _col0 integer
--> [1]
--> [2]
--> [null]
SELECT x FROM UNNEST(ARRAY[1, 2]) AS t(x) ORDER BY x DESC;
--> x integer
--> [2]
--> [1]
SELECT * FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY;
--> _col0 varchar(1) | _col1 bigint
--> ["a", 1]
--> ["b", 2]
SELECT n, a FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(a, n) ORDER BY n;
--> n bigint | a varchar(1)
--> [1, "a"]
--> [2, "b"]
SELECT * FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v);
--> k varchar(1) | v integer
--> ["a", 1]
--> ["b", 2]
SELECT * FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) WITH ORDINALITY AS t(k, v, n);
--> k varchar(1) | v integer | n bigint
--> ["a", 1, 1]
--> ["b", 2, 2]
SELECT * FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')]) AS t(x, y);
--> x integer | y varchar(1)
--> [1, "a"]
--> [2, "b"]
SELECT * FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')]);
--> _col0 integer | _col1 varchar(1)
--> [1, "a"]
--> [2, "b"]
SELECT * FROM UNNEST(ARRAY[CAST(ROW(1, 'a') AS row(p integer, q varchar))]);
--> p integer | q varchar
--> [1, "a"]
SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a']) AS t(x, y);
--> x integer | y varchar(1)
--> [1, "a"]
--> [2, null]
SELECT * FROM UNNEST(ARRAY[1], MAP(ARRAY['k'], ARRAY['v']), ARRAY[ROW(2, 3)]) AS t(a, b, c, d, e);
--> a integer | b varchar(1) | c varchar(1) | d integer | e integer
--> [1, "k", "v", 2, 3]
SELECT * FROM UNNEST(ARRAY[ARRAY[1, 2], ARRAY[3]]) AS t(a);
--> a array(integer)
--> [[1, 2]]
--> [[3]]
SELECT * FROM UNNEST(ARRAY[]) AS t(x);
--> x unknown
SELECT * FROM UNNEST(CAST(NULL AS array(integer))) AS t(x);
--> x integer
SELECT * FROM UNNEST(ARRAY[NULL, ROW(1, 2)]) AS t(a, b);
--> a integer | b integer
--> [null, null]
--> [1, 2]
SELECT * FROM UNNEST(1);
--> error INVALID_FUNCTION_ARGUMENT: Cannot unnest type: integer
SELECT * FROM UNNEST(NULL);
--> error INVALID_FUNCTION_ARGUMENT: Cannot unnest type: unknown
SELECT * FROM UNNEST(ARRAY[1]) AS t(x, y);
--> error MISMATCHED_COLUMN_ALIASES: line 1:15: Column alias list has 2 entries but 't' has 1 columns available
SELECT UNNEST(ARRAY[1, 2]);
--> error SYNTAX_ERROR: line 1:8: mismatched input 'UNNEST'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT * FROM UNNEST('abc');
--> error INVALID_FUNCTION_ARGUMENT: Cannot unnest type: varchar(3)

-- ## Joined to tables
-- A cross join drops rows whose collection is empty or NULL, a left join keeps them.
SELECT id, x FROM (VALUES (1, ARRAY[10, 11]), (2, ARRAY[]), (3, NULL)) t(id, a) CROSS JOIN UNNEST(a) AS u(x) ORDER BY id, x;
--> id integer | x integer
--> [1, 10]
--> [1, 11]
SELECT id, x FROM (VALUES (1, ARRAY[10, 11]), (2, ARRAY[]), (3, NULL)) t(id, a) LEFT JOIN UNNEST(a) AS u(x) ON true ORDER BY id, x;
--> id integer | x integer
--> [1, 10]
--> [1, 11]
--> [2, null]
--> [3, null]
SELECT id, x, n FROM (VALUES (1, ARRAY[10, 11]), (2, ARRAY[])) t(id, a) LEFT JOIN UNNEST(a) WITH ORDINALITY AS u(x, n) ON TRUE ORDER BY id, x;
--> id integer | x integer | n bigint
--> [1, 10, 1]
--> [1, 11, 2]
--> [2, null, null]
SELECT id, x FROM (VALUES (1, ARRAY[10, 11]), (2, ARRAY[20])) t(id, a), UNNEST(a) AS u(x) ORDER BY x;
--> id integer | x integer
--> [1, 10]
--> [1, 11]
--> [2, 20]
SELECT id, x FROM (VALUES (1, ARRAY[10, 11])) t(id, a) CROSS JOIN UNNEST(t.a) AS u(x) WHERE x > 10;
--> id integer | x integer
--> [1, 11]
SELECT id, x, y FROM (VALUES (1, ARRAY[ARRAY[1, 2], ARRAY[3]])) t(id, a) CROSS JOIN UNNEST(a) AS u(x) CROSS JOIN UNNEST(x) AS v(y) ORDER BY y;
--> id integer | x array(integer) | y integer
--> [1, [1, 2], 1]
--> [1, [1, 2], 2]
--> [1, [3], 3]
SELECT id, k, v FROM (VALUES (1, MAP(ARRAY['a'], ARRAY[1])), (2, MAP(ARRAY['b', 'c'], ARRAY[2, 3]))) t(id, m) CROSS JOIN UNNEST(m) AS u(k, v) ORDER BY k;
--> id integer | k varchar(1) | v integer
--> [1, "a", 1]
--> [2, "b", 2]
--> [2, "c", 3]
SELECT id, x FROM (VALUES (1, ARRAY[10])) t(id, a) JOIN UNNEST(a) AS u(x) ON true;
--> id integer | x integer
--> [1, 10]
SELECT id, x FROM (VALUES (1, ARRAY[10])) t(id, a) LEFT JOIN UNNEST(a) AS u(x) ON x > 10;
--> error NOT_SUPPORTED: line 1:85: LEFT JOIN involving UNNEST is only supported with condition ON TRUE
SELECT id, x FROM (VALUES (1, ARRAY[10])) t(id, a) RIGHT JOIN UNNEST(a) AS u(x) ON true;
--> error INVALID_COLUMN_REFERENCE: line 1:70: LATERAL reference not allowed in RIGHT JOIN
SELECT * FROM (VALUES (1, ARRAY[10])) t(id, a) CROSS JOIN UNNEST(a, ARRAY['x', 'y']) AS u(x, y);
--> id integer | a array(integer) | x integer | y varchar(1)
--> [1, [10], 10, "x"]
--> [1, [10], null, "y"]
SELECT id, u.* FROM (VALUES (1, ARRAY[CAST(ROW('n', 5) AS row(name varchar, size bigint))])) t(id, a) CROSS JOIN UNNEST(a) AS u;
--> id integer | name varchar | size bigint
--> [1, "n", 5]
SELECT id, name FROM (VALUES (1, ARRAY[CAST(ROW('n', 5) AS row(name varchar, size bigint))])) t(id, a) CROSS JOIN UNNEST(a) AS u(name, size);
--> id integer | name varchar
--> [1, "n"]
SELECT id, value FROM (VALUES (1, 'a,b'), (2, 'c')) t(id, s) CROSS JOIN UNNEST(split(s, ',')) AS u(value) ORDER BY id, value;
--> id integer | value varchar(3)
--> [1, "a"]
--> [1, "b"]
--> [2, "c"]
SELECT id, value FROM (VALUES (1, '["x", "y"]')) t(id, j) CROSS JOIN UNNEST(CAST(json_parse(j) AS array(varchar))) AS u(value) ORDER BY value;
--> id integer | value varchar
--> [1, "x"]
--> [1, "y"]
SELECT id, n FROM (VALUES 1, 2) t(id) CROSS JOIN UNNEST(sequence(1, id)) AS u(n) ORDER BY id, n;
--> id integer | n bigint
--> [1, 1]
--> [2, 1]
--> [2, 2]
SELECT count(*), sum(x) FROM (VALUES (1, ARRAY[1, 2, 3])) t(id, a) CROSS JOIN UNNEST(a) AS u(x) GROUP BY id;
--> _col0 bigint | _col1 bigint
--> [3, 6]
SELECT id, (SELECT sum(x) FROM UNNEST(a) AS u(x)) FROM (VALUES (1, ARRAY[1, 2]), (2, ARRAY[])) t(id, a) ORDER BY id;
--> id integer | _col1 bigint
--> [1, 3]
--> [2, null]
SELECT * FROM (VALUES ARRAY[1]) t(a) WHERE EXISTS (SELECT 1 FROM UNNEST(a) AS u(x) WHERE x = 1);
--> error NOT_SUPPORTED: line 1:44: Given correlated subquery is not supported
