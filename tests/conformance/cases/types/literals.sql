-- # Literals and their types
--
-- https://trino.io/docs/435/language/types.html

-- ## Numbers
SELECT 1, 2147483647, 2147483648, -1, 0x1F, 0b101, 0o17, 1_000_000, 0xFF_FF;
--> _col0 integer | _col1 integer | _col2 bigint | _col3 integer | _col4 integer | _col5 integer | _col6 integer | _col7 integer | _col8 integer
--> [1, 2147483647, 2147483648, -1, 31, 5, 15, 1000000, 65535]
SELECT typeof(1), typeof(2147483648), typeof(0x1F), typeof(1E0), typeof(1.5E0), typeof(DECIMAL '1.50'), typeof(1E-3), typeof(DECIMAL '1');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar | _col7 varchar
--> ["integer", "bigint", "integer", "double", "double", "decimal(3,2)", "double", "decimal(1,0)"]
SELECT 1E0, 1e3, 1.5E-3, .5E0, 5.E0, 1E308, 1E+2;
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double | _col6 double
--> [1.0, 1000.0, 0.0015, 0.5, 5.0, 1e+308, 100.0]
SELECT 1E400;
--> _col0 double
--> ["Infinity"]
SELECT 1_;
--> error SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes
SELECT 1__0;
--> error SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes
SELECT 0x;
--> error SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes
SELECT 1x;
--> error SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes
SELECT DECIMAL '1.50', DECIMAL '-0.001', DECIMAL '12345678901234567890123456789012345678', DECIMAL '0', DECIMAL '000.10', DECIMAL '.5', DECIMAL '5.';
--> _col0 decimal(3, 2) | _col1 decimal(3, 3) | _col2 decimal(38, 0) | _col3 decimal(1, 0) | _col4 decimal(2, 2) | _col5 decimal(1, 1) | _col6 decimal(1, 0)
--> ["1.50", "-0.001", "12345678901234567890123456789012345678", "0", "0.10", "0.5", "5"]
SELECT DECIMAL '123456789012345678901234567890123456789';
--> error INVALID_LITERAL: line 1:8: '123456789012345678901234567890123456789' is not a valid DECIMAL literal
SELECT DECIMAL 'x';
--> error INVALID_LITERAL: line 1:8: 'x' is not a valid DECIMAL literal
SELECT DECIMAL '1e2';
--> error INVALID_LITERAL: line 1:8: '1e2' is not a valid DECIMAL literal
SELECT BIGINT '5', INTEGER '5', SMALLINT '5', TINYINT '5', REAL '1.5', DOUBLE '1.5', BOOLEAN 'true', VARCHAR 'a', CHAR 'ab';
--> _col0 bigint | _col1 integer | _col2 smallint | _col3 tinyint | _col4 real | _col5 double | _col6 boolean | _col7 varchar | _col8 char(2)
--> [5, 5, 5, 5, 1.5, 1.5, true, "a", "ab"]
SELECT TINYINT '300';
--> error INVALID_LITERAL: line 1:8: '300' is not a valid TINYINT literal
SELECT INTEGER 'x';
--> error INVALID_LITERAL: line 1:8: 'x' is not a valid INTEGER literal
SELECT BIGINT '1.5';
--> error INVALID_LITERAL: line 1:8: '1.5' is not a valid BIGINT literal
SELECT DOUBLE 'NaN', DOUBLE 'Infinity', DOUBLE '-Infinity', REAL 'NaN', DOUBLE '1e3', DOUBLE ' 1 ';
--> _col0 double | _col1 double | _col2 double | _col3 real | _col4 double | _col5 double
--> ["NaN", "Infinity", "-Infinity", "NaN", 1000.0, 1.0]
SELECT TINYINT '-128', SMALLINT '-32768', INTEGER '-2147483648', BIGINT '-9223372036854775808', BIGINT '+5';
--> _col0 tinyint | _col1 smallint | _col2 integer | _col3 bigint | _col4 bigint
--> [-128, -32768, -2147483648, -9223372036854775808, 5]

-- ## Double literals
-- Athena reads a number with a point as a double, Trino as a decimal.
-- Athena: a number with a decimal point is a DOUBLE literal. https://docs.aws.amazon.com/athena/latest/ug/data-types.html
SELECT 1.5;
--> _col0 decimal(2, 1)
--> ["1.5"]
--> athena _col0 double
--> athena [1.5]
-- Athena: a number with a decimal point is a DOUBLE literal. https://docs.aws.amazon.com/athena/latest/ug/data-types.html
SELECT typeof(1.234), 0.1 + 0.2;
--> _col0 varchar | _col1 decimal(2, 1)
--> ["decimal(4,3)", "0.3"]
--> athena _col0 varchar | _col1 double
--> athena ["double", 0.30000000000000004]
-- Athena: a number with a decimal point is a DOUBLE literal. https://docs.aws.amazon.com/athena/latest/ug/data-types.html
SELECT 7 / 2.0, 1 = 1.0, 10 * 1.1, CAST(1.5 AS decimal(3,1));
--> _col0 decimal(12, 1) | _col1 boolean | _col2 decimal(12, 1) | _col3 decimal(3, 1)
--> ["3.5", true, "11.0", "1.5"]
--> athena _col0 double | _col1 boolean | _col2 double | _col3 decimal(3, 1)
--> athena [3.5, true, 11.0, "1.5"]
-- Athena: a number with a decimal point is a DOUBLE literal. https://docs.aws.amazon.com/athena/latest/ug/data-types.html
SELECT round(2.675, 2), avg(x), max(x) FROM (VALUES 1.5, 2.0) t(x);
--> _col0 decimal(5, 3) | _col1 decimal(2, 1) | _col2 decimal(2, 1)
--> ["2.680", "1.8", "2.0"]
--> athena _col0 double | _col1 double | _col2 double
--> athena [2.68, 1.75, 2.0]

