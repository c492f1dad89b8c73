-- # CAST and TRY_CAST
--
-- https://trino.io/docs/435/functions/conversion.html

-- ## To boolean
SELECT CAST('true' AS boolean), CAST('FALSE' AS boolean), CAST('t' AS boolean), CAST('f' AS boolean), CAST('1' AS boolean), CAST('0' AS boolean), CAST(1 AS boolean), CAST(0 AS boolean), CAST(-5 AS boolean), CAST(0.5E0 AS boolean), CAST(DECIMAL '0.0' AS boolean);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean | _col7 boolean | _col8 boolean | _col9 boolean | _col10 boolean
--> [true, false, true, false, true, false, true, false, true, true, false]
SELECT CAST('yes' AS boolean);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'yes' to BOOLEAN
SELECT CAST('' AS boolean);
--> error INVALID_CAST_ARGUMENT: Cannot cast '' to BOOLEAN
SELECT CAST(' true' AS boolean);
--> error INVALID_CAST_ARGUMENT: Cannot cast ' true' to BOOLEAN
SELECT CAST(DATE '2020-01-01' AS boolean);
--> error TYPE_MISMATCH: line 1:8: Cannot cast date to boolean
SELECT TRY_CAST('yes' AS boolean), TRY_CAST('on' AS boolean), TRY_CAST('True' AS boolean), TRY_CAST('y' AS boolean), TRY_CAST(NULL AS boolean);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean
--> [null, null, true, null, null]

