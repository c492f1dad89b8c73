-- # SELECT: columns, WHERE, ORDER BY, LIMIT
--
-- https://trino.io/docs/435/sql/select.html

-- ## Columns and their names
-- An alias keeps its case; a column without a name is `_col` and its position.
SELECT 1, 'a', 1 AS x, 2 AS Foo, 3 AS "Bar baz", 4 + 5;
--> _col0 integer | _col1 varchar(1) | x integer | Foo integer | "Bar baz" integer | _col5 integer
--> [1, "a", 1, 2, 3, 9]
SELECT id, NAME, People.Age, "name" FROM people WHERE id = 1;
--> id integer | NAME varchar | Age integer | name varchar
--> [1, "Ada", 36, "Ada"]
SELECT * FROM people WHERE id = 1;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true]
SELECT people.*, 1 AS one FROM people WHERE id = 1;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean | one integer
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 1]
SELECT p.*, p.id FROM people AS p WHERE p.id = 1;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean | id integer
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true, 1]
SELECT p.* AS (a, b, c, d, e, f, g) FROM people p WHERE id = 1;
--> A integer | B varchar | C varchar | D integer | E double | F varchar | G boolean
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true]
SELECT id AS a, id AS a FROM people WHERE id = 1;
--> a integer | a integer
--> [1, 1]
SELECT a.id, b.id FROM people a, people b WHERE a.id = b.id AND a.id = 1;
--> id integer | id integer
--> [1, 1]
SELECT upper(name), count(*) OVER (), name || '!' AS shout FROM people WHERE id = 1;
--> _col0 varchar | _col1 bigint | shout varchar
--> ["ADA", 1, "Ada!"]
SELECT DISTINCT city FROM people ORDER BY city;
--> city varchar
--> ["london"]
--> ["los angeles"]
--> ["new york"]
--> [null]
SELECT DISTINCT city, active FROM people ORDER BY 1, 2;
--> city varchar | active boolean
--> ["london", false]
--> ["london", true]
--> ["los angeles", true]
--> ["new york", true]
--> [null, null]
SELECT ALL city FROM people WHERE id = 1;
--> city varchar
--> ["london"]
SELECT x y FROM (VALUES 1) t(x);
--> y integer
--> [1]
SELECT 1 AS "select", 2 AS "a""b";
--> select integer | "a\"b" integer
--> [1, 2]
SELECT t."X" FROM (VALUES 1) t(x);
--> X integer
--> [1]
SELECT "ID" FROM people WHERE "Id" = 1;
--> ID integer
--> [1]
SELECT awsdatacatalog.quilt_query.people.id FROM people WHERE id = 1;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'awsdatacatalog.quilt_query.people.id' cannot be resolved
SELECT quilt_query.people.id FROM quilt_query.people WHERE id = 1;
--> id integer
--> [1]
SELECT id FROM "awsdatacatalog"."quilt_query"."people" WHERE id = 1;
--> id integer
--> [1]
SELECT id FROM AwsDataCatalog.Quilt_Query.PEOPLE WHERE id = 1;
--> id integer
--> [1]
SELECT id FROM nodatabase.people;
--> error SCHEMA_NOT_FOUND: line 1:16: Schema 'nodatabase' does not exist
SELECT id FROM nocatalog.quilt_query.people;
--> error CATALOG_NOT_FOUND: line 1:16: Catalog 'nocatalog' does not exist
SELECT -id, +id, NOT active, id IS NULL, -(-id) FROM people WHERE id = 1;
--> _col0 integer | _col1 integer | _col2 boolean | _col3 boolean | _col4 integer
--> [-1, 1, false, false, 1]

