-- # Bitwise functions
--
-- https://trino.io/docs/435/functions/bitwise.html

-- ## bit_count
SELECT bit_count(9, 64), bit_count(9, 8), bit_count(-7, 64), bit_count(-7, 8);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint
--> [2, 2, 62, 6]
SELECT bit_count(1, 1);
--> error INVALID_FUNCTION_ARGUMENT: Bits specified in bit_count must be between 2 and 64, got 1
SELECT bit_count(200, 8);
--> error INVALID_FUNCTION_ARGUMENT: Number must be representable with the bits specified. 200 cannot be represented with 8 bits

-- ## and, or, xor, not
SELECT bitwise_and(19, 25), bitwise_or(19, 25), bitwise_xor(19, 25), bitwise_not(19), bitwise_not(-12), bitwise_and(NULL, 1);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [17, 27, 10, -20, 11, null]
SELECT typeof(bitwise_and(1, 1)), bitwise_and(TINYINT '5', 3);
--> _col0 varchar | _col1 bigint
--> ["bigint", 1]

-- ## Shifts
SELECT bitwise_left_shift(1, 2), bitwise_left_shift(5, 2), bitwise_left_shift(TINYINT '127', 1), bitwise_left_shift(BIGINT '1', 62), bitwise_left_shift(0, 1), bitwise_left_shift(1, 40);
--> _col0 integer | _col1 integer | _col2 tinyint | _col3 bigint | _col4 integer | _col5 integer
--> [4, 20, -2, 4611686018427387904, 0, 0]
SELECT bitwise_right_shift(8, 3), bitwise_right_shift(-8, 1), bitwise_right_shift(TINYINT '-8', 1), bitwise_right_shift(BIGINT '-1', 60), bitwise_right_shift(1, 100);
--> _col0 integer | _col1 integer | _col2 tinyint | _col3 bigint | _col4 integer
--> [1, 2147483644, 124, 15, 0]
SELECT bitwise_right_shift_arithmetic(8, 3), bitwise_right_shift_arithmetic(-8, 2), bitwise_right_shift_arithmetic(-20, 100), bitwise_right_shift_arithmetic(7, 0);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer
--> [1, -2, -1, 7]
SELECT typeof(bitwise_left_shift(TINYINT '1', 2)), typeof(bitwise_left_shift(1, 2)), typeof(bitwise_left_shift(BIGINT '1', 2));
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["tinyint", "integer", "bigint"]

-- ## Operators of other databases
SELECT 1 & 2;
--> error SYNTAX_ERROR: line 1:10: mismatched input '&'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>
SELECT 1 << 2;
--> error SYNTAX_ERROR: line 1:11: mismatched input '<'. Expecting: 'ALL', 'ANY', 'SOME', <expression>
SELECT ~1;
--> error SYNTAX_ERROR: line 1:8: mismatched input '~'. Expecting: '*', 'ALL', 'DISTINCT', <expression>
SELECT 2 ^ 3;
--> error SYNTAX_ERROR: line 1:10: mismatched input '^'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>
SELECT 2 ** 3;
--> error SYNTAX_ERROR: line 1:11: mismatched input '*'. Expecting: <expression>