-- ## To integers
-- Halves round away from zero.
SELECT CAST('12' AS integer), CAST('-12' AS bigint), CAST('+5' AS integer), CAST(1.5E0 AS integer), CAST(2.5E0 AS integer), CAST(-2.5E0 AS integer), CAST(DECIMAL '2.5' AS integer), CAST(DECIMAL '-1.4' AS integer), CAST(true AS integer), CAST(REAL '1.6' AS integer);
--> _col0 integer | _col1 bigint | _col2 integer | _col3 integer | _col4 integer | _col5 integer | _col6 integer | _col7 integer | _col8 integer | _col9 integer
--> [12, -12, 5, 2, 3, -3, 3, -1, 1, 2]
SELECT CAST('1.5' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '1.5' to INT
SELECT CAST('1e3' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '1e3' to INT
SELECT CAST('' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '' to INT
SELECT CAST(' 5' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast ' 5' to INT
SELECT CAST('5 ' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '5 ' to INT
SELECT CAST('1_000' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '1_000' to INT
SELECT CAST('0x10' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '0x10' to INT
SELECT CAST('abc' AS bigint);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'abc' to BIGINT
SELECT CAST('2147483648' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '2147483648' to INT
SELECT CAST(2147483648 AS integer);
--> error NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 2147483648
SELECT CAST(128 AS tinyint);
--> error NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 128
SELECT CAST('128' AS tinyint);
--> error INVALID_CAST_ARGUMENT: Cannot cast '128' to TINYINT
SELECT CAST(40000 AS smallint);
--> error NUMERIC_VALUE_OUT_OF_RANGE: Out of range for smallint: 40000
SELECT CAST(1E10 AS integer);
--> error NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 1.0E10
SELECT CAST(1E19 AS bigint);
--> error INVALID_CAST_ARGUMENT: Unable to cast 1.0E19 to bigint
SELECT CAST(nan() AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast double NaN to integer
SELECT CAST(infinity() AS bigint);
--> error INVALID_CAST_ARGUMENT: Unable to cast Infinity to bigint
SELECT CAST(DECIMAL '99999999999' AS integer);
--> error INVALID_CAST_ARGUMENT: Cannot cast '99999999999' to INTEGER
SELECT CAST(DATE '2020-01-01' AS bigint);
--> error TYPE_MISMATCH: line 1:8: Cannot cast date to bigint
SELECT TRY_CAST('1.5' AS integer), TRY_CAST(' 5' AS integer), TRY_CAST('' AS integer), TRY_CAST('5x' AS integer), TRY_CAST('2147483648' AS integer), TRY_CAST(300 AS tinyint), TRY_CAST(nan() AS integer), TRY_CAST(1E20 AS bigint), TRY_CAST('١' AS integer), TRY_CAST('--5' AS integer);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer | _col5 tinyint | _col6 integer | _col7 bigint | _col8 integer | _col9 integer
--> [null, null, null, null, null, null, null, null, 1, null]
SELECT TRY_CAST('12' AS bigint), TRY_CAST('-0' AS integer), TRY_CAST('007' AS integer), TRY_CAST('true' AS integer), TRY_CAST('1,000' AS integer);
--> _col0 bigint | _col1 integer | _col2 integer | _col3 integer | _col4 integer
--> [12, 0, 7, null, null]

-- ## To double and real
SELECT CAST('1.5' AS double), CAST('1e3' AS double), CAST('.5' AS double), CAST('5.' AS double), CAST('NaN' AS double), CAST('Infinity' AS double), CAST('-Infinity' AS double), CAST(1 AS double), CAST(DECIMAL '1.25' AS double), CAST(true AS double);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double | _col6 double | _col7 double | _col8 double | _col9 double
--> [1.5, 1000.0, 0.5, 5.0, "NaN", "Infinity", "-Infinity", 1.0, 1.25, 1.0]
SELECT CAST(' 1.5 ' AS double), CAST('1d' AS double), CAST('1f' AS double), CAST('0x1p3' AS double);
--> _col0 double | _col1 double | _col2 double | _col3 double
--> [1.5, 1.0, 1.0, 8.0]
SELECT CAST('nan' AS double);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'nan' to DOUBLE
SELECT CAST('inf' AS double);
--> error INVALID_CAST_ARGUMENT: Cannot cast 'inf' to DOUBLE
SELECT CAST('' AS double);
--> error INVALID_CAST_ARGUMENT: Cannot cast '' to DOUBLE
SELECT CAST('1,5' AS double);
--> error INVALID_CAST_ARGUMENT: Cannot cast '1,5' to DOUBLE
SELECT CAST('1e400' AS double), CAST('1.1' AS real), CAST(1E40 AS real), CAST(16777217 AS real), CAST(REAL '1.1' AS double), CAST(1.1E0 AS real);
--> _col0 double | _col1 real | _col2 real | _col3 real | _col4 double | _col5 real
--> ["Infinity", 1.1, "Infinity", 16777216.0, 1.100000023841858, 1.1]
SELECT TRY_CAST('x' AS double), TRY_CAST('1.5.2' AS double), TRY_CAST('infinity' AS double), TRY_CAST('1 2' AS real), TRY_CAST('-' AS double);
--> _col0 double | _col1 double | _col2 double | _col3 real | _col4 double
--> [null, null, null, null, null]
SELECT CAST(9007199254740993 AS double), CAST(DECIMAL '0.1' AS double), CAST(123456789 AS real), CAST(DECIMAL '12345678901234567890.123' AS double);
--> _col0 double | _col1 double | _col2 real | _col3 double
--> [9007199254740992.0, 0.1, 123456792.0, 1.2345678901234567e+19]

-- ## To decimal
SELECT CAST('1.25' AS decimal(5,2)), CAST('1.255' AS decimal(5,2)), CAST('-1.255' AS decimal(5,2)), CAST(1.255E0 AS decimal(5,2)), CAST(1 AS decimal(5,2)), CAST(DECIMAL '1.25' AS decimal(3,1)), CAST(true AS decimal(3,1)), CAST(2.5E0 AS decimal(3,0)), CAST('1e2' AS decimal(5,1));
--> _col0 decimal(5, 2) | _col1 decimal(5, 2) | _col2 decimal(5, 2) | _col3 decimal(5, 2) | _col4 decimal(5, 2) | _col5 decimal(3, 1) | _col6 decimal(3, 1) | _col7 decimal(3, 0) | _col8 decimal(5, 1)
--> ["1.25", "1.26", "-1.26", "1.26", "1.00", "1.3", "1.0", "3", "100.0"]
SELECT CAST(1 AS decimal), CAST(DECIMAL '1.5' AS decimal), CAST('7' AS decimal(3)), typeof(CAST(1 AS decimal)), typeof(CAST(1 AS decimal(3)));
--> _col0 decimal(38, 0) | _col1 decimal(38, 0) | _col2 decimal(3, 0) | _col3 varchar | _col4 varchar
--> ["1", "2", "7", "decimal(38,0)", "decimal(3,0)"]
SELECT CAST(1000 AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast INTEGER '1000' to DECIMAL(3, 1)
SELECT CAST('1000' AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast VARCHAR '1000' to DECIMAL(3, 1). Value too large.
SELECT CAST(99.95E0 AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast DOUBLE '99.95' to DECIMAL(3, 1)
SELECT CAST('x' AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast VARCHAR 'x' to DECIMAL(3, 1). Value is not a number.
SELECT CAST('' AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast VARCHAR '' to DECIMAL(3, 1). Value is not a number.
SELECT CAST(nan() AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast DOUBLE 'NaN' to DECIMAL(3, 1)
SELECT CAST(infinity() AS decimal(3,1));
--> error INVALID_CAST_ARGUMENT: Cannot cast DOUBLE 'Infinity' to DECIMAL(3, 1)
SELECT CAST(1 AS decimal(39,1));
--> error INVALID_FUNCTION_ARGUMENT: DECIMAL precision must be in range [1, 38]: 39
SELECT CAST(1 AS decimal(3,4));
--> error INVALID_FUNCTION_ARGUMENT: DECIMAL scale must be in range [0, precision (3)]: 4
SELECT TRY_CAST('x' AS decimal(3,1)), TRY_CAST(1000 AS decimal(3,1)), TRY_CAST(' 1.5' AS decimal(3,1)), TRY_CAST('1.5 ' AS decimal(3,1)), TRY_CAST('1_0' AS decimal(3,1));
--> _col0 decimal(3, 1) | _col1 decimal(3, 1) | _col2 decimal(3, 1) | _col3 decimal(3, 1) | _col4 decimal(3, 1)
--> [null, null, null, null, null]
SELECT CAST(12345.678E0 AS decimal(20,10)), CAST(0.1E0 AS decimal(38,20)), CAST(1E20 AS decimal(38,0)), CAST(REAL '1.1' AS decimal(10,5)), CAST(9223372036854775807 AS decimal(38,2));
--> _col0 decimal(20, 10) | _col1 decimal(38, 20) | _col2 decimal(38, 0) | _col3 decimal(10, 5) | _col4 decimal(38, 2)
--> ["12345.6780000000", "0.10000000000000000000", "100000000000000000000", "1.10000", "9223372036854775807.00"]

-- ## To varchar and char
SELECT CAST(1 AS varchar), CAST(-5 AS varchar), CAST(true AS varchar), CAST(1.5E0 AS varchar), CAST(1E0 AS varchar), CAST(1E10 AS varchar), CAST(0E0 AS varchar), CAST(1E-5 AS varchar), CAST(100E0 AS varchar), CAST(123456789.125E0 AS varchar);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar | _col7 varchar | _col8 varchar | _col9 varchar
--> ["1", "-5", "true", "1.5E0", "1.0E0", "1.0E10", "0E0", "1.0E-5", "1.0E2", "1.23456789125E8"]
SELECT CAST(nan() AS varchar), CAST(infinity() AS varchar), CAST(-0.0E0 AS varchar), CAST(REAL '1.1' AS varchar), CAST(REAL '1E10' AS varchar), CAST(REAL '0.1' AS varchar), CAST(0.1E0 AS varchar), CAST(1E7 AS varchar), CAST(1E6 AS varchar), CAST(1.0E-3 AS varchar);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar | _col7 varchar | _col8 varchar | _col9 varchar
--> ["NaN", "Infinity", "-0E0", "1.1E0", "1.0E10", "1.0E-1", "1.0E-1", "1.0E7", "1.0E6", "1.0E-3"]
SELECT CAST(DECIMAL '1.50' AS varchar), CAST(DECIMAL '-0.05' AS varchar), CAST(DECIMAL '5' AS varchar), CAST(DECIMAL '12345678901234567890.10' AS varchar), CAST(UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS varchar), CAST(IPADDRESS '10.0.0.1' AS varchar);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["1.50", "-0.05", "5", "12345678901234567890.10", "12151fd2-7586-11e9-8f9e-2a86e4085a59", "10.0.0.1"]
SELECT CAST('hello' AS varchar(3)), CAST('hello' AS varchar(10)), CAST('hello' AS char(3)), CAST('hi' AS char(5)) || '|', CAST(CAST('hi' AS char(5)) AS varchar), CAST('hello' AS char(10)) = 'hello';
--> _col0 varchar(3) | _col1 varchar(10) | _col2 char(3) | _col3 char(6) | _col4 varchar | _col5 boolean
--> ["hel", "hello", "hel", "hi   |", "hi   ", true]
SELECT CAST(12345 AS varchar(5)), CAST(true AS varchar(4));
--> _col0 varchar(5) | _col1 varchar(4)
--> ["12345", "true"]
SELECT CAST(12345 AS varchar(3));
--> error INVALID_CAST_ARGUMENT: Value 12345 cannot be represented as varchar(3)
SELECT CAST(1.5E0 AS varchar(2));
--> error INVALID_CAST_ARGUMENT: Value 1.5 (1.5E0) cannot be represented as varchar(2)
SELECT CAST(12 AS char(5));
--> error TYPE_MISMATCH: line 1:8: Cannot cast integer to char(5)
SELECT CAST('a' AS varchar(0));
--> _col0 varchar(0)
--> [""]
SELECT CAST(X'61' AS varchar);
--> error TYPE_MISMATCH: line 1:8: Cannot cast varbinary to varchar
SELECT CAST('a' AS varbinary), CAST('ä' AS varbinary);
--> _col0 varbinary | _col1 varbinary
--> ["YQ==", "w6Q="]
SELECT CAST(MAP(ARRAY[1], ARRAY[2]) AS varchar);
--> error TYPE_MISMATCH: line 1:8: Cannot cast map(integer, integer) to varchar
SELECT CAST(ROW(1, 2) AS varchar);
--> error TYPE_MISMATCH: line 1:8: Cannot cast row(integer, integer) to varchar
SELECT typeof(CAST(1 AS varchar)), typeof(CAST('a' AS varchar(3))), typeof(CAST('a' AS char));
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["varchar", "varchar(3)", "char(1)"]
SELECT CAST('a' AS string);
--> error TYPE_MISMATCH: line 1:8: Unknown type: string

-- ## To UUID and IPADDRESS
SELECT CAST('12151FD2-7586-11e9-8f9e-2a86e4085a59' AS uuid), CAST('10.0.0.1' AS ipaddress), CAST('::ffff:10.0.0.1' AS ipaddress), CAST(UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS varbinary);
--> _col0 uuid | _col1 ipaddress | _col2 ipaddress | _col3 varbinary
--> ["12151fd2-7586-11e9-8f9e-2a86e4085a59", "10.0.0.1", "10.0.0.1", "EhUf0nWGEemPniqG5AhaWQ=="]
SELECT CAST('12151fd2' AS uuid);
--> error INVALID_CAST_ARGUMENT: Cannot cast value to UUID: 12151fd2
SELECT CAST('10.0.0.256' AS ipaddress);
--> error INVALID_CAST_ARGUMENT: Cannot cast value to IPADDRESS: 10.0.0.256
SELECT IPADDRESS '10.0.0.1' < IPADDRESS '10.0.0.2', UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' = CAST('12151fd2-7586-11e9-8f9e-2a86e4085a59' AS uuid), typeof(uuid());
--> _col0 boolean | _col1 boolean | _col2 varchar
--> [true, true, "uuid"]

-- ## To arrays, maps and rows
SELECT CAST(ARRAY[1, 2] AS array(varchar)), CAST(ARRAY['1', NULL] AS array(integer)), CAST(ARRAY[] AS array(double)), CAST(ARRAY[ARRAY[1]] AS array(array(double))), CAST(NULL AS array(integer));
--> _col0 array(varchar) | _col1 array(integer) | _col2 array(double) | _col3 array(array(double)) | _col4 array(integer)
--> [["1", "2"], [1, null], [], [[1.0]], null]
SELECT CAST(ARRAY['x'] AS array(integer));
--> error INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT
SELECT CAST(MAP(ARRAY['1'], ARRAY[1]) AS map(integer, double)), CAST(MAP(ARRAY[1], ARRAY[NULL]) AS map(bigint, varchar));
--> _col0 map(integer, double) | _col1 map(bigint, varchar)
--> [{"1": 1.0}, {"1": null}]
SELECT CAST(MAP(ARRAY['1', '01'], ARRAY[1, 2]) AS map(integer, integer));
--> error INVALID_CAST_ARGUMENT: duplicate keys
SELECT CAST(ROW(1, '2') AS row(a double, b integer)), CAST(CAST(ROW(1, 2) AS row(a integer, b integer)) AS row(x varchar, y bigint));
--> _col0 row(a double, b integer) | _col1 row(x varchar, y bigint)
--> [[1.0, 2], ["1", 2]]
SELECT CAST(ROW(1, 2) AS row(a integer));
--> error TYPE_MISMATCH: line 1:8: Cannot cast row(integer, integer) to row(a integer)
SELECT CAST(1 AS array(integer));
--> error TYPE_MISMATCH: line 1:8: Cannot cast integer to array(integer)
SELECT CAST(ARRAY[1] AS map(integer, integer));
--> error TYPE_MISMATCH: line 1:8: Cannot cast array(integer) to map(integer, integer)
SELECT TRY_CAST(ARRAY['1', 'x'] AS array(integer)), TRY_CAST(ROW('x') AS row(a integer)), TRY_CAST(MAP(ARRAY['x'], ARRAY[1]) AS map(integer, integer));
--> _col0 array(integer) | _col1 row(a integer) | _col2 map(integer, integer)
--> [null, null, null]

-- ## Types that do not exist, or cannot be cast
SELECT CAST(1 AS text);
--> error TYPE_MISMATCH: line 1:8: Unknown type: text
SELECT CAST(1 AS int64);
--> error TYPE_MISMATCH: line 1:8: Unknown type: int64
SELECT CAST(1 AS float);
--> error TYPE_MISMATCH: line 1:8: Unknown type: float
SELECT CAST(1 AS int), CAST(1.5E0 AS double precision);
--> _col0 integer | _col1 double
--> [1, 1.5]
SELECT CAST(1 AS dec(3,1));
--> error TYPE_MISMATCH: line 1:8: Unknown type: dec(3, 1)
SELECT CAST(1 AS numeric);
--> error TYPE_MISMATCH: line 1:8: Unknown type: numeric
SELECT CAST(1 AS int(5));
--> error TYPE_MISMATCH: line 1:8: Unknown type: int(5)
SELECT CAST(1 AS varbinary);
--> error TYPE_MISMATCH: line 1:8: Cannot cast integer to varbinary
SELECT CAST(true AS date);
--> error TYPE_MISMATCH: line 1:8: Cannot cast boolean to date
SELECT CAST(1 AS time);
--> error TYPE_MISMATCH: line 1:8: Cannot cast integer to time(3)
SELECT 1::bigint;
--> error SYNTAX_ERROR: line 1:9: mismatched input ':'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>
SELECT CAST(1 AS nothing);
--> error TYPE_MISMATCH: line 1:8: Unknown type: nothing
SELECT CAST(1 AS timestamp(13));
--> error TYPE_MISMATCH: line 1:8: Unknown type: timestamp(13)
SELECT CAST(NULL AS integer), CAST(NULL AS row(a integer)), typeof(CAST(NULL AS varchar)), TRY_CAST(NULL AS json);
--> _col0 integer | _col1 row(a integer) | _col2 varchar | _col3 json
--> [null, null, "varchar", null]
SELECT TRY_CAST(DATE '2020-01-01' AS integer);
--> error TYPE_MISMATCH: line 1:8: Cannot cast date to integer
SELECT TRY_CAST(X'00' AS bigint);
--> error TYPE_MISMATCH: line 1:8: Cannot cast varbinary to bigint

-- ## try
SELECT try(CAST('x' AS integer)), try(1 / 0), coalesce(try(1 / 0), -1), try(CAST('1' AS integer)), try(ARRAY[1][2]), try(element_at(ARRAY[1], 0));
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer | _col5 integer
--> [null, null, -1, 1, null, null]
SELECT try(x);
--> error COLUMN_NOT_FOUND: line 1:12: Column 'x' cannot be resolved
SELECT try(date_trunc('x', TIMESTAMP '2020-01-01 00:00:00')), try(CAST(1000 AS tinyint)), try(2147483647 + 1), try(json_parse('x')), try(CAST('2020-13-01' AS date));
--> _col0 timestamp(0) | _col1 tinyint | _col2 integer | _col3 json | _col4 date
--> [null, null, null, null, null]
