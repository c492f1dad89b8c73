-- # Arithmetic
--
-- https://trino.io/docs/435/functions/math.html#mathematical-operators

-- ## Integers
-- Division truncates toward zero; a remainder has the sign of the dividend.
SELECT 7 / 2, -7 / 2, 7 / -2, 1 / 3, 7 % 2, -7 % 2, 2 * 3 + 4, 2 + 3 * 4, -(3), - -3, +5;
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 integer | _col5 integer | _col6 integer | _col7 integer | _col8 integer | _col9 integer | _col10 integer
--> [3, -3, -3, 0, 1, -1, 10, 14, -3, 3, 5]
SELECT 1 / 0;
--> error DIVISION_BY_ZERO: Division by zero
SELECT 1 % 0;
--> error DIVISION_BY_ZERO: Division by zero
SELECT 5 / NULL, NULL + 1, NULL * 0;
--> _col0 integer | _col1 integer | _col2 integer
--> [null, null, null]
SELECT typeof(1 + 1), typeof(1 + BIGINT '1'), typeof(TINYINT '1' + TINYINT '1'), typeof(SMALLINT '1' + TINYINT '1'), typeof(1 + 1.5E0), typeof(1 + REAL '1');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar
--> ["integer", "bigint", "tinyint", "smallint", "double", "real"]
SELECT typeof(1 + DECIMAL '1.5'), typeof(BIGINT '1' * DECIMAL '1.5'), typeof(DECIMAL '1.5' + 1E0), typeof(REAL '1' + 1E0), typeof(REAL '1' + DECIMAL '1.5');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["decimal(12,1)", "decimal(21,1)", "double", "double", "real"]

-- ## Overflow
SELECT 2147483647 + 1;
--> error NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1
SELECT -2147483648 - 1;
--> error NUMERIC_VALUE_OUT_OF_RANGE: integer subtraction overflow: -2147483648 - 1
SELECT 2147483648 + 1, typeof(2147483648);
--> _col0 bigint | _col1 varchar
--> [2147483649, "bigint"]
SELECT 9223372036854775807 + 1;
--> error NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow: 9223372036854775807 + 1
SELECT -9223372036854775808;
--> _col0 bigint
--> [-9223372036854775808]
SELECT -(-9223372036854775807 - 1);
--> error NUMERIC_VALUE_OUT_OF_RANGE: bigint negation overflow: -9223372036854775808
SELECT TINYINT '100' + TINYINT '100';
--> error NUMERIC_VALUE_OUT_OF_RANGE: tinyint addition overflow: 100 + 100
SELECT SMALLINT '32767' + SMALLINT '1';
--> error NUMERIC_VALUE_OUT_OF_RANGE: smallint addition overflow: 32767 + 1
SELECT TINYINT '100' * TINYINT '2';
--> error NUMERIC_VALUE_OUT_OF_RANGE: tinyint multiplication overflow: 100 * 2
SELECT 46341 * 46341;
--> error NUMERIC_VALUE_OUT_OF_RANGE: integer multiplication overflow: 46341 * 46341
SELECT 3037000500 * 3037000500;
--> error NUMERIC_VALUE_OUT_OF_RANGE: bigint multiplication overflow: 3037000500 * 3037000500
SELECT abs(INTEGER '-2147483648');
--> error NUMERIC_VALUE_OUT_OF_RANGE: Value -2147483648 is out of range for abs(integer)
SELECT 9223372036854775808;
--> error SYNTAX_ERROR: line 1:1: Invalid numeric literal: 9223372036854775808
SELECT try(2147483647 + 1), try(1 / 0);
--> _col0 integer | _col1 integer
--> [null, null]
SELECT sum(x) FROM (VALUES 9223372036854775807, 1) t(x);
--> error NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow: 9223372036854775807 + 1

