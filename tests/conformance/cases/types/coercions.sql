-- # Coercions: types that Trino converts by itself

-- ## Common types
SELECT typeof(coalesce(1, BIGINT '2')), typeof(coalesce(1, 2E0)), typeof(coalesce(NULL, 'a')), typeof(coalesce('a', CAST('b' AS varchar))), typeof(if(true, 1, 2E0)), typeof(if(true, 'a', 'bcd'));
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["bigint", "double", "varchar(1)", "varchar", "double", "varchar(3)"]
SELECT typeof(CASE WHEN true THEN 1 ELSE BIGINT '2' END), typeof(CASE WHEN true THEN DECIMAL '1.5' ELSE 1 END), typeof(CASE WHEN true THEN DECIMAL '1.50' ELSE DECIMAL '10' END), typeof(nullif(1, 2E0)), typeof(CASE WHEN false THEN 1 END);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["bigint", "decimal(11,1)", "decimal(4,2)", "integer", "integer"]
SELECT coalesce(1, 'a');
--> error TYPE_MISMATCH: line 1:20: All COALESCE operands must be the same type or coercible to a common type. Cannot find common type between integer and varchar(1), all types (without duplicates): [integer, varchar(1)]
SELECT if(true, 1, 'a');
--> error TYPE_MISMATCH: line 1:8: Result types for IF must be the same: integer vs varchar(1)
SELECT CASE WHEN true THEN 1 ELSE 'a' END;
--> error TYPE_MISMATCH: line 1:35: All CASE results must be the same type or coercible to a common type. Cannot find common type between integer and varchar(1), all types (without duplicates): [integer, varchar(1)]
SELECT CASE 1 WHEN 'a' THEN 1 END;
--> error TYPE_MISMATCH: line 1:20: CASE operand type does not match WHEN clause operand type: integer vs varchar(1)
SELECT coalesce(DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00'), coalesce(NULL, NULL), coalesce(1, NULL), coalesce(NULL, 2, 3);
--> _col0 timestamp(0) | _col1 unknown | _col2 integer | _col3 integer
--> ["2020-01-01 00:00:00", null, 1, 2]
SELECT coalesce(1);
--> error SYNTAX_ERROR: line 1:8: The 'coalesce' function must have at least two arguments
SELECT coalesce();
--> error SYNTAX_ERROR: line 1:8: The 'coalesce' function must have at least two arguments
SELECT 1 UNION ALL SELECT 2.5E0;
--> _col0 double
--> [1.0]
--> [2.5]
SELECT 'a' UNION ALL SELECT 'bcd';
--> _col0 varchar(3)
--> ["bcd"]
--> ["a"]
SELECT 1 UNION SELECT 'a';
--> error TYPE_MISMATCH: line 1:10: column 1 in UNION query has incompatible types: integer, varchar(1)
SELECT DECIMAL '1.5' UNION ALL SELECT 10;
--> _col0 decimal(11, 1)
--> ["1.5"]
--> ["10.0"]
SELECT DATE '2020-01-01' UNION ALL SELECT TIMESTAMP '2020-01-01 00:00:00';
--> _col0 timestamp(0)
--> ["2020-01-01 00:00:00"]
--> ["2020-01-01 00:00:00"]
SELECT NULL UNION ALL SELECT 1;
--> _col0 integer
--> [null]
--> [1]
SELECT * FROM (VALUES (1, 'a'), (2.5E0, 'bcd')) t(x, y);
--> x double | y varchar(3)
--> [1.0, "a"]
--> [2.5, "bcd"]
SELECT * FROM (VALUES (1), ('a')) t(x);
--> error TYPE_MISMATCH: line 1:16: Values rows have mismatched types: row(integer) vs row(varchar(1))
SELECT * FROM (VALUES (1, 2), (3)) t;
--> error TYPE_MISMATCH: line 1:16: Values rows have mismatched sizes: 2 vs 1
SELECT ARRAY[1] = ARRAY[1E0], ROW(1, 'a') = ROW(1E0, 'a'), ARRAY[1, NULL] = ARRAY[1, NULL];
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, null]

