-- # Date and time literals, types and casts
--
-- https://trino.io/docs/435/language/types.html#date-and-time
-- The precision of a literal is that of its text; Athena's timestamps without precision have milliseconds.

-- ## Literals
SELECT DATE '2020-01-02', DATE '0001-01-01', DATE '9999-12-31', DATE '1582-10-15', DATE '-0001-01-01', DATE '2020-1-2';
--> _col0 date | _col1 date | _col2 date | _col3 date | _col4 date | _col5 date
--> ["2020-01-02", "0001-01-01", "9999-12-31", "1582-10-15", "-0001-01-01", "2020-01-02"]
SELECT DATE '2020-02-30';
--> error INVALID_LITERAL: line 1:8: '2020-02-30' is not a valid DATE literal
SELECT DATE '2020';
--> error INVALID_LITERAL: line 1:8: '2020' is not a valid DATE literal
SELECT DATE 'x';
--> error INVALID_LITERAL: line 1:8: 'x' is not a valid DATE literal
SELECT DATE '2020-01-02 03:04:05';
--> error INVALID_LITERAL: line 1:8: '2020-01-02 03:04:05' is not a valid DATE literal
SELECT TIME '01:02:03', TIME '01:02:03.4', TIME '01:02:03.456', TIME '01:02:03.456789', TIME '01:02', TIME '23:59:59.999999999999';
--> _col0 time(0) | _col1 time(1) | _col2 time(3) | _col3 time(6) | _col4 time(0) | _col5 time(12)
--> ["01:02:03", "01:02:03.4", "01:02:03.456", "01:02:03.456789", "01:02:00", "23:59:59.999999999999"]
SELECT TIME '25:00:00';
--> error INVALID_LITERAL: line 1:8: '25:00:00' is not a valid TIME literal
SELECT TIME '01:02:03 +02:00', TIME '01:02:03.456-05:30';
--> _col0 time(0) with time zone | _col1 time(3) with time zone
--> ["01:02:03+02:00", "01:02:03.456-05:30"]
SELECT TIMESTAMP '2020-01-02 03:04:05', TIMESTAMP '2020-01-02 03:04:05.6', TIMESTAMP '2020-01-02 03:04:05.678', TIMESTAMP '2020-01-02 03:04:05.678901';
--> _col0 timestamp(0) | _col1 timestamp(1) | _col2 timestamp(3) | _col3 timestamp(6)
--> ["2020-01-02 03:04:05", "2020-01-02 03:04:05.6", "2020-01-02 03:04:05.678", "2020-01-02 03:04:05.678901"]
SELECT TIMESTAMP '2020-01-02', TIMESTAMP '2020-01-02 03:04', TIMESTAMP '2020-1-2 3:4:5', TIMESTAMP '2020-01-02 03:04:05.123456789';
--> _col0 timestamp(0) | _col1 timestamp(0) | _col2 timestamp(0) | _col3 timestamp(9)
--> ["2020-01-02 00:00:00", "2020-01-02 03:04:00", "2020-01-02 03:04:05", "2020-01-02 03:04:05.123456789"]
SELECT TIMESTAMP '2020-01-02T03:04:05';
--> error INVALID_LITERAL: line 1:8: '2020-01-02T03:04:05' is not a valid TIMESTAMP literal
SELECT TIMESTAMP '2020-01-02 24:00:00';
--> error INVALID_LITERAL: line 1:8: '2020-01-02 24:00:00' is not a valid TIMESTAMP literal
SELECT TIMESTAMP '2020-01-02 03:04:05 UTC', TIMESTAMP '2020-01-02 03:04:05.678 America/New_York', TIMESTAMP '2020-01-02 03:04:05 +02:00', TIMESTAMP '2020-07-02 03:04:05.678901 Europe/Berlin', TIMESTAMP '2020-01-02 03:04:05 Z';
--> _col0 timestamp(0) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(0) with time zone | _col3 timestamp(6) with time zone | _col4 timestamp(0) with time zone
--> ["2020-01-02 03:04:05 UTC", "2020-01-02 03:04:05.678 America/New_York", "2020-01-02 03:04:05 +02:00", "2020-07-02 03:04:05.678901 Europe/Berlin", "2020-01-02 03:04:05 UTC"]
SELECT TIMESTAMP '2020-01-02 03:04:05 Nowhere/City';
--> error INVALID_LITERAL: line 1:8: '2020-01-02 03:04:05 Nowhere/City' is not a valid TIMESTAMP literal
SELECT TIMESTAMP '1969-12-31 23:59:59.999', TIMESTAMP '0001-01-01 00:00:00', TIMESTAMP '9999-12-31 23:59:59.999', TIMESTAMP '-0001-01-01 00:00:00', TIMESTAMP '12345-01-01 00:00:00';
--> _col0 timestamp(3) | _col1 timestamp(0) | _col2 timestamp(3) | _col3 timestamp(0) | _col4 timestamp(0)
--> ["1969-12-31 23:59:59.999", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999", "-0001-01-01 00:00:00", "+12345-01-01 00:00:00"]
SELECT typeof(TIMESTAMP '2020-01-02 03:04:05'), typeof(TIMESTAMP '2020-01-02 03:04:05.678'), typeof(TIMESTAMP '2020-01-02 03:04:05 UTC'), typeof(TIME '01:02'), typeof(DATE '2020-01-02'), typeof(INTERVAL '1' DAY), typeof(INTERVAL '1' YEAR), typeof(TIME '01:02 +01:00');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar | _col7 varchar
--> ["timestamp(0)", "timestamp(3)", "timestamp(0) with time zone", "time(0)", "date", "interval day to second", "interval year to month", "time(0) with time zone"]

-- ## Intervals
SELECT INTERVAL '2' DAY, INTERVAL '3' MONTH, INTERVAL '1' YEAR, INTERVAL '90' MINUTE, INTERVAL '25' HOUR, INTERVAL '1.5' SECOND, INTERVAL -'2' DAY, INTERVAL '-2' DAY, INTERVAL '14' MONTH;
--> _col0 INTERVAL DAY TO SECOND | _col1 INTERVAL YEAR TO MONTH | _col2 INTERVAL YEAR TO MONTH | _col3 INTERVAL DAY TO SECOND | _col4 INTERVAL DAY TO SECOND | _col5 INTERVAL DAY TO SECOND | _col6 INTERVAL DAY TO SECOND | _col7 INTERVAL DAY TO SECOND | _col8 INTERVAL YEAR TO MONTH
--> ["2 00:00:00.000", "0-3", "1-0", "0 01:30:00.000", "1 01:00:00.000", "0 00:00:01.500", "-2 00:00:00.000", "-2 00:00:00.000", "1-2"]
SELECT INTERVAL '1 2' DAY TO HOUR, INTERVAL '1 02:03:04.567' DAY TO SECOND, INTERVAL '2-3' YEAR TO MONTH, INTERVAL '10:20' MINUTE TO SECOND, INTERVAL '1:30' HOUR TO MINUTE;
--> _col0 INTERVAL DAY TO SECOND | _col1 INTERVAL DAY TO SECOND | _col2 INTERVAL YEAR TO MONTH | _col3 INTERVAL DAY TO SECOND | _col4 INTERVAL DAY TO SECOND
--> ["1 02:00:00.000", "1 02:03:04.567", "2-3", "0 00:10:20.000", "0 01:30:00.000"]
SELECT INTERVAL '1' WEEK;
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: INTERVAL
SELECT INTERVAL '1' QUARTER;
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: INTERVAL
SELECT INTERVAL 'x' DAY;
--> error INVALID_LITERAL: line 1:8: 'x' is not a valid INTERVAL literal
SELECT INTERVAL '1 day';
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: INTERVAL
SELECT INTERVAL '1' DAY + INTERVAL '2' HOUR, INTERVAL '1' YEAR + INTERVAL '2' MONTH, INTERVAL '2' DAY - INTERVAL '36' HOUR, INTERVAL '1' DAY * 3, 2 * INTERVAL '1' MONTH, INTERVAL '1' DAY / 2, -INTERVAL '1' DAY;
--> _col0 INTERVAL DAY TO SECOND | _col1 INTERVAL YEAR TO MONTH | _col2 INTERVAL DAY TO SECOND | _col3 INTERVAL DAY TO SECOND | _col4 INTERVAL YEAR TO MONTH | _col5 INTERVAL DAY TO SECOND | _col6 INTERVAL DAY TO SECOND
--> ["1 02:00:00.000", "1-2", "0 12:00:00.000", "3 00:00:00.000", "0-2", "0 12:00:00.000", "-1 00:00:00.000"]
SELECT INTERVAL '1' DAY + INTERVAL '1' MONTH;
--> error TYPE_MISMATCH: line 1:25: Cannot apply operator: interval day to second + interval year to month
SELECT INTERVAL '1' DAY > INTERVAL '23' HOUR, INTERVAL '1' YEAR = INTERVAL '12' MONTH, INTERVAL '24' HOUR = INTERVAL '1' DAY;
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT INTERVAL '1' DAY = INTERVAL '1' MONTH;
--> error TYPE_MISMATCH: line 1:25: Cannot apply operator: interval day to second = interval year to month
SELECT INTERVAL '1' DAY * 1.5E0, INTERVAL '3' YEAR / 2;
--> _col0 INTERVAL DAY TO SECOND | _col1 INTERVAL YEAR TO MONTH
--> ["1 12:00:00.000", "1-6"]

-- ## Arithmetic
SELECT DATE '2020-01-31' + INTERVAL '1' MONTH, DATE '2020-02-29' + INTERVAL '1' YEAR, DATE '2020-03-31' - INTERVAL '1' MONTH, DATE '2020-01-01' - INTERVAL '1' DAY, INTERVAL '1' DAY + DATE '2020-01-01';
--> _col0 date | _col1 date | _col2 date | _col3 date | _col4 date
--> ["2020-02-29", "2021-02-28", "2020-02-29", "2019-12-31", "2020-01-02"]
SELECT DATE '2020-01-01' + INTERVAL '1' HOUR;
--> error INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date
SELECT TIMESTAMP '2020-01-31 12:00:00' + INTERVAL '1' MONTH, TIMESTAMP '2020-01-01 00:00:00.000' - INTERVAL '1' SECOND, TIMESTAMP '2020-01-01 00:00:00' + INTERVAL '1.5' SECOND, TIMESTAMP '2020-01-01 00:00:00.000' + INTERVAL '2' DAY;
--> _col0 timestamp(0) | _col1 timestamp(3) | _col2 timestamp(3) | _col3 timestamp(3)
--> ["2020-02-29 12:00:00", "2019-12-31 23:59:59.000", "2020-01-01 00:00:01.500", "2020-01-03 00:00:00.000"]
SELECT TIMESTAMP '2020-03-08 01:30:00 America/New_York' + INTERVAL '1' HOUR, TIMESTAMP '2020-03-07 12:00:00 America/New_York' + INTERVAL '1' DAY, TIMESTAMP '2020-01-01 00:00:00 UTC' - INTERVAL '1' MONTH;
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(0) with time zone
--> ["2020-03-08 03:30:00.000 America/New_York", "2020-03-08 13:00:00.000 America/New_York", "2019-12-01 00:00:00 UTC"]
SELECT TIME '23:00:00' + INTERVAL '2' HOUR, TIME '01:00:00.000' - INTERVAL '2' HOUR;
--> _col0 time(3) | _col1 time(3)
--> ["01:00:00.000", "23:00:00.000"]
SELECT DATE '2020-03-01' - DATE '2020-02-01', TIMESTAMP '2020-01-02 00:00:00' - TIMESTAMP '2020-01-01 12:00:00', DATE '2020-01-01' - TIMESTAMP '2019-12-31 00:00:00';
--> _col0 INTERVAL DAY TO SECOND | _col1 INTERVAL DAY TO SECOND | _col2 INTERVAL DAY TO SECOND
--> ["29 00:00:00.000", "0 12:00:00.000", "1 00:00:00.000"]
SELECT TIMESTAMP '2020-01-02 00:00:00 UTC' - TIMESTAMP '2020-01-01 00:00:00 America/New_York', DATE '2020-01-01' - DATE '2020-01-02';
--> _col0 INTERVAL DAY TO SECOND | _col1 INTERVAL DAY TO SECOND
--> ["0 19:00:00.000", "-1 00:00:00.000"]
SELECT DATE '2020-01-01' - 1;
--> error TYPE_MISMATCH: line 1:26: Cannot apply operator: date - integer
SELECT DATE '2020-01-01' + DATE '2020-01-01';
--> error TYPE_MISMATCH: line 1:26: Cannot apply operator: date + date

-- ## Comparison
SELECT DATE '2020-01-01' < DATE '2020-01-02', DATE '2020-01-01' = TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP '2020-01-01 00:00:00.000' = TIMESTAMP '2020-01-01 00:00:00', DATE '2020-01-01' BETWEEN DATE '2019-01-01' AND DATE '2020-01-01';
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, true, true, true]
SELECT TIMESTAMP '2020-01-01 12:00:00 UTC' = TIMESTAMP '2020-01-01 07:00:00 America/New_York', TIMESTAMP '2020-01-01 00:00:00 UTC' = TIMESTAMP '2020-01-01 00:00:00', TIME '01:00:00' < TIME '02:00:00';
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT DATE '2020-01-01' = '2020-01-01';
--> error TYPE_MISMATCH: line 1:26: Cannot apply operator: date = varchar(10)
SELECT TIMESTAMP '2020-01-01 00:00:00' > '2019-01-01';
--> error TYPE_MISMATCH: line 1:40: Cannot apply operator: timestamp(0) < varchar(10)
SELECT DATE '2020-01-01' IN (DATE '2020-01-01', NULL), DATE '2020-01-01' IN (DATE '2020-01-02', NULL), greatest(DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:01');
--> _col0 boolean | _col1 boolean | _col2 timestamp(0)
--> [true, null, "2020-01-01 00:00:01"]

-- ## Casts
SELECT CAST('2020-01-02' AS date), CAST(' 2020-01-02 ' AS date), CAST(TIMESTAMP '2020-01-02 23:59:59' AS date), CAST(TIMESTAMP '2020-01-02 23:00:00 America/New_York' AS date), CAST(DATE '2020-01-02' AS varchar);
--> _col0 date | _col1 date | _col2 date | _col3 date | _col4 varchar
--> ["2020-01-02", "2020-01-02", "2020-01-02", "2020-01-02", "2020-01-02"]
SELECT CAST('2020-01-02 03:04:05' AS timestamp), CAST('2020-01-02' AS timestamp), CAST('2020-01-02 03:04:05.123456' AS timestamp), CAST('2020-01-02 03:04:05.1235' AS timestamp(3)), CAST('2020-01-02 03:04:05.123456' AS timestamp(6)), CAST('2020-01-02 03:04' AS timestamp(0));
--> _col0 timestamp(3) | _col1 timestamp(3) | _col2 timestamp(3) | _col3 timestamp(3) | _col4 timestamp(6) | _col5 timestamp(0)
--> ["2020-01-02 03:04:05.000", "2020-01-02 00:00:00.000", "2020-01-02 03:04:05.123", "2020-01-02 03:04:05.124", "2020-01-02 03:04:05.123456", "2020-01-02 03:04:00"]
SELECT CAST('2020-01-02T03:04:05' AS timestamp);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: 2020-01-02T03:04:05
SELECT CAST('2020-01-02T03:04:05Z' AS timestamp with time zone);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: 2020-01-02T03:04:05Z
SELECT CAST('2020-01-02 03:04:05 UTC' AS timestamp with time zone), CAST('2020-01-02 03:04:05' AS timestamp with time zone), CAST('2020-01-02 03:04:05.678 +02:00' AS timestamp(3) with time zone), CAST(DATE '2020-01-02' AS timestamp with time zone);
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone | _col3 timestamp(3) with time zone
--> ["2020-01-02 03:04:05.000 UTC", "2020-01-02 03:04:05.000 UTC", "2020-01-02 03:04:05.678 +02:00", "2020-01-02 00:00:00.000 UTC"]
SELECT CAST('2020-01-02 03:04:05 UTC' AS timestamp);
--> _col0 timestamp(3)
--> ["2020-01-02 03:04:05.000"]
SELECT CAST(DATE '2020-01-02' AS timestamp), CAST(TIMESTAMP '2020-01-02 03:04:05.678' AS varchar), CAST(TIMESTAMP '2020-01-02 03:04:05' AS varchar), CAST(TIMESTAMP '2020-01-02 03:04:05 UTC' AS varchar), CAST(TIME '01:02:03.4' AS varchar);
--> _col0 timestamp(3) | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["2020-01-02 00:00:00.000", "2020-01-02 03:04:05.678", "2020-01-02 03:04:05", "2020-01-02 03:04:05 UTC", "01:02:03.4"]
SELECT CAST(TIMESTAMP '2020-01-02 03:04:05 America/New_York' AS timestamp), CAST(TIMESTAMP '2020-01-02 03:04:05' AS timestamp with time zone), CAST(TIMESTAMP '2020-01-02 03:04:05.678' AS time), CAST(TIME '01:02:03' AS time(6));
--> _col0 timestamp(3) | _col1 timestamp(3) with time zone | _col2 time(3) | _col3 time(6)
--> ["2020-01-02 03:04:05.000", "2020-01-02 03:04:05.000 UTC", "03:04:05.678", "01:02:03.000000"]
SELECT CAST(TIMESTAMP '2020-01-02 03:04:05.6789' AS timestamp(3)), CAST(TIMESTAMP '2020-01-02 03:04:05.9996' AS timestamp(3)), CAST(TIMESTAMP '2020-01-02 03:04:05' AS timestamp(6)), CAST(TIMESTAMP '2020-01-02 23:59:59.9' AS timestamp(0));
--> _col0 timestamp(3) | _col1 timestamp(3) | _col2 timestamp(6) | _col3 timestamp(0)
--> ["2020-01-02 03:04:05.679", "2020-01-02 03:04:06.000", "2020-01-02 03:04:05.000000", "2020-01-03 00:00:00"]
SELECT CAST('01:02:03' AS time), CAST('01:02' AS time), CAST('01:02:03.123456' AS time(3));
--> _col0 time(3) | _col1 time(3) | _col2 time(3)
--> ["01:02:03.000", "01:02:00.000", "01:02:03.123"]
SELECT CAST('2020-13-01' AS date);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to date: 2020-13-01
SELECT CAST('2020-02-30' AS date);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to date: 2020-02-30
SELECT CAST('' AS date);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to date:
SELECT CAST('20200102' AS date);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to date: 20200102
SELECT CAST('2020-01-02 03:04:05' AS date);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to date: 2020-01-02 03:04:05
SELECT CAST(20200102 AS date);
--> error TYPE_MISMATCH: line 1:8: Cannot cast integer to date
SELECT CAST(DATE '2020-01-02' AS integer);
--> error TYPE_MISMATCH: line 1:8: Cannot cast date to integer
SELECT CAST(0 AS timestamp);
--> error TYPE_MISMATCH: line 1:8: Cannot cast integer to timestamp(3)
SELECT CAST('x' AS timestamp);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: x
SELECT CAST('2020-01-02 25:00:00' AS timestamp);
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: 2020-01-02 25:00:00
SELECT TRY_CAST('2020-13-01' AS date), TRY_CAST('x' AS timestamp), TRY_CAST('2020-1-2' AS date), TRY_CAST('2020-01-02 ' AS date), TRY_CAST('+2020-01-02' AS date);
--> _col0 date | _col1 timestamp(3) | _col2 date | _col3 date | _col4 date
--> [null, null, "2020-01-02", "2020-01-02", "2020-01-02"]
SELECT CAST(INTERVAL '1' DAY AS varchar), CAST(INTERVAL '14' MONTH AS varchar);
--> _col0 varchar | _col1 varchar
--> ["1 00:00:00.000", "1-2"]
SELECT CAST('1 00:00:00.000' AS interval day to second);
--> error TYPE_MISMATCH: line 1:8: Cannot cast varchar(14) to interval day to second
SELECT CAST(DATE '2020-01-02' AS varchar(10)), CAST(TIMESTAMP '2020-01-02 03:04:05.678' AS varchar(30));
--> _col0 varchar(10) | _col1 varchar(30)
--> ["2020-01-02", "2020-01-02 03:04:05.678"]
SELECT CAST(DATE '2020-01-02' AS varchar(4));
--> error INVALID_CAST_ARGUMENT: Value 2020-01-02 cannot be represented as varchar(4)
