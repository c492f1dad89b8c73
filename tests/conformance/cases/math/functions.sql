-- # Mathematical functions
--
-- https://trino.io/docs/435/functions/math.html

-- ## abs and sign
SELECT abs(-1), abs(1.5E0), abs(DECIMAL '-1.50'), abs(CAST(-3 AS tinyint)), abs(REAL '-2.5'), abs(NULL);
--> _col0 integer | _col1 double | _col2 decimal(3, 2) | _col3 tinyint | _col4 real | _col5 tinyint
--> [1, 1.5, "1.50", 3, 2.5, null]
SELECT abs(CAST(-128 AS tinyint));
--> error NUMERIC_VALUE_OUT_OF_RANGE: Value -128 is out of range for abs(tinyint)
SELECT abs(BIGINT '-9223372036854775808');
--> error NUMERIC_VALUE_OUT_OF_RANGE: Value -9223372036854775808 is out of range for abs(bigint)
SELECT sign(-5), sign(0), sign(2.5E0), sign(-0.0E0), sign(nan()), sign(DECIMAL '-1.2'), sign(REAL '3'), sign(SMALLINT '-4');
--> _col0 integer | _col1 integer | _col2 double | _col3 double | _col4 double | _col5 decimal(1, 0) | _col6 real | _col7 smallint
--> [-1, 0, 1.0, -0.0, "NaN", "-1", 1.0, -1]

-- ## cbrt, sqrt, exp, ln, log, log2, log10, power
SELECT cbrt(27), cbrt(-8), sqrt(16), sqrt(2), sqrt(-1);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double
--> [3.0, -2.0, 4.0, 1.4142135623730951, "NaN"]
SELECT exp(1), exp(0), e(), pi();
--> _col0 double | _col1 double | _col2 double | _col3 double
--> [2.718281828459045, 1.0, 2.718281828459045, 3.141592653589793]
SELECT ln(e()), ln(0), ln(-1), log2(8), log10(1000), log(2, 64), log(10, 0.001E0);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double | _col6 double
--> [1.0, "-Infinity", "NaN", 3.0, 3.0, 6.0, -2.9999999999999996]
SELECT power(2, 10), pow(2, -1), power(0, 0), power(-8, 1E0 / 3), power(2, 0.5E0), pow(10, 400);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double
--> [1024.0, 0.5, 1.0, "NaN", 1.4142135623730951, "Infinity"]
SELECT power(DECIMAL '2', 3), typeof(power(2, 3));
--> _col0 double | _col1 varchar
--> [8.0, "double"]

-- ## ceil, ceiling, floor
SELECT ceil(1.2E0), ceiling(-1.2E0), floor(1.8E0), floor(-1.2E0), ceil(5), floor(5), ceil(nan()), floor(infinity());
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 integer | _col5 integer | _col6 double | _col7 double
--> [2.0, -1.0, 1.0, -2.0, 5, 5, "NaN", "Infinity"]
SELECT ceil(DECIMAL '1.23'), floor(DECIMAL '-1.23'), ceil(DECIMAL '9.99'), floor(DECIMAL '12345678901234567890.5'), typeof(ceil(DECIMAL '1.23'));
--> _col0 decimal(2, 0) | _col1 decimal(2, 0) | _col2 decimal(2, 0) | _col3 decimal(21, 0) | _col4 varchar
--> ["2", "-2", "10", "12345678901234567890", "decimal(2,0)"]
SELECT ceil(REAL '1.5'), floor(REAL '-1.5'), ceil(NULL);
--> _col0 real | _col1 real | _col2 tinyint
--> [2.0, -2.0, null]

-- ## round
-- Halves round away from zero. A decimal keeps its scale when places are given, and loses it without them.
SELECT round(2.5E0), round(-2.5E0), round(1.4E0), round(0.5E0), round(-0.5E0), round(1E300);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double
--> [3.0, -3.0, 1.0, 1.0, -1.0, 1e+300]
SELECT round(2.675E0, 2), round(-1.005E0, 2), round(1234.567E0, -2), round(1.5E0, 0), round(1.25E0, 1), round(123.456E0, 10);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double
--> [2.68, -1.0, 1200.0, 2.0, 1.3, 123.456]
SELECT round(DECIMAL '2.5'), round(DECIMAL '-2.5'), round(DECIMAL '1.499'), round(DECIMAL '99.9');
--> _col0 decimal(2, 0) | _col1 decimal(2, 0) | _col2 decimal(2, 0) | _col3 decimal(3, 0)
--> ["3", "-3", "1", "100"]
SELECT round(DECIMAL '2.675', 2), round(DECIMAL '1234.567', -2), round(DECIMAL '2.675', 5), round(DECIMAL '9.99', 1);
--> _col0 decimal(5, 3) | _col1 decimal(8, 3) | _col2 decimal(5, 3) | _col3 decimal(4, 2)
--> ["2.680", "1200.000", "2.675", "10.00"]
SELECT round(5), round(15, -1), round(14, -1), round(-15, -1), round(BIGINT '25', -1), round(5, 2), round(149, -2);
--> _col0 integer | _col1 integer | _col2 integer | _col3 integer | _col4 bigint | _col5 integer | _col6 integer
--> [5, 20, 10, -20, 30, 5, 100]
SELECT round(TINYINT '5'), round(SMALLINT '5', -1), round(REAL '2.5'), round(REAL '1.25', 1);
--> _col0 tinyint | _col1 smallint | _col2 real | _col3 real
--> [5, 10, 3.0, 1.3]
SELECT round(nan()), round(infinity()), round(NULL), round(nan(), 2), round(-infinity(), 1);
--> _col0 double | _col1 double | _col2 tinyint | _col3 double | _col4 double
--> ["NaN", "Infinity", null, "NaN", "-Infinity"]