-- ## Strings
SELECT 'abc', '', 'it''s', 'a\nb', U&'\00e9', U&'d\0061t\+000061', U&'d!0061ta' UESCAPE '!', '😀';
--> _col0 varchar(3) | _col1 varchar(0) | _col2 varchar(4) | _col3 varchar(4) | _col4 varchar(1) | _col5 varchar(4) | _col6 varchar(4) | _col7 varchar(1)
--> ["abc", "", "it's", "a\\nb", "é", "data", "data", "😀"]
SELECT typeof('abc'), typeof(''), typeof(CAST('abc' AS varchar)), typeof(CAST('abc' AS varchar(10))), typeof(CAST('a' AS char(3))), typeof(U&'\00e9'), typeof('a' || 'bc'), typeof('ä');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar | _col7 varchar
--> ["varchar(3)", "varchar(0)", "varchar", "varchar(10)", "char(3)", "varchar(1)", "varchar", "varchar(1)"]
SELECT U&'\zzzz';
--> error SYNTAX_ERROR: line 1:8: Invalid hexadecimal digit: z
SELECT "abc";
--> error COLUMN_NOT_FOUND: line 1:8: Column 'abc' cannot be resolved
SELECT 'abc;
--> error SYNTAX_ERROR: line 1:8: mismatched input '''. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT E'a\n';
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: E
SELECT $$abc$$;
--> error SYNTAX_ERROR: line 1:8: mismatched input '$'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT N'abc';
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: N
SELECT 'a' 'b';
--> error SYNTAX_ERROR: line 1:12: mismatched input ''b''. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>

-- ## Booleans, NULL and others
SELECT true, FALSE, NULL, typeof(NULL), typeof(true), X'0aff', typeof(X'0aff'), UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59', IPADDRESS '10.0.0.1', IPADDRESS '2001:db8::1', typeof(JSON '1');
--> _col0 boolean | _col1 boolean | _col2 unknown | _col3 varchar | _col4 varchar | _col5 varbinary | _col6 varchar | _col7 uuid | _col8 ipaddress | _col9 ipaddress | _col10 varchar
--> [true, false, null, "unknown", "boolean", "Cv8=", "varbinary", "12151fd2-7586-11e9-8f9e-2a86e4085a59", "10.0.0.1", "2001:db8::1", "json"]
SELECT UUID 'x';
--> error INVALID_LITERAL: line 1:8: 'x' is not a valid UUID literal
SELECT IPADDRESS 'x';
--> error INVALID_LITERAL: line 1:8: 'x' is not a valid IPADDRESS literal
SELECT BOOLEAN 'yes';
--> error INVALID_LITERAL: line 1:8: 'yes' is not a valid BOOLEAN literal
SELECT ARRAY[1, 2], ARRAY[], ARRAY[NULL], ARRAY['a', NULL], typeof(ARRAY[]), typeof(ARRAY[NULL]), typeof(ARRAY['a', 'bcd']), typeof(ARRAY[1, BIGINT '2']), typeof(ARRAY[1, 1E0]);
--> _col0 array(integer) | _col1 array(unknown) | _col2 array(unknown) | _col3 array(varchar(1)) | _col4 varchar | _col5 varchar | _col6 varchar | _col7 varchar | _col8 varchar
--> [[1, 2], [], [null], ["a", null], "array(unknown)", "array(unknown)", "array(varchar(3))", "array(bigint)", "array(double)"]
SELECT ARRAY[1, 'a'];
--> error TYPE_MISMATCH: line 1:17: All ARRAY elements must be the same type or coercible to a common type. Cannot find common type between integer and varchar(1), all types (without duplicates): [integer, varchar(1)]
SELECT ROW(1, 'a'), (1, 'a'), typeof(ROW(1, 'a')), typeof(CAST(ROW(1, 'a') AS row(x integer, y varchar)));
--> _col0 row(integer, varchar(1)) | _col1 row(integer, varchar(1)) | _col2 varchar | _col3 varchar
--> [[1, "a"], [1, "a"], "row(integer, varchar(1))", "row(x integer, y varchar)"]
SELECT MAP(ARRAY['a', 'b'], ARRAY[1, 2]), MAP(), typeof(MAP(ARRAY['a', 'bc'], ARRAY[1, 2])), typeof(MAP());
--> _col0 map(varchar(1), integer) | _col1 map(unknown, unknown) | _col2 varchar | _col3 varchar
--> [{"a": 1, "b": 2}, {}, "map(varchar(2), integer)", "map(unknown, unknown)"]
SELECT [1, 2];
--> error SYNTAX_ERROR: line 1:8: mismatched input '['. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT {'a': 1};
--> error SYNTAX_ERROR: line 1:8: mismatched input '{'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT foo '1';
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: foo
