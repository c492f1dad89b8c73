-- # Conditional expressions and lambdas
--
-- https://trino.io/docs/435/functions/conditional.html

-- ## CASE, IF, COALESCE, NULLIF, TRY
SELECT x, CASE x WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END FROM (VALUES 1, 2, 3, NULL) t(x) ORDER BY x;
--> x integer | _col1 varchar(4)
--> [1, "one"]
--> [2, "two"]
--> [3, "many"]
--> [null, "many"]
SELECT x, CASE WHEN x > 1 THEN 'big' WHEN x = 1 THEN 'one' END FROM (VALUES 1, 2, NULL) t(x) ORDER BY x;
--> x integer | _col1 varchar(3)
--> [1, "one"]
--> [2, "big"]
--> [null, null]
SELECT CASE NULL WHEN NULL THEN 1 ELSE 2 END, CASE WHEN NULL THEN 1 ELSE 2 END, CASE 1 WHEN 1 THEN NULL END;
--> _col0 integer | _col1 integer | _col2 unknown
--> [2, 2, null]
SELECT if(true, 1), if(false, 1), if(NULL, 1, 2), if(1 > 0, 'a', 'b'), IF(2 > 1, if(false, 1, 2), 3);
--> _col0 integer | _col1 integer | _col2 integer | _col3 varchar(1) | _col4 integer
--> [1, null, 2, "a", 2]
SELECT nullif(1, 1), nullif(1, 2), nullif(NULL, 1), nullif('a', 'b'), nullif(1, NULL), nullif(1, 1E0);
--> _col0 integer | _col1 integer | _col2 unknown | _col3 varchar(1) | _col4 integer | _col5 integer
--> [null, 1, null, "a", 1, null]
SELECT coalesce(NULL, 1, 2), coalesce(NULL, 'a'), coalesce(city, 'nowhere') FROM people WHERE id = 4;
--> _col0 integer | _col1 varchar(1) | _col2 varchar
--> [1, "a", "nowhere"]
SELECT CASE WHEN false THEN 1 / 0 ELSE 1 END, if(true, 1, 1 / 0), coalesce(1, 1 / 0), true OR 1 / 0 = 1;
--> _col0 integer | _col1 integer | _col2 integer | _col3 boolean
--> [1, 1, 1, true]
SELECT CASE x WHEN 0 THEN 0 ELSE 10 / x END FROM (VALUES 0, 5) t(x) ORDER BY 1;
--> _col0 integer
--> [0]
--> [2]
SELECT nullif(1, 'a');
--> error TYPE_MISMATCH: line 1:8: Types are not comparable with NULLIF: integer vs varchar(1)
SELECT CASE END;
--> error SYNTAX_ERROR: line 1:13: mismatched input 'END'. Expecting: 'WHEN', <expression>
SELECT if(true);
--> error SYNTAX_ERROR: line 1:8: Invalid number of arguments for 'if' function
SELECT ifnull(1, 2);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'ifnull' not registered
SELECT nvl(1, 2);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'nvl' not registered
SELECT iif(true, 1, 2);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'iif' not registered
SELECT decode(1, 1, 'a');
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'decode' not registered
SELECT isnull(1);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'isnull' not registered
SELECT try(CAST(x AS integer)) FROM (VALUES '1', 'x', NULL) t(x);
--> _col0 integer
--> [1]
--> [null]
--> [null]
SELECT count(*) FROM (VALUES '1', 'x') t(x) WHERE try_cast(x AS integer) IS NULL;
--> _col0 bigint
--> [1]

-- ## Lambdas
SELECT transform(ARRAY[1, 2], x -> x * y) FROM (VALUES 10) t(y);
--> _col0 array(integer)
--> [[10, 20]]
SELECT transform(ARRAY[1, 2], (x) -> x + 1), filter(ARRAY['a', 'b'], X -> x = 'a');
--> _col0 array(integer) | _col1 array(varchar(1))
--> [[2, 3], ["a"]]
SELECT transform(ARRAY[ARRAY[1], ARRAY[2, 3]], a -> transform(a, x -> x * cardinality(a)));
--> _col0 array(array(bigint))
--> [[[1], [4, 6]]]
SELECT transform(ARRAY[1], x -> (SELECT 1));
--> error NOT_SUPPORTED: line 1:33: Lambda expression cannot contain subqueries
SELECT transform(ARRAY[1], (x, y) -> 1);
--> error INVALID_PARAMETER_USAGE: line 1:28: Expected a lambda that takes 1 argument(s) but got 2
SELECT transform(ARRAY[1], x -> z);
--> error COLUMN_NOT_FOUND: line 1:33: Column 'z' cannot be resolved
SELECT x -> x + 1;
--> error TYPE_MISMATCH: line 1:8: Lambda expression should always be used inside a function
SELECT transform(ARRAY[1], upper);
--> error COLUMN_NOT_FOUND: line 1:28: Column 'upper' cannot be resolved
SELECT transform(ARRAY[1], lambda x: x);
--> error SYNTAX_ERROR: line 1:35: mismatched input 'x'. Expecting: '%', '(', ')', '*', '+', ',', '-', '->', '.', '/', 'AND', 'AT', 'OR', 'ORDER', 'OVER', '[', '||', <predicate>, <string>
SELECT transform(ARRAY['a'], x -> x + 1);
--> error TYPE_MISMATCH: line 1:37: Cannot apply operator: varchar(1) + integer
SELECT filter(ARRAY[1], x -> x);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (array(integer), <function>) for function filter. Expected: filter(array(t), function(t,boolean)) T
SELECT reduce(ARRAY[1], 0, (s, x) -> 'a', s -> s);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (array(integer), integer, <function>, <function>) for function reduce. Expected: reduce(array(T), S, function(S,T,S), function(S,R)) T, S, R