-- ## truncate
SELECT truncate(2.9E0), truncate(-2.9E0), truncate(REAL '2.9'), truncate(nan());
--> _col0 double | _col1 double | _col2 real | _col3 double
--> [2.0, -2.0, 2.0, "NaN"]
SELECT truncate(DECIMAL '12.345'), truncate(DECIMAL '12.345', 1), truncate(DECIMAL '-12.345', 2), truncate(DECIMAL '12.345', -1), truncate(12345, -2);
--> _col0 decimal(2, 0) | _col1 decimal(5, 3) | _col2 decimal(5, 3) | _col3 decimal(5, 3) | _col4 decimal(10, 0)
--> ["12", "12.300", "-12.340", "10.000", "12300"]

-- ## mod
SELECT mod(7, 3), mod(-7, 3), mod(7, -3), mod(7.5E0, 2), mod(DECIMAL '7.5', DECIMAL '2'), 7 % 3, -7 % 3, 5.5E0 % 2;
--> _col0 integer | _col1 integer | _col2 integer | _col3 double | _col4 decimal(2, 1) | _col5 integer | _col6 integer | _col7 double
--> [1, -1, 1, 1.5, "1.5", 1, -1, 1.5]
SELECT mod(7, 0);
--> error GENERIC_INTERNAL_ERROR: / by zero
SELECT mod(7.5E0, 0), mod(BIGINT '7', 3), typeof(mod(BIGINT '7', 3));
--> _col0 double | _col1 bigint | _col2 varchar
--> ["NaN", 1, "bigint"]
SELECT DECIMAL '7.5' % DECIMAL '0';
--> error DIVISION_BY_ZERO: Division by zero

-- ## degrees, radians and trigonometry
SELECT degrees(pi()), radians(180), degrees(NULL);
--> _col0 double | _col1 double | _col2 double
--> [180.0, 3.141592653589793, null]
SELECT sin(0), cos(0), tan(0), asin(1), acos(1), atan(1), atan2(1, 1), atan2(-1, -1);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double | _col5 double | _col6 double | _col7 double
--> [0.0, 1.0, 0.0, 1.5707963267948966, 0.0, 0.7853981633974483, 0.7853981633974483, -2.356194490192345]
SELECT sinh(1), cosh(1), tanh(1), asin(2), acos(2);
--> _col0 double | _col1 double | _col2 double | _col3 double | _col4 double
--> [1.1752011936438014, 1.543080634815244, 0.7615941559557649, "NaN", "NaN"]
SELECT sin(1), cos(1), tan(1), sin(1E10);
--> _col0 double | _col1 double | _col2 double | _col3 double
--> [0.8414709848078965, 0.5403023058681398, 1.5574077246549023, -0.4875060250875107]

-- ## nan, infinity, is_nan, is_finite, is_infinite
SELECT nan(), infinity(), -infinity();
--> _col0 double | _col1 double | _col2 double
--> ["NaN", "Infinity", "-Infinity"]
SELECT is_nan(nan()), is_nan(1), is_finite(1), is_finite(infinity()), is_infinite(-infinity()), is_infinite(nan()), is_nan(NULL);
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean
--> [true, false, true, false, true, false, null]
SELECT nan() = nan(), nan() <> nan(), nan() < 1, nan() > 1, nan() IN (nan()), nan() IS DISTINCT FROM nan();
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean
--> [false, true, false, false, false, false]
SELECT infinity() > 1, infinity() - infinity(), infinity() * 0, 1 / infinity(), -0.0E0, -0.0E0 = 0.0E0;
--> _col0 boolean | _col1 double | _col2 double | _col3 double | _col4 double | _col5 boolean
--> [true, "NaN", "NaN", 0.0, -0.0, true]

