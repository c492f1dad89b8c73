-- # Rows
--
-- https://trino.io/docs/435/language/types.html#row

-- ## Fields
-- By name, or by position.
SELECT CAST(ROW(1, 'x') AS row(a integer, b varchar)).a, CAST(ROW(1, 'x') AS row(a integer, b varchar)).B, ROW(1, 'x')[2], CAST(ROW(1, CAST(ROW('y') AS row(c varchar))) AS row(a integer, b row(c varchar))).b.c;
--> _col0 integer | _col1 varchar | _col2 varchar(1) | _col3 varchar
--> [1, "x", "x", "y"]
SELECT r.a, r[2], r FROM (SELECT CAST(ROW(1, 'x') AS row(a integer, b varchar)) AS r);
--> a integer | _col1 varchar | r row(a integer, b varchar)
--> [1, "x", [1, "x"]]
SELECT t.r.a FROM (SELECT CAST(ROW(1, 'x') AS row(a integer, b varchar)) AS r) t;
--> a integer
--> [1]
SELECT r.z FROM (SELECT CAST(ROW(1) AS row(a integer)) AS r);
--> error COLUMN_NOT_FOUND: line 1:8: Column 'r.z' cannot be resolved
SELECT ROW(1, 2)[3];
--> error INVALID_FUNCTION_ARGUMENT: line 1:18: Subscript index out of bounds: 3, max value is 2
SELECT ROW(1, 2)[0];
--> error INVALID_FUNCTION_ARGUMENT: line 1:18: Invalid subscript index: 0. ROW indices start at 1
SELECT ROW(1, 2)[1 + 1];
--> error EXPRESSION_NOT_CONSTANT: line 1:20: Subscript expression on ROW requires a constant index
SELECT ROW(1, 2).field0;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'null' cannot be resolved
SELECT ROW(1, 2).a;
--> error COLUMN_NOT_FOUND: line 1:8: Column 'null' cannot be resolved
SELECT r.* FROM (SELECT CAST(ROW(1, 'x') AS row(a integer, b varchar)) AS r);
--> error TABLE_NOT_FOUND: line 1:8: Unable to resolve reference r
SELECT (CAST(ROW(1, 'x') AS row(a integer, b varchar))).*;
--> a integer | b varchar
--> [1, "x"]
SELECT (r).* FROM (VALUES CAST(ROW(1, 2) AS row(a integer, b integer))) t(r);
--> error MISMATCHED_COLUMN_ALIASES: line 1:19: Column alias list has 1 entries but 't' has 2 columns available
SELECT (ROW(1, 2)).* AS (x, y);
--> X integer | Y integer
--> [1, 2]
SELECT CAST(NULL AS row(a integer)).a, CAST(ROW(NULL) AS row(a integer)).a IS NULL, CAST(ROW(NULL) AS row(a integer)) IS NULL, ROW(NULL, NULL) IS NULL;
--> _col0 integer | _col1 boolean | _col2 boolean | _col3 boolean
--> [null, true, false, false]
SELECT CAST(ROW(1) AS row("A b" integer))."A b", CAST(ROW(1) AS row("Case" integer)).case_ FROM (VALUES 1) t(x);
--> error COLUMN_NOT_FOUND: line 1:50: Column 'null' cannot be resolved
SELECT hash.type, hash.value FROM (SELECT CAST(ROW('SHA256', 'ab') AS row(type varchar, value varchar)) AS hash);
--> type varchar | value varchar
--> ["SHA256", "ab"]

-- ## Equality and order
SELECT ROW(1, 2) = ROW(1, 2), (1, 2) = (1, 3), (1, 2) < (1, 3), ROW(2, 1) > ROW(1, 9), (1, 'a') IN ((1, 'a'), (2, 'b')), ROW(1) = ROW(1E0), ROW(1, NULL) IS DISTINCT FROM ROW(1, NULL);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean
--> [true, false, true, true, true, true, false]
SELECT (1, 2) = (1, 2, 3);
--> error TYPE_MISMATCH: line 1:15: Cannot apply operator: row(integer, integer) = row(integer, integer, integer)
SELECT (1, 'a') IN (SELECT 1, 'a');
--> _col0 boolean
--> [true]
SELECT (1, 'a') IN (VALUES (1, 'a'), (2, 'b'));
--> _col0 boolean
--> [true]
SELECT ROW(1, NULL) < ROW(1, 2);
--> error NOT_SUPPORTED: ROW comparison not supported for fields with null elements
SELECT r FROM (VALUES ROW(2, 'a'), ROW(1, 'b'), ROW(1, 'a')) t(r, s) ORDER BY r, s;
--> r integer
--> [1]
--> [1]
--> [2]
SELECT r FROM (SELECT ROW(x, y) AS r FROM (VALUES (2, 'a'), (1, 'b'), (1, 'a')) t(x, y)) ORDER BY r;
--> r row(integer, varchar(1))
--> [[1, "a"]]
--> [[1, "b"]]
--> [[2, "a"]]
SELECT DISTINCT ROW(x, 1) FROM (VALUES 1, 1, 2) t(x);
--> _col0 row(integer, integer)
--> [[1, 1]]
--> [[2, 1]]
SELECT ROW(), ROW(1);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'row' not registered
SELECT ROW(1 AS a);
--> error SYNTAX_ERROR: line 1:14: mismatched input 'AS'. Expecting: '%', ')', '*', '+', ',', '-', '.', '/', 'AND', 'AT', 'OR', 'ORDER', '[', '||', <predicate>
