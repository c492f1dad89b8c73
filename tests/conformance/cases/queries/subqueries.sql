-- # Subqueries
--
-- https://trino.io/docs/435/sql/select.html#subqueries

-- ## Scalar
-- No row is NULL; several rows are an error.
SELECT (SELECT 1), (SELECT max(age) FROM people), (SELECT 1 WHERE false);
--> _col0 integer | _col1 integer | _col2 integer
--> [1, 85, null]
SELECT name FROM people WHERE age = (SELECT max(age) FROM people);
--> name varchar
--> ["Grace"]
SELECT (SELECT id FROM people);
--> error SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows
SELECT (SELECT 1, 2);
--> _col0 row(integer, integer)
--> [[1, 2]]
SELECT name, (SELECT count(*) FROM orders o WHERE o.person_id = p.id) AS n FROM people p ORDER BY id;
--> name varchar | n bigint
--> ["Ada", 2]
--> ["Grace", 1]
--> ["Alan", 1]
--> ["Edsger", 0]
--> ["Barbara", 0]
--> ["grace", 0]
SELECT name, (SELECT max(price) FROM orders o WHERE o.person_id = p.id) FROM people p ORDER BY id;
--> name varchar | _col1 double
--> ["Ada", 12.0]
--> ["Grace", 1.25]
--> ["Alan", 0.02]
--> ["Edsger", null]
--> ["Barbara", null]
--> ["grace", null]
SELECT name, (SELECT item FROM orders o WHERE o.person_id = p.id AND quantity > 2) FROM people p ORDER BY id;
--> name varchar | _col1 varchar
--> ["Ada", "pen"]
--> ["Grace", "pen"]
--> ["Alan", "paper"]
--> ["Edsger", null]
--> ["Barbara", null]
--> ["grace", null]
SELECT name, (SELECT item FROM orders o WHERE o.person_id = p.id) FROM people p ORDER BY id;
--> error SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows
SELECT name FROM people p WHERE age > (SELECT avg(age) FROM people q WHERE q.city = p.city) ORDER BY name;
--> name varchar
--> ["Alan"]
--> ["grace"]
SELECT id + (SELECT 10), CASE WHEN (SELECT true) THEN 'x' END FROM people WHERE id = 1;
--> _col0 integer | _col1 varchar(1)
--> [11, "x"]

-- ## IN and EXISTS
SELECT name FROM people WHERE id IN (SELECT person_id FROM orders) ORDER BY id;
--> name varchar
--> ["Ada"]
--> ["Grace"]
--> ["Alan"]
SELECT name FROM people WHERE id NOT IN (SELECT person_id FROM orders WHERE person_id IS NOT NULL) ORDER BY id;
--> name varchar
--> ["Edsger"]
--> ["Barbara"]
--> ["grace"]
SELECT name FROM people WHERE id NOT IN (SELECT person_id FROM orders) ORDER BY id;
--> name varchar
SELECT 1 IN (SELECT 1), 2 IN (SELECT 1), NULL IN (SELECT 1), 2 IN (VALUES 1, NULL), NULL IN (SELECT 1 WHERE false);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [true, false, null, null, false]
SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM orders o WHERE o.person_id = p.id) ORDER BY id;
--> name varchar
--> ["Ada"]
--> ["Grace"]
--> ["Alan"]
SELECT name FROM people p WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.person_id = p.id) ORDER BY id;
--> name varchar
--> ["Edsger"]
--> ["Barbara"]
--> ["grace"]
SELECT EXISTS (SELECT 1), EXISTS (SELECT 1 WHERE false), NOT EXISTS (SELECT NULL);
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, false, false]
SELECT name, id IN (SELECT person_id FROM orders) FROM people ORDER BY id;
--> name varchar | _col1 boolean
--> ["Ada", true]
--> ["Grace", true]
--> ["Alan", true]
--> ["Edsger", null]
--> ["Barbara", null]
--> ["grace", null]
SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM orders o WHERE o.person_id = p.id AND o.quantity > p.age);
--> name varchar
--> ["Alan"]
SELECT name FROM people WHERE id IN (SELECT id, person_id FROM orders);
--> error TYPE_MISMATCH: line 1:34: Value expression and result of subquery must be of the same type: row(integer) vs row(id integer, person_id integer)
SELECT name FROM people WHERE (id, 'pen') IN (SELECT person_id, item FROM orders) ORDER BY id;
--> name varchar
--> ["Ada"]
--> ["Grace"]
SELECT name FROM people WHERE id IN (SELECT name FROM people);
--> error TYPE_MISMATCH: line 1:34: Value expression and result of subquery must be of the same type: row(integer) vs row(name varchar)

-- ## ALL, ANY, SOME
SELECT 3 > ALL (VALUES 1, 2), 3 = ANY (VALUES 1, 3), 3 <> ALL (VALUES 1, 3), 1 < SOME (VALUES 1, 2), 1 >= ALL (SELECT 1 WHERE false), 1 = ANY (SELECT 1 WHERE false);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean
--> [true, true, false, true, true, false]
SELECT 3 > ALL (VALUES 1, NULL), 0 > ALL (VALUES 1, NULL), 1 = ANY (VALUES 1, NULL), 2 = ANY (VALUES 1, NULL), 1 <> ALL (VALUES NULL);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [null, false, true, null, null]
SELECT name FROM people WHERE age >= ALL (SELECT age FROM people WHERE age IS NOT NULL);
--> name varchar
--> ["Grace"]
SELECT 1 = ALL (VALUES 1, 1), 1 <> ANY (VALUES 1, 2);
--> _col0 boolean | _col1 boolean
--> [true, true]
SELECT 1 = ANY (ARRAY[1]);
--> error FUNCTION_NOT_FOUND: line 1:12: Function 'any' not registered
SELECT 'a' > ALL (VALUES 1);
--> error TYPE_MISMATCH: line 1:12: Value expression and result of subquery must be of the same type: row(varchar(1)) vs row(integer)

-- ## In FROM
SELECT * FROM (SELECT id, name FROM people) WHERE id = 1;
--> id integer | name varchar
--> [1, "Ada"]
SELECT t.n FROM (SELECT count(*) AS n FROM people) t;
--> n bigint
--> [6]
SELECT * FROM (SELECT name FROM people ORDER BY age DESC NULLS LAST LIMIT 2) ORDER BY name;
--> name varchar
--> ["Edsger"]
--> ["Grace"]
SELECT a, b FROM (SELECT 1, 2) AS t (a, b);
--> a integer | b integer
--> [1, 2]
SELECT _col0 FROM (SELECT 1);
--> error COLUMN_NOT_FOUND: line 1:8: Column '_col0' cannot be resolved
SELECT t."_col0" FROM (SELECT 1) t;
--> error COLUMN_NOT_FOUND: line 1:8: Column 't._col0' cannot be resolved
SELECT * FROM (SELECT 1, 2);
--> _col0 integer | _col1 integer
--> [1, 2]
SELECT x.a.b FROM (SELECT CAST(ROW(1) AS row(b integer)) AS a) x;
--> b integer
--> [1]
SELECT * FROM (SELECT * FROM (SELECT 1 AS x));
--> x integer
--> [1]