-- ## Name resolution errors
SELECT nothing FROM people;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved
SELECT people.nothing FROM people;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'people.nothing' cannot be resolved
SELECT p.id FROM people;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'p.id' cannot be resolved
SELECT people.id FROM people p;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'people.id' cannot be resolved
SELECT id FROM people a, people b;
--> error AMBIGUOUS_NAME: line 1:8: Column 'id' is ambiguous
SELECT x FROM (VALUES 1) t(x), (VALUES 2) u(x);
--> error AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous
SELECT a FROM (SELECT 1 AS a, 2 AS a);
--> error AMBIGUOUS_NAME: line 1:8: Column 'a' is ambiguous
SELECT * FROM (SELECT 1 AS a, 2 AS a);
--> a integer | a integer
--> [1, 2]
SELECT * FROM nothing;
--> error TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.quilt_query.nothing' does not exist
SELECT * FROM (VALUES 1) AS t(x, y);
--> error MISMATCHED_COLUMN_ALIASES: line 1:15: Column alias list has 2 entries but 't' has 1 columns available
SELECT x FROM (SELECT 1 AS x) WHERE y = 1;
--> error COLUMN_NOT_FOUND: line 1:37: Column 'y' cannot be resolved
SELECT 1 AS x WHERE x = 1;
--> error COLUMN_NOT_FOUND: line 1:21: Column 'x' cannot be resolved
SELECT id AS n FROM people WHERE n = 1;
--> error COLUMN_NOT_FOUND: line 1:34: Column 'n' cannot be resolved
SELECT id + 1 AS n, n + 1 FROM people;
--> error COLUMN_NOT_FOUND: line 1:21: Column 'n' cannot be resolved
SELECT t.* FROM people;
--> error TABLE_NOT_FOUND: line 1:8: Unable to resolve reference t
SELECT *;
--> error COLUMN_NOT_FOUND: line 1:8: SELECT * not allowed in queries without FROM clause
SELECT nothing.* FROM people;
--> error TABLE_NOT_FOUND: line 1:8: Unable to resolve reference nothing

-- ## WHERE
SELECT name FROM people WHERE age > 40 AND city = 'london' OR name = 'Grace' ORDER BY name;
--> name varchar
--> ["Alan"]
--> ["Grace"]
--> ["grace"]
SELECT name FROM people WHERE NOT (age > 40) ORDER BY name;
--> name varchar
--> ["Ada"]
SELECT name FROM people WHERE active ORDER BY name;
--> name varchar
--> ["Ada"]
--> ["Barbara"]
--> ["Grace"]
SELECT name FROM people WHERE active IS NULL;
--> name varchar
--> ["Edsger"]
SELECT name FROM people WHERE age BETWEEN 41 AND 72 ORDER BY id;
--> name varchar
--> ["Alan"]
--> ["Edsger"]
--> ["grace"]
SELECT name FROM people WHERE age NOT BETWEEN 41 AND 72 ORDER BY id;
--> name varchar
--> ["Ada"]
--> ["Grace"]
SELECT name FROM people WHERE age IN (36, 41) ORDER BY id;
--> name varchar
--> ["Ada"]
--> ["Alan"]
--> ["grace"]
SELECT name FROM people WHERE age NOT IN (36, 41) ORDER BY id;
--> name varchar
--> ["Grace"]
--> ["Edsger"]
SELECT name FROM people WHERE age NOT IN (36, NULL);
--> name varchar
SELECT name FROM people WHERE city <> 'london' ORDER BY id;
--> name varchar
--> ["Grace"]
--> ["Barbara"]
SELECT name FROM people WHERE city IS DISTINCT FROM 'london' ORDER BY id;
--> name varchar
--> ["Grace"]
--> ["Edsger"]
--> ["Barbara"]
SELECT name FROM people WHERE (city, age) = ('london', 36);
--> name varchar
--> ["Ada"]
SELECT name FROM people WHERE (city, age) IN (('london', 36), ('new york', 85)) ORDER BY 1;
--> name varchar
--> ["Ada"]
--> ["Grace"]
SELECT name FROM people WHERE CASE WHEN age > 50 THEN true ELSE false END ORDER BY 1;
--> name varchar
--> ["Edsger"]
--> ["Grace"]
SELECT name FROM people WHERE false;
--> name varchar
SELECT count(*) FROM people WHERE NULL;
--> _col0 bigint
--> [0]
SELECT name FROM people WHERE score = 2500.25E0 ORDER BY 1;
--> name varchar
--> ["Barbara"]
--> ["Edsger"]
SELECT name FROM people WHERE try_cast(born AS date) < DATE '1900-01-01';
--> name varchar
--> ["Ada"]
SELECT name FROM people WHERE age = '36';
--> error TYPE_MISMATCH: line 1:35: Cannot apply operator: integer = varchar(2)
SELECT name FROM people WHERE name = "Ada";
--> error COLUMN_NOT_FOUND: line 1:38: Column 'ada' cannot be resolved

