-- # LIKE
--
-- https://trino.io/docs/435/functions/comparison.html#pattern-comparison-like

-- ## Wildcards
SELECT 'abc' LIKE 'a%', 'abc' LIKE '_b_', 'abc' LIKE 'b%', 'abc' LIKE 'abc', 'abc' LIKE 'ABC', '' LIKE '%', '' LIKE '';
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean
--> [true, true, false, true, false, true, true]
SELECT 'abc' NOT LIKE 'a%', NULL LIKE 'a', 'a' LIKE NULL;
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [false, null, null]
SELECT 'a
b' LIKE 'a%b', '😀' LIKE '_', 'ä' LIKE '_';
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT 'a.c' LIKE 'a.c', 'abc' LIKE 'a.c', 'a[c' LIKE 'a[c', 'a+' LIKE 'a+', '^a$' LIKE '^a$';
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [true, false, true, true, true]
SELECT 'a\b' LIKE 'a\b', 'a%' LIKE 'a\%';
--> _col0 boolean | _col1 boolean
--> [true, false]
SELECT name FROM people WHERE name LIKE '_r%' ORDER BY name;
--> name varchar
--> ["Grace"]
--> ["grace"]

-- ## ESCAPE
SELECT 'a_c' LIKE 'a$_c' ESCAPE '$', 'abc' LIKE 'a$_c' ESCAPE '$', '100%' LIKE '%#%' ESCAPE '#', 'a\b' LIKE 'a\\b' ESCAPE '\';
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, false, true, true]
SELECT 'a' LIKE 'a' ESCAPE '$$';
--> error INVALID_FUNCTION_ARGUMENT: Escape string must be a single character
SELECT 'a' LIKE 'a$' ESCAPE '$';
--> error INVALID_FUNCTION_ARGUMENT: Escape character must be followed by '%', '_' or the escape character itself
SELECT 'ab' LIKE 'a$b' ESCAPE '$';
--> error INVALID_FUNCTION_ARGUMENT: Escape character must be followed by '%', '_' or the escape character itself
SELECT 'a' LIKE 'a' ESCAPE '';
--> error INVALID_FUNCTION_ARGUMENT: Escape string must be a single character
SELECT '%' LIKE '%%' ESCAPE '%';
--> _col0 boolean
--> [true]

-- ## Types
SELECT 1 LIKE '1';
--> error TYPE_MISMATCH: line 1:8: Left side of LIKE expression must evaluate to a varchar (actual: integer)
SELECT CAST('a' AS char(3)) LIKE 'a', CAST('a' AS char(3)) LIKE 'a  ', CAST('a' AS char(3)) LIKE 'a%';
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [false, true, true]
SELECT 'a' ILIKE 'A';
--> error SYNTAX_ERROR: line 1:18: mismatched input ''A''. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT 'a' SIMILAR TO 'a';
--> error SYNTAX_ERROR: line 1:20: mismatched input 'TO'. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT 'a' GLOB 'a';
--> error SYNTAX_ERROR: line 1:17: mismatched input ''a''. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>