-- ## Comparison of different types
SELECT 1 = 1E0, 1 < BIGINT '2', TINYINT '1' = DECIMAL '1.0', REAL '0.1' = 0.1E0, 'a' = CAST('a' AS char(3)), 2 > DECIMAL '1.99';
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean
--> [true, true, true, false, true, true]
SELECT 1 = '1';
--> error TYPE_MISMATCH: line 1:10: Cannot apply operator: integer = varchar(1)
SELECT true = 1;
--> error TYPE_MISMATCH: line 1:13: Cannot apply operator: boolean = integer
SELECT true = 'true';
--> error TYPE_MISMATCH: line 1:13: Cannot apply operator: boolean = varchar(4)
SELECT X'61' = 'a';
--> error TYPE_MISMATCH: line 1:14: Cannot apply operator: varbinary = varchar(1)
SELECT DATE '2020-01-01' = 1;
--> error TYPE_MISMATCH: line 1:26: Cannot apply operator: date = integer
SELECT ARRAY[1] = 1;
--> error TYPE_MISMATCH: line 1:17: Cannot apply operator: array(integer) = integer
SELECT 1 IN (1, 2.5E0), 'a' IN ('a', 'bcd'), 1 BETWEEN 0.5E0 AND 2;
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT 1 IN ('a');
--> error TYPE_MISMATCH: line 1:14: IN value and list items must be the same type or coercible to a common type. Cannot find common type between integer and varchar(1), all types (without duplicates): [integer, varchar(1)]
SELECT 1 BETWEEN 'a' AND 'b';
--> error TYPE_MISMATCH: line 1:10: Cannot check if integer is BETWEEN varchar(1) and varchar(1)
SELECT NOT 1;
--> error TYPE_MISMATCH: line 1:12: Value of logical NOT expression must evaluate to a boolean (actual: integer)
SELECT 1 AND true;
--> error TYPE_MISMATCH: line 1:8: Logical expression term must evaluate to a boolean (actual: integer)
SELECT if(1, 2, 3);
--> error TYPE_MISMATCH: line 1:11: IF condition must evaluate to a boolean (actual: integer)
SELECT 1 WHERE 1;
--> error TYPE_MISMATCH: line 1:16: WHERE clause must evaluate to a boolean: actual type integer
SELECT 1 WHERE NULL;
--> _col0 integer
SELECT CASE WHEN 1 THEN 2 END;
--> error TYPE_MISMATCH: line 1:18: CASE WHEN clause must evaluate to a boolean (actual: integer)
SELECT true AND NULL, false AND NULL, true OR NULL, false OR NULL, NOT NULL, NULL AND NULL;
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean
--> [null, false, true, null, null, null]
SELECT NULL = NULL, NULL <> 1, NULL IS NULL, 1 IS NOT NULL, NULL IS DISTINCT FROM NULL, 1 IS DISTINCT FROM NULL, 1 IS NOT DISTINCT FROM 1;
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean
--> [null, null, true, true, false, true, true]
SELECT 1 IS TRUE;
--> error SYNTAX_ERROR: line 1:13: mismatched input 'TRUE'. Expecting: 'DISTINCT', 'NOT', 'NULL'
SELECT 1 == 1;
--> error SYNTAX_ERROR: line 1:11: mismatched input '='. Expecting: 'ALL', 'ANY', 'SOME', <expression>
SELECT 1 != 2, 1 <> 2;
--> _col0 boolean | _col1 boolean
--> [true, true]
SELECT 1 <=> 1;
--> error SYNTAX_ERROR: line 1:12: mismatched input '>'. Expecting: 'ALL', 'ANY', 'SOME', <expression>
SELECT true || false;
--> error FUNCTION_NOT_FOUND: line 1:13: Unexpected parameters (boolean, boolean) for function concat. Expected: concat(E, array(E)) E, concat(array(E)) E, concat(array(E), E) E, concat(char(x), char(y)), concat(varbinary), concat(varchar)
SELECT max(ROW(1, 'a')), ROW(1, 2) < ROW(1, 3), ARRAY[1, 2] < ARRAY[1, 3], ARRAY[1] < ARRAY[1, 0];
--> _col0 row(integer, varchar(1)) | _col1 boolean | _col2 boolean | _col3 boolean
--> [[1, "a"], true, true, true]
SELECT ROW(1, NULL) = ROW(1, NULL), ROW(1, NULL) = ROW(2, NULL), ROW(1, 2) <> ROW(1, NULL), ARRAY[NULL] = ARRAY[NULL];
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [null, false, null, null]
SELECT ARRAY[1, NULL] < ARRAY[1, 2];
--> error NOT_SUPPORTED: ARRAY comparison not supported for arrays with null elements
SELECT MAP(ARRAY['a'], ARRAY[1]) = MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a', 'b'], ARRAY[1, 2]) = MAP(ARRAY['b', 'a'], ARRAY[2, 1]), MAP(ARRAY['a'], ARRAY[NULL]) = MAP(ARRAY['a'], ARRAY[NULL]);
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, null]
SELECT MAP(ARRAY['a'], ARRAY[1]) < MAP(ARRAY['a'], ARRAY[2]);
--> error TYPE_MISMATCH: line 1:34: Cannot apply operator: map(varchar(1), integer) < map(varchar(1), integer)