-- ## Reserved words and identifiers
SELECT 1 AS user;
--> user integer
--> [1]
SELECT 1 AS order;
--> error SYNTAX_ERROR: line 1:13: mismatched input 'order'. Expecting: <identifier>
SELECT 1 AS "order";
--> order integer
--> [1]
SELECT 1 AS timestamp, 2 AS date, 3 AS name, 4 AS type, 5 AS value, 6 AS size, 7 AS hash, 8 AS key;
--> timestamp integer | date integer | name integer | type integer | value integer | size integer | hash integer | key integer
--> [1, 2, 3, 4, 5, 6, 7, 8]
SELECT timestamp, "user" FROM (VALUES (1, 2)) t("timestamp", "user");
--> timestamp integer | user integer
--> [1, 2]
SELECT current_user IS NOT NULL, typeof(current_user);
--> _col0 boolean | _col1 varchar
--> [true, "varchar"]
SELECT 1 AS end;
--> error SYNTAX_ERROR: line 1:13: mismatched input 'end'. Expecting: <identifier>
SELECT 1 AS `x`;
--> error SYNTAX_ERROR: line 1:13: backquoted identifiers are not supported; use double quotes to quote identifiers
SELECT `x` FROM (VALUES 1) t(x);
--> error SYNTAX_ERROR: line 1:8: backquoted identifiers are not supported; use double quotes to quote identifiers
SELECT 1 AS 1x;
--> error SYNTAX_ERROR: line 1:13: identifiers must not start with a digit; surround the identifier with double quotes
SELECT 1 AS _x;
--> _x integer
--> [1]
SELECT 1 AS x$y;
--> error SYNTAX_ERROR: line 1:14: mismatched input '$'. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT 1 AS é;
--> error SYNTAX_ERROR: line 1:13: mismatched input 'é'. Expecting: <identifier>
SELECT "" FROM (VALUES 1) t("");
--> error SYNTAX_ERROR: line 1:8: Zero-length delimited identifier not allowed
SELECT table.x FROM (VALUES 1) t(x);
--> error SYNTAX_ERROR: line 1:8: mismatched input 'table'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT t.select FROM (VALUES 1) t(x);
--> error SYNTAX_ERROR: line 1:10: mismatched input 'select'. Expecting: '*', <identifier>
SELECT 1 AS first, 2 AS last, 3 AS row, 4 AS map, 5 AS array, 6 AS json, 7 AS year;
--> first integer | last integer | row integer | map integer | array integer | json integer | year integer
--> [1, 2, 3, 4, 5, 6, 7]
SELECT current_catalog, current_schema;
--> _col0 varchar | _col1 varchar
--> ["awsdatacatalog", "quilt_query"]