-- ## ORDER BY
-- NULL is last, ascending or descending.
SELECT name, age FROM people ORDER BY age, name;
--> name varchar | age integer
--> ["Ada", 36]
--> ["Alan", 41]
--> ["grace", 41]
--> ["Edsger", 72]
--> ["Grace", 85]
--> ["Barbara", null]
SELECT name, age FROM people ORDER BY age DESC, name DESC;
--> name varchar | age integer
--> ["Grace", 85]
--> ["Edsger", 72]
--> ["grace", 41]
--> ["Alan", 41]
--> ["Ada", 36]
--> ["Barbara", null]
SELECT name, age FROM people ORDER BY age NULLS FIRST, name;
--> name varchar | age integer
--> ["Barbara", null]
--> ["Ada", 36]
--> ["Alan", 41]
--> ["grace", 41]
--> ["Edsger", 72]
--> ["Grace", 85]
SELECT name, age FROM people ORDER BY age DESC NULLS LAST, id;
--> name varchar | age integer
--> ["Grace", 85]
--> ["Edsger", 72]
--> ["Alan", 41]
--> ["grace", 41]
--> ["Ada", 36]
--> ["Barbara", null]
SELECT name AS n FROM people ORDER BY n;
--> n varchar
--> ["Ada"]
--> ["Alan"]
--> ["Barbara"]
--> ["Edsger"]
--> ["Grace"]
--> ["grace"]
SELECT name FROM people ORDER BY age * -1 NULLS FIRST, id;
--> name varchar
--> ["Barbara"]
--> ["Grace"]
--> ["Edsger"]
--> ["Alan"]
--> ["grace"]
--> ["Ada"]
SELECT name, id FROM people ORDER BY 2 DESC;
--> name varchar | id integer
--> ["grace", 6]
--> ["Barbara", 5]
--> ["Edsger", 4]
--> ["Alan", 3]
--> ["Grace", 2]
--> ["Ada", 1]
SELECT name FROM people ORDER BY lower(name), id;
--> name varchar
--> ["Ada"]
--> ["Alan"]
--> ["Barbara"]
--> ["Edsger"]
--> ["Grace"]
--> ["grace"]
SELECT id AS age FROM people ORDER BY age;
--> age integer
--> [1]
--> [2]
--> [3]
--> [4]
--> [5]
--> [6]
SELECT name FROM people ORDER BY 2;
--> error INVALID_COLUMN_REFERENCE: line 1:34: ORDER BY position 2 is not in select list
SELECT name FROM people ORDER BY 0;
--> error INVALID_COLUMN_REFERENCE: line 1:34: ORDER BY position 0 is not in select list
SELECT name FROM people ORDER BY nothing;
--> error COLUMN_NOT_FOUND: line 1:34: Column 'nothing' cannot be resolved
SELECT DISTINCT name FROM people ORDER BY age;
--> error EXPRESSION_NOT_IN_DISTINCT: line 1:1: For SELECT DISTINCT, ORDER BY expressions must appear in select list
SELECT city, count(*) AS n FROM people GROUP BY city ORDER BY n DESC, city;
--> city varchar | n bigint
--> ["london", 3]
--> ["los angeles", 1]
--> ["new york", 1]
--> [null, 1]
SELECT x FROM (VALUES nan(), 1E0, infinity(), -infinity(), NULL) t(x) ORDER BY x;
--> x double
--> ["-Infinity"]
--> [1.0]
--> ["Infinity"]
--> ["NaN"]
--> [null]
SELECT x FROM (VALUES true, false, NULL) t(x) ORDER BY x DESC;
--> x boolean
--> [true]
--> [false]
--> [null]
SELECT x FROM (VALUES X'02', X'01ff', X'') t(x) ORDER BY x;
--> x varbinary
--> [""]
--> ["Af8="]
--> ["Ag=="]
SELECT name FROM people ORDER BY ALL;
--> error COLUMN_NOT_FOUND: line 1:34: Column 'all' cannot be resolved
SELECT name FROM people ORDER BY 'x', name;
--> name varchar
--> ["Ada"]
--> ["Alan"]
--> ["Barbara"]
--> ["Edsger"]
--> ["Grace"]
--> ["grace"]