-- ## Arguments of functions
SELECT sqrt(4), length(CAST('ab' AS char(5))), abs(TINYINT '-5'), power(2, DECIMAL '3'), substr('abc', TINYINT '2'), repeat('a', 2), chr(SMALLINT '65'), concat('a', CAST('b' AS varchar));
--> _col0 double | _col1 bigint | _col2 tinyint | _col3 double | _col4 varchar(3) | _col5 array(varchar(1)) | _col6 varchar(1) | _col7 varchar
--> [2.0, 5, 5, 8.0, "bc", ["a", "a"], "A", "ab"]
SELECT sqrt('4');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function sqrt. Expected: sqrt(double)
SELECT substr('abc', 1.5E0);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(3), double) for function substr. Expected: substr(char(x), bigint), substr(char(x), bigint, bigint), substr(varbinary, bigint), substr(varbinary, bigint, bigint), substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)
SELECT substr('abc', BIGINT '2', INTEGER '1');
--> _col0 varchar(3)
--> ["b"]
SELECT upper(1);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function upper. Expected: upper(char(x)), upper(varchar(x))
SELECT round('1.5');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(3)) for function round. Expected: round(bigint), round(bigint, integer), round(decimal(p,s)), round(decimal(p,s), integer), round(double), round(double, integer), round(integer), round(integer, integer), round(real), round(real, integer), round(smallint), round(smallint, integer), round(tinyint), round(tinyint, integer)
SELECT chr(65.5E0);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (double) for function chr. Expected: chr(bigint)
SELECT sum('a');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function sum. Expected: sum(bigint), sum(decimal(p,s)), sum(double), sum(interval day to second), sum(interval year to month), sum(real)
SELECT avg(true);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (boolean) for function avg. Expected: avg(bigint), avg(decimal(p,s)), avg(double), avg(interval day to second), avg(interval year to month), avg(real)
SELECT length(ARRAY[1]);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (array(integer)) for function length. Expected: length(char(x)), length(varbinary), length(varchar(x))
SELECT cardinality('abc');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(3)) for function cardinality. Expected: cardinality(array(e)) E, cardinality(hyperloglog), cardinality(map(k,v)) K, V, cardinality(setdigest)
SELECT date_add('day', 1.5E0, DATE '2020-01-01');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(3), double, date) for function date_add. Expected: date_add(varchar(x), bigint, date), date_add(varchar(x), bigint, time(p) with time zone), date_add(varchar(x), bigint, time(p)), date_add(varchar(x), bigint, timestamp(p) with time zone), date_add(varchar(x), bigint, timestamp(p))
SELECT nosuchfunction(1);
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'nosuchfunction' not registered
SELECT LENGTH('abc'), Upper('a'), "upper"('a'), "UPPER"('a');
--> _col0 bigint | _col1 varchar(1) | _col2 varchar(1) | _col3 varchar(1)
--> [3, "A", "A", "A"]