-- ## Decimals
-- Precision and scale of the result follow from those of the operands.
SELECT DECIMAL '1.1' + DECIMAL '2.22', DECIMAL '1.1' - DECIMAL '2.22', DECIMAL '1.1' * DECIMAL '2.22', DECIMAL '1.1' / DECIMAL '2.22';
--> _col0 decimal(4, 2) | _col1 decimal(4, 2) | _col2 decimal(5, 3) | _col3 decimal(5, 2)
--> ["3.32", "-1.12", "2.442", "0.50"]
SELECT DECIMAL '1' / DECIMAL '3', DECIMAL '10' / DECIMAL '4', DECIMAL '2.00' / DECIMAL '3', DECIMAL '7' / 2, 7 / DECIMAL '2.0';
--> _col0 decimal(1, 0) | _col1 decimal(2, 0) | _col2 decimal(3, 2) | _col3 decimal(1, 0) | _col4 decimal(12, 1)
--> ["0", "3", "0.67", "4", "3.5"]
SELECT DECIMAL '1.5' + 1, DECIMAL '1.5' * 2, DECIMAL '1.5' - BIGINT '1', DECIMAL '-0.5', -DECIMAL '1.50';
--> _col0 decimal(12, 1) | _col1 decimal(12, 1) | _col2 decimal(21, 1) | _col3 decimal(1, 1) | _col4 decimal(3, 2)
--> ["2.5", "3.0", "0.5", "-0.5", "-1.50"]
SELECT DECIMAL '1' / DECIMAL '0';
--> error DIVISION_BY_ZERO: Division by zero
SELECT DECIMAL '99999999999999999999999999999999999999' + DECIMAL '1';
--> error NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow
SELECT DECIMAL '99999999999999999999999999999999999999' * DECIMAL '10';
--> error NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow
SELECT DECIMAL '1.23456789012345678901' * DECIMAL '1.23456789012345678901';
--> error INVALID_FUNCTION_ARGUMENT: DECIMAL scale must be in range [0, precision (38)]: 40
SELECT DECIMAL '0.1' + DECIMAL '0.2' = DECIMAL '0.3', 0.1E0 + 0.2E0 = 0.3E0, DECIMAL '1.0' = DECIMAL '1.00';
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, false, true]
SELECT DECIMAL '5' % DECIMAL '3.5', DECIMAL '-5.5' % DECIMAL '2';
--> _col0 decimal(2, 1) | _col1 decimal(2, 1)
--> ["1.5", "-1.5"]
SELECT DECIMAL '1.5' + 1E0, DECIMAL '1.5' = 1.5E0, DECIMAL '1.5' < 2;
--> _col0 double | _col1 boolean | _col2 boolean
--> [2.5, true, true]

-- ## Doubles
SELECT 1E0 / 0, -1E0 / 0, 0E0 / 0, 1E308 * 10, 5E-324 / 2;
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double
--> ["Infinity", "-Infinity", "NaN", "Infinity", 0.0]
SELECT 1.0E0 + 2, 3 / 2E0, 0.1E0 + 0.2E0, 1E0 / 3, 100E0, 1E7, 1E6, 12345678.9E0, 0.001E0, 0.0001E0, 1E-10, 123456789012345680E0;
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double | _col6 double | _col7 double | _col8 double | _col9 double | _col10 double | _col11 double
--> [3.0, 1.5, 0.30000000000000004, 0.3333333333333333, 100.0, 10000000.0, 1000000.0, 12345678.9, 0.001, 0.0001, 1e-10, 1.2345678901234568e+17]
SELECT REAL '1.1' + REAL '2.2', REAL '1' / REAL '3', REAL '1.1' = 1.1E0, CAST(REAL '1.1' AS double), REAL '16777217';
--> _col0 real | _col1 real | _col2 boolean | _col3 double | _col4 real
--> [3.3000002, 0.33333334, false, 1.100000023841858, 16777216.0]
SELECT 5.5E0 % 2.5E0, -5.5E0 % 2, 5E0 % 0;
--> _col0 double | _col1 double | _col2 double
--> [0.5, -1.5, "NaN"]

-- ## Types that do not match
SELECT 1 + 'a';
--> error TYPE_MISMATCH: line 1:10: Cannot apply operator: integer + varchar(1)
SELECT '1' + '2';
--> error TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) + varchar(1)
SELECT true + 1;
--> error TYPE_MISMATCH: line 1:13: Cannot apply operator: boolean + integer
SELECT -'a';
--> error TYPE_MISMATCH: line 1:8: Cannot negate varchar(1)
SELECT 'a' * 2;
--> error TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) * integer
SELECT date '2020-01-01' + 1;
--> error TYPE_MISMATCH: line 1:26: Cannot apply operator: date + integer