-- ## LIMIT, OFFSET, FETCH
-- OFFSET comes before LIMIT.
SELECT id FROM people ORDER BY id LIMIT 2;
--> id integer
--> [1]
--> [2]
SELECT id FROM people ORDER BY id OFFSET 4;
--> id integer
--> [5]
--> [6]
SELECT id FROM people ORDER BY id OFFSET 1 LIMIT 2;
--> id integer
--> [2]
--> [3]
SELECT id FROM people ORDER BY id OFFSET 1 ROW FETCH NEXT 2 ROWS ONLY;
--> id integer
--> [2]
--> [3]
SELECT id FROM people ORDER BY id OFFSET 1 ROWS FETCH FIRST ROW ONLY;
--> id integer
--> [2]
SELECT id, age FROM people ORDER BY age DESC NULLS LAST FETCH FIRST 3 ROWS WITH TIES;
--> id integer | age integer
--> [2, 85]
--> [4, 72]
--> [3, 41]
--> [6, 41]
SELECT age FROM people ORDER BY age FETCH FIRST 2 ROWS WITH TIES;
--> age integer
--> [36]
--> [41]
--> [41]
SELECT count(*) FROM (SELECT id FROM people LIMIT 3);
--> _col0 bigint
--> [3]
SELECT id FROM people ORDER BY id LIMIT ALL;
--> id integer
--> [1]
--> [2]
--> [3]
--> [4]
--> [5]
--> [6]
SELECT id FROM people ORDER BY id LIMIT 0;
--> id integer
SELECT id FROM people ORDER BY id OFFSET 100;
--> id integer
SELECT id FROM people ORDER BY id LIMIT 2 OFFSET 1;
--> error SYNTAX_ERROR: line 1:43: mismatched input 'OFFSET'. Expecting: <EOF>
SELECT id FROM people LIMIT -1;
--> error SYNTAX_ERROR: line 1:29: mismatched input '-'. Expecting: '(', ',', 'CROSS', 'EXCEPT', 'FETCH', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT id FROM people LIMIT 1 + 1;
--> error SYNTAX_ERROR: line 1:31: mismatched input '+'. Expecting: <EOF>
SELECT id FROM people LIMIT '1';
--> error SYNTAX_ERROR: line 1:29: mismatched input ''1''. Expecting: '(', ',', 'CROSS', 'EXCEPT', 'FETCH', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT TOP 1 id FROM people;
--> error SYNTAX_ERROR: line 1:12: mismatched input '1'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>
SELECT id FROM people FETCH FIRST 1 ROWS WITH TIES;
--> error MISSING_ORDER_BY: line 1:23: FETCH FIRST WITH TIES clause requires ORDER BY
SELECT id FROM people ORDER BY id FETCH FIRST 0 ROWS ONLY;
--> error NUMERIC_VALUE_OUT_OF_RANGE: line 1:35: FETCH FIRST row count must be positive (actual value: 0)

