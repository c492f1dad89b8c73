-- # Joins
--
-- https://trino.io/docs/435/sql/select.html#joins

-- ## INNER, LEFT, RIGHT, FULL, CROSS
SELECT p.name, o.item FROM people p JOIN orders o ON o.person_id = p.id ORDER BY o.id;
--> name varchar | item varchar
--> ["Ada", "pen"]
--> ["Ada", "ink"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
SELECT p.name, o.item FROM people p INNER JOIN orders o ON o.person_id = p.id AND o.quantity > 2 ORDER BY o.id;
--> name varchar | item varchar
--> ["Ada", "pen"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
SELECT p.name, o.item FROM people p LEFT JOIN orders o ON o.person_id = p.id ORDER BY p.id, o.id;
--> name varchar | item varchar
--> ["Ada", "pen"]
--> ["Ada", "ink"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
--> ["Edsger", null]
--> ["Barbara", null]
--> ["grace", null]
SELECT p.name, o.item FROM people p LEFT OUTER JOIN orders o ON o.person_id = p.id AND o.item = 'ink' ORDER BY p.id;
--> name varchar | item varchar
--> ["Ada", "ink"]
--> ["Grace", null]
--> ["Alan", null]
--> ["Edsger", null]
--> ["Barbara", null]
--> ["grace", null]
SELECT p.name, o.item FROM people p RIGHT JOIN orders o ON o.person_id = p.id ORDER BY o.id;
--> name varchar | item varchar
--> ["Ada", "pen"]
--> ["Ada", "ink"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
--> [null, "ink"]
--> [null, "pen"]
SELECT p.name, o.item FROM people p FULL JOIN orders o ON o.person_id = p.id ORDER BY p.id NULLS LAST, o.id;
--> name varchar | item varchar
--> ["Ada", "pen"]
--> ["Ada", "ink"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
--> ["Edsger", null]
--> ["Barbara", null]
--> ["grace", null]
--> [null, "ink"]
--> [null, "pen"]
SELECT count(*) FROM people CROSS JOIN orders;
--> _col0 bigint
--> [36]
SELECT count(*) FROM people, orders;
--> _col0 bigint
--> [36]
SELECT p.name, o.item FROM people p, orders o WHERE o.person_id = p.id ORDER BY o.id;
--> name varchar | item varchar
--> ["Ada", "pen"]
--> ["Ada", "ink"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
SELECT p.name FROM people p LEFT JOIN orders o ON o.person_id = p.id WHERE o.id IS NULL ORDER BY p.name;
--> name varchar
--> ["Barbara"]
--> ["Edsger"]
--> ["grace"]
SELECT a.name, b.name FROM people a JOIN people b ON a.age = b.age AND a.id < b.id;
--> name varchar | name varchar
--> ["Alan", "grace"]
SELECT a.id, b.id FROM people a JOIN people b ON a.age < b.age AND a.city = b.city ORDER BY 1, 2;
--> id integer | id integer
--> [1, 3]
--> [1, 6]
SELECT p.name, o.item, q.name FROM people p JOIN orders o ON o.person_id = p.id JOIN people q ON q.city = p.city AND q.id <> p.id ORDER BY o.id, q.id;
--> name varchar | item varchar | name varchar
--> ["Ada", "pen", "Alan"]
--> ["Ada", "pen", "grace"]
--> ["Ada", "ink", "Alan"]
--> ["Ada", "ink", "grace"]
--> ["Alan", "paper", "Ada"]
--> ["Alan", "paper", "grace"]
SELECT * FROM (VALUES 1, NULL) a(x) JOIN (VALUES 1, NULL) b(y) ON x = y;
--> x integer | y integer
--> [1, 1]
SELECT * FROM (VALUES 1, NULL) a(x) JOIN (VALUES 1, NULL) b(y) ON x IS NOT DISTINCT FROM y ORDER BY x;
--> x integer | y integer
--> [1, 1]
--> [null, null]
SELECT * FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES 2, 3) b(y) ON x = y AND x > 1 ORDER BY x;
--> x integer | y integer
--> [1, null]
--> [2, 2]
SELECT * FROM (VALUES 1, 2) a(x) FULL JOIN (VALUES 2, 3) b(y) ON x = y ORDER BY x, y;
--> x integer | y integer
--> [1, null]
--> [2, 2]
--> [null, 3]
SELECT * FROM (VALUES 1) a(x) JOIN (VALUES 1) b(x) ON a.x = b.x;
--> x integer | x integer
--> [1, 1]
SELECT * FROM ((VALUES 1) a(x) JOIN (VALUES 2) b(y) ON true);
--> x integer | y integer
--> [1, 2]
SELECT * FROM (VALUES 1) a(x) LEFT JOIN (VALUES 2) b(y) ON false;
--> x integer | y integer
--> [1, null]
SELECT * FROM (VALUES 1, 2) a(x) JOIN (VALUES 1E0, 3E0) b(y) ON x = y;
--> x integer | y double
--> [1, 1.0]

-- ## Conditions of a side that has LIMIT
-- They hold for the columns that are joined with it, and prune what the other side reads.
SELECT p.name, o.item FROM (SELECT id, name FROM people WHERE id IN (1, 3) ORDER BY id LIMIT 2) p JOIN orders o ON o.person_id = p.id ORDER BY 1, 2;
--> name varchar | item varchar
--> ["Ada", "ink"]
--> ["Ada", "pen"]
--> ["Alan", "paper"]
SELECT p.name, o.item FROM (SELECT id, name FROM people WHERE id = 4 LIMIT 1) p LEFT JOIN orders o ON o.person_id = p.id;
--> name varchar | item varchar
--> ["Edsger", null]
SELECT p.name, o.item FROM orders o LEFT JOIN (SELECT id, name FROM people WHERE id = 1 LIMIT 1) p ON o.person_id = p.id ORDER BY 1, 2;
--> name varchar | item varchar
--> ["Ada", "ink"]
--> ["Ada", "pen"]
--> [null, "ink"]
--> [null, "paper"]
--> [null, "pen"]
--> [null, "pen"]
SELECT p.name, o.item FROM orders o FULL JOIN (SELECT id, name FROM people WHERE id IN (1, 4) LIMIT 2) p ON o.person_id = p.id ORDER BY 1, 2;
--> name varchar | item varchar
--> ["Ada", "ink"]
--> ["Ada", "pen"]
--> ["Edsger", null]
--> [null, "ink"]
--> [null, "paper"]
--> [null, "pen"]
--> [null, "pen"]
SELECT item FROM orders WHERE person_id IN (SELECT id FROM people WHERE id < 3 ORDER BY id LIMIT 5) ORDER BY 1;
--> item varchar
--> ["ink"]
--> ["pen"]
--> ["pen"]

-- ## USING and NATURAL
-- A column in USING is one column, without a table's name.
SELECT * FROM (VALUES (1, 'a')) t(k, x) JOIN (VALUES (1, 'b')) u(k, y) USING (k);
--> k integer | x varchar(1) | y varchar(1)
--> [1, "a", "b"]
SELECT k, x, y FROM (VALUES (1, 'a'), (2, 'c')) t(k, x) LEFT JOIN (VALUES (1, 'b')) u(k, y) USING (k) ORDER BY k;
--> k integer | x varchar(1) | y varchar(1)
--> [1, "a", "b"]
--> [2, "c", null]
SELECT k, x, y FROM (VALUES (1, 'a')) t(k, x) FULL JOIN (VALUES (2, 'b')) u(k, y) USING (k) ORDER BY k;
--> k integer | x varchar(1) | y varchar(1)
--> [1, "a", null]
--> [2, null, "b"]
SELECT k, x, y FROM (VALUES (1, 'a')) t(k, x) RIGHT JOIN (VALUES (1, 'b'), (2, 'c')) u(k, y) USING (k) ORDER BY k;
--> k integer | x varchar(1) | y varchar(1)
--> [1, "a", "b"]
--> [2, null, "c"]
SELECT * FROM (VALUES (1, 2, 3)) t(a, b, c) JOIN (VALUES (1, 2, 4)) u(a, b, d) USING (a, b);
--> a integer | b integer | c integer | d integer
--> [1, 2, 3, 4]
SELECT t.k FROM (VALUES (1, 'a')) t(k, x) JOIN (VALUES (1, 'b')) u(k, y) USING (k);
--> error COLUMN_NOT_FOUND: line 1:8: Column 't.k' cannot be resolved
SELECT k FROM (VALUES 1) t(k) JOIN (VALUES 1) u(k) ON t.k = u.k;
--> error AMBIGUOUS_NAME: line 1:8: Column 'k' is ambiguous
SELECT * FROM (VALUES 1) t(k) JOIN (VALUES 1) u(j) USING (k);
--> error COLUMN_NOT_FOUND: line 1:59: Column 'k' is missing from right side of join
SELECT * FROM (VALUES 1) t(k) NATURAL JOIN (VALUES 1) u(k);
--> error NOT_SUPPORTED: line 1:15: Natural join not supported
SELECT t.*, u.* FROM (VALUES (1, 'a')) t(k, x) JOIN (VALUES (1, 'b')) u(k, y) USING (k);
--> x varchar(1) | y varchar(1)
--> ["a", "b"]

-- ## LATERAL
SELECT t.x, l.y FROM (VALUES 1, 2) t(x) CROSS JOIN LATERAL (SELECT t.x * 10 AS y) l ORDER BY 1;
--> x integer | y integer
--> [1, 10]
--> [2, 20]
SELECT t.x, l.y FROM (VALUES 1, 2) t(x), LATERAL (SELECT x + 1 AS y) l ORDER BY 1;
--> x integer | y integer
--> [1, 2]
--> [2, 3]
SELECT p.name, l.n FROM people p CROSS JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.person_id = p.id) l ORDER BY p.id;
--> name varchar | n bigint
--> ["Ada", 2]
--> ["Grace", 1]
--> ["Alan", 1]
--> ["Edsger", 0]
--> ["Barbara", 0]
--> ["grace", 0]
SELECT p.name, l.item FROM people p LEFT JOIN LATERAL (SELECT item FROM orders o WHERE o.person_id = p.id ORDER BY o.id LIMIT 1) l ON true ORDER BY p.id;
--> name varchar | item varchar
--> ["Ada", "pen"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
--> ["Edsger", null]
--> ["Barbara", null]
--> ["grace", null]
SELECT p.name, l.item FROM people p CROSS JOIN LATERAL (SELECT item FROM orders o WHERE o.person_id = p.id ORDER BY o.price DESC LIMIT 1) l ORDER BY p.id;
--> name varchar | item varchar
--> ["Ada", "ink"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]

-- ## Errors
SELECT * FROM people JOIN orders;
--> error SYNTAX_ERROR: line 1:33: mismatched input '<EOF>'. Expecting: 'ON', 'USING'
SELECT * FROM people p JOIN orders o ON o.nothing = p.id;
--> error COLUMN_NOT_FOUND: line 1:41: Column 'o.nothing' cannot be resolved
SELECT * FROM people p JOIN orders o ON p.id;
--> error TYPE_MISMATCH: line 1:41: JOIN ON clause must evaluate to a boolean: actual type integer
SELECT * FROM people p JOIN orders o ON o.person_id = p.name;
--> error TYPE_MISMATCH: line 1:53: Cannot apply operator: integer = varchar
SELECT * FROM people p CROSS JOIN orders o ON true;
--> error SYNTAX_ERROR: line 1:44: mismatched input 'ON'. Expecting: '(', ',', 'CROSS', 'EXCEPT', 'FETCH', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT id FROM people JOIN orders ON person_id = people.id;
--> error AMBIGUOUS_NAME: line 1:8: Column 'id' is ambiguous
SELECT * FROM people p JOIN orders p ON true;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean | id integer | person_id integer | item varchar | quantity integer | price double | ordered timestamp(3)
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 104, 9, "ink", 2, 12.0, null]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 104, 9, "ink", 2, 12.0, null]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 104, 9, "ink", 2, 12.0, null]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 104, 9, "ink", 2, 12.0, null]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 104, 9, "ink", 2, 12.0, null]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 104, 9, "ink", 2, 12.0, null]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
SELECT * FROM people p SEMI JOIN orders o ON true;
--> error SYNTAX_ERROR: line 1:24: mismatched input 'SEMI'. Expecting: '(', ',', 'CROSS', 'EXCEPT', 'FETCH', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT * FROM people ASOF JOIN orders ON true;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean | id integer | person_id integer | item varchar | quantity integer | price double | ordered timestamp(3)
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 100, 1, "pen", 3, 1.5, "2024-01-05 10:00:00.000"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 101, 1, "ink", 1, 12.0, "2024-01-05 10:00:00.001"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 102, 2, "pen", 10, 1.25, "2024-02-29 23:59:59.999"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 103, 3, "paper", 500, 0.02, "2024-03-01 00:00:00.000"]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 104, 9, "ink", 2, 12.0, null]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 104, 9, "ink", 2, 12.0, null]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 104, 9, "ink", 2, 12.0, null]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 104, 9, "ink", 2, 12.0, null]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 104, 9, "ink", 2, 12.0, null]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 104, 9, "ink", 2, 12.0, null]
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [3, "Alan", "london", 41, null, "1912-06-23", false, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false, 105, null, "pen", null, 1.5, "2024-12-31 12:30:00.000"]
SELECT * FROM people p JOIN orders o ON count(*) = 1;
--> error EXPRESSION_NOT_SCALAR: line 1:50: JOIN clause cannot contain aggregations, window functions or grouping operations: [count(*)]