-- ## Other syntax
SELECT 1 FROM people TABLESAMPLE BERNOULLI (100) WHERE id = 1;
--> _col0 integer
--> [1]
SELECT 1 = 1 = true;
--> error SYNTAX_ERROR: line 1:14: mismatched input '='. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>
SELECT 1 < 2 < 3;
--> error SYNTAX_ERROR: line 1:14: mismatched input '<'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>
SELECT NOT true = false, NOT NULL IS NULL;
--> _col0 boolean | _col1 boolean
--> [true, false]
SELECT 2 BETWEEN 1 AND 3 AND true, 1 + 2 * 3 - 4 / 2 % 3;
--> _col0 boolean | _col1 integer
--> [true, 5]
SELECT 'a' || 'b' = 'ab', - 1 + 2, 1 - -1;
--> _col0 boolean | _col1 integer | _col2 integer
--> [true, 1, 2]
SELECT 1 IS NOT NULL IS NOT NULL;
--> error SYNTAX_ERROR: line 1:22: mismatched input 'IS'. Expecting: ',', 'AND', 'AS', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>, <identifier>
SELECT a FROM (VALUES 1) t(a) GROUP BY a HAVING a = 1 ORDER BY a LIMIT 1;
--> a integer
--> [1]
SELECT ?;
--> error INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0
SELECT :x;
--> error SYNTAX_ERROR: line 1:8: mismatched input ':'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT @x;
--> error SYNTAX_ERROR: line 1:8: mismatched input '@'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT 1 WHERE 1 IN ();
--> error SYNTAX_ERROR: line 1:18: mismatched input 'IN'. Expecting: 'AND', 'EXCEPT', 'FETCH', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WINDOW', <EOF>
SELECT EXTRACT(year FROM DATE '2020-01-01'), POSITION('b' IN 'abc'), SUBSTRING('abc' FROM 2);
--> _col0 bigint | _col1 bigint | _col2 varchar(3)
--> [2020, 2, "bc"]
SELECT * EXCEPT (id) FROM people;
--> error SYNTAX_ERROR: line 1:18: mismatched input 'id'. Expecting: '(', 'SELECT', 'TABLE', 'VALUES'
SELECT * EXCLUDE (id) FROM people;
--> error SYNTAX_ERROR: line 1:10: mismatched input 'EXCLUDE'. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT COLUMNS('x') FROM people;
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'columns' not registered
SELECT x: 1;
--> error SYNTAX_ERROR: line 1:9: mismatched input ':'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>
SELECT #1 FROM people;
--> error SYNTAX_ERROR: line 1:8: mismatched input '#'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT list_transform([1], x -> x);
--> error SYNTAX_ERROR: line 1:23: mismatched input '['. Expecting: ')', '*', 'ALL', 'DISTINCT', 'ORDER', <expression>
SELECT struct_pack(a := 1);
--> error SYNTAX_ERROR: line 1:22: mismatched input ':'. Expecting: '%', '(', ')', '*', '+', ',', '-', '->', '.', '/', 'AND', 'AT', 'OR', 'ORDER', 'OVER', '[', '||', <predicate>, <string>
SELECT * FROM read_csv('/etc/passwd');
--> error SYNTAX_ERROR: line 1:23: mismatched input '('. Expecting: ',', '.', 'AS', 'CROSS', 'EXCEPT', 'FETCH', 'FOR', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>, <identifier>
SELECT * FROM '/etc/passwd';
--> error SYNTAX_ERROR: line 1:15: mismatched input ''/etc/passwd''. Expecting: '(', 'JSON_TABLE', 'LATERAL', 'TABLE', 'UNNEST', <identifier>
SELECT * FROM range(3);
--> error SYNTAX_ERROR: line 1:20: mismatched input '('. Expecting: ',', '.', 'AS', 'CROSS', 'EXCEPT', 'FETCH', 'FOR', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>, <identifier>
SELECT * FROM generate_series(1, 3);
--> error SYNTAX_ERROR: line 1:30: mismatched input '('. Expecting: ',', '.', 'AS', 'CROSS', 'EXCEPT', 'FETCH', 'FOR', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>, <identifier>
SELECT * FROM duckdb_settings();
--> error SYNTAX_ERROR: line 1:30: mismatched input '('. Expecting: ',', '.', 'AS', 'CROSS', 'EXCEPT', 'FETCH', 'FOR', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>, <identifier>
SELECT * FROM pragma_version();
--> error SYNTAX_ERROR: line 1:29: mismatched input '('. Expecting: ',', '.', 'AS', 'CROSS', 'EXCEPT', 'FETCH', 'FOR', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>, <identifier>
SELECT getenv('HOME');
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'getenv' not registered
SELECT current_setting('threads');
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'current_setting' not registered
SELECT * FROM TABLE(sequence(1, 3));
--> sequential_number bigint
--> [1]
--> [2]
--> [3]
SELECT * FROM TABLE(sequence(start => 1, stop => 10, step => 4));
--> sequential_number bigint
--> [1]
--> [5]
--> [9]
PRAGMA version;
--> error SYNTAX_ERROR: line 1:1: mismatched input 'PRAGMA'. Expecting: 'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', 'USE', 'WITH', <query>
INSTALL httpfs;
--> error SYNTAX_ERROR: line 1:1: mismatched input 'INSTALL'. Expecting: 'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', 'USE', 'WITH', <query>
COPY people TO '/tmp/x';
--> error SYNTAX_ERROR: line 1:1: mismatched input 'COPY'. Expecting: 'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', 'USE', 'WITH', <query>
ATTACH 'x.db';
--> error SYNTAX_ERROR: line 1:1: mismatched input 'ATTACH'. Expecting: 'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', 'USE', 'WITH', <query>