-- ## VALUES and TABLE
VALUES 1, 2, 3;
--> _col0 integer
--> [1]
--> [2]
--> [3]
VALUES (1, 'a'), (2, 'b');
--> _col0 integer | _col1 varchar(1)
--> [1, "a"]
--> [2, "b"]
VALUES (1, NULL), (NULL, 'b');
--> _col0 integer | _col1 varchar(1)
--> [1, null]
--> [null, "b"]
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (id, name) ORDER BY id DESC;
--> id integer | name varchar(1)
--> [2, "b"]
--> [1, "a"]
TABLE people;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true]
--> [2, "Grace", "new york", 85, 3100.0, "1906-12-09", true]
--> [3, "Alan", "london", 41, null, "1912-06-23", false]
--> [4, "Edsger", null, 72, 2500.25, "1930-05-11", null]
--> [5, "Barbara", "los angeles", null, 2500.25, null, true]
--> [6, "grace", "london", 41, 0.0, "1912-06-23", false]
TABLE people ORDER BY id LIMIT 1;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true]
SELECT * FROM (TABLE people) WHERE id = 1;
--> id integer | name varchar | city varchar | age integer | score double | born varchar | active boolean
--> [1, "Ada", "london", 36, 1200.5, "1815-12-10", true]
VALUES (1, 'a') ORDER BY 1;
--> _col0 integer | _col1 varchar(1)
--> [1, "a"]
VALUES 3, 1, 2 ORDER BY 1 LIMIT 2;
--> _col0 integer
--> [1]
--> [2]
VALUES ();
--> error SYNTAX_ERROR: line 1:10: mismatched input '<EOF>'. Expecting: '->'
VALUES 1, 'a';
--> error TYPE_MISMATCH: line 1:1: Values rows have mismatched types: row(integer) vs row(varchar(1))
VALUES (1, 2), (3);
--> error TYPE_MISMATCH: line 1:1: Values rows have mismatched sizes: 2 vs 1

-- ## Comments and layout
SELECT /* a comment */ 1 -- the end;
--> _col0 integer
--> [1]
SELECT 1 /* nested /* not */;
--> _col0 integer
--> [1]
/* first */ SELECT 1 AS x;
--> x integer
--> [1]
select   Id
from
  people where ID=1;
--> Id integer
--> [1]
SELECT;
--> error SYNTAX_ERROR: line 1:7: mismatched input '<EOF>'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT 1,;
--> error SYNTAX_ERROR: line 1:10: mismatched input '<EOF>'. Expecting: '*', <expression>
SELECT FROM people;
--> error SYNTAX_ERROR: line 1:8: mismatched input 'FROM'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT 1 FROM;
--> error SYNTAX_ERROR: line 1:14: mismatched input '<EOF>'. Expecting: '(', 'JSON_TABLE', 'LATERAL', 'TABLE', 'UNNEST', <identifier>
SELECT (1;
--> error SYNTAX_ERROR: line 1:10: mismatched input '<EOF>'. Expecting: '%', ')', '*', '+', ',', '-', '.', '/', 'AND', 'AT', 'OR', '[', '||', <predicate>
SELECT 1 2;
--> error SYNTAX_ERROR: line 1:10: mismatched input '2'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>
FROM people;
--> error SYNTAX_ERROR: line 1:1: mismatched input 'FROM'. Expecting: 'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', 'USE', 'WITH', <query>
SELECT * FROM people WHERE;
--> error SYNTAX_ERROR: line 1:27: mismatched input '<EOF>'. Expecting: <expression>
SELEC 1;
--> error SYNTAX_ERROR: line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', 'USE', 'WITH', <query>
SELECT 1 UNION;
--> error SYNTAX_ERROR: line 1:15: mismatched input '<EOF>'. Expecting: '(', 'ALL', 'DISTINCT', 'SELECT', 'TABLE', 'VALUES'
SELECT a-b FROM (VALUES (5, 3)) t(a, b);
--> _col0 integer
--> [2]