-- ## from_base and to_base
SELECT from_base('1011', 2), from_base('ff', 16), from_base('-ff', 16), from_base('zz', 36), to_base(255, 16), to_base(-255, 2), to_base(35, 36);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 varchar(64) | _col5 varchar(64) | _col6 varchar(64)
--> [11, 255, -255, 1295, "ff", "-11111111", "z"]
SELECT from_base('2', 2);
--> error INVALID_FUNCTION_ARGUMENT: Not a valid base-2 number: 2
SELECT from_base('', 10);
--> error INVALID_FUNCTION_ARGUMENT: Not a valid base-10 number:
SELECT to_base(1, 1);
--> error INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36
SELECT from_base('7fffffffffffffff', 16), to_base(9223372036854775807, 36);
--> _col0 bigint | _col1 varchar(64)
--> [9223372036854775807, "1y2p0ij32e8e7"]
SELECT from_base('8000000000000000', 16);
--> error INVALID_FUNCTION_ARGUMENT: Not a valid base-16 number: 8000000000000000

-- ## width_bucket
SELECT width_bucket(3.5E0, 0, 10, 5), width_bucket(-1, 0, 10, 5), width_bucket(10, 0, 10, 5), width_bucket(11, 0, 10, 5), width_bucket(5, 10, 0, 5);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint
--> [2, 0, 6, 6, 3]
SELECT width_bucket(3.5E0, ARRAY[1E0, 2E0, 3E0, 4E0]), width_bucket(0, ARRAY[1E0, 2E0]);
--> _col0 bigint | _col1 bigint
--> [3, 0]
SELECT width_bucket(1, 0, 10, 0);
--> error INVALID_FUNCTION_ARGUMENT: bucketCount must be greater than 0
SELECT width_bucket(1, 5, 5, 2);
--> error INVALID_FUNCTION_ARGUMENT: bounds cannot equal each other
SELECT width_bucket(1, ARRAY[2E0, 1E0, 3E0]);
--> _col0 bigint
--> [2]

-- ## cosine_similarity
SELECT cosine_similarity(MAP(ARRAY['a'], ARRAY[1.0E0]), MAP(ARRAY['a'], ARRAY[2.0E0])), cosine_similarity(MAP(ARRAY['a'], ARRAY[1.0E0]), MAP(ARRAY['b'], ARRAY[2.0E0]));
--> _col0 double | _col1 double
--> [1.0, 0.0]

-- ## Distributions
SELECT normal_cdf(0, 1, 1.96E0), inverse_normal_cdf(0, 1, 0.975E0), beta_cdf(3, 4, 0.5E0), inverse_beta_cdf(2, 5, 0.5E0);
--> _col0 double | _col1 double | _col2 double | _col3 double
--> [0.9750021048517796, 1.959963984540054, 0.6562499999999999, 0.26444998329511316]
SELECT wilson_interval_lower(1250, 1310, 1.96E0), wilson_interval_upper(1250, 1310, 1.96E0);
--> _col0 double | _col1 double
--> [0.9414883725395894, 0.9642524717143908]

-- ## greatest and least
-- NULL if an argument is NULL.
SELECT greatest(1, 2, 3), least(1, 2, 3), greatest(1, NULL), least(NULL, 'a'), greatest(1, 2.5E0), greatest('b', 'a');
--> _col0 integer | _col1 integer | _col2 integer | _col3 varchar(1) | _col4 double | _col5 varchar(1)
--> [3, 1, null, null, 2.5, "b"]
SELECT greatest(DATE '2020-01-01', DATE '2021-01-01'), greatest(DECIMAL '1.5', 2), greatest(true, false), greatest(1);
--> _col0 date | _col1 decimal(11, 1) | _col2 boolean | _col3 integer
--> ["2021-01-01", "2.0", true, 1]
SELECT greatest(1, 'a');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer, varchar(1)) for function greatest. Expected: greatest(E) E:orderable
SELECT greatest(nan(), 1.0E0), least(nan(), 1.0E0);
--> _col0 double | _col1 double
--> [1.0, 1.0]

-- ## random
-- Only their types and ranges are known.
SELECT typeof(rand()), typeof(random(10)), typeof(random(BIGINT '10')), random(1), random(5, 6), rand() < 1;
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 integer | _col4 integer | _col5 boolean
--> ["double", "integer", "bigint", 0, 5, true]
SELECT random(0);
--> error INVALID_FUNCTION_ARGUMENT: bound must be positive
SELECT random(5, 5);
--> error INVALID_FUNCTION_ARGUMENT: start value must be less than stop value
SELECT random(5, 6), random(BIGINT '7', 8), random(7, BIGINT '8'), typeof(random(TINYINT '1', TINYINT '2')), typeof(random(1, BIGINT '5'));
--> _col0 integer | _col1 bigint | _col2 bigint | _col3 varchar | _col4 varchar
--> [5, 7, 7, "tinyint", "bigint"]

-- ## Sizes of data
SELECT parse_presto_data_size('1kB'), parse_data_size('2.3MB'), typeof(parse_data_size('1B'));
--> _col0 decimal(38, 0) | _col1 decimal(38, 0) | _col2 varchar
--> ["1024", "2411724", "decimal(38,0)"]
SELECT parse_data_size('x');
--> error INVALID_FUNCTION_ARGUMENT: Invalid data size: 'x'
