-- # Date and time functions
--
-- https://trino.io/docs/435/functions/datetime.html

-- ## date, date_trunc
SELECT date('2020-01-02'), date(TIMESTAMP '2020-01-02 03:04:05'), date(TIMESTAMP '2020-01-02 23:00:00 America/New_York');
--> _col0 date | _col1 date | _col2 date
--> ["2020-01-02", "2020-01-02", "2020-01-02"]
SELECT date('x');
--> error INVALID_CAST_ARGUMENT: Value cannot be cast to date: x
SELECT date_trunc('second', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('minute', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('hour', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('day', TIMESTAMP '2001-08-22 03:04:05.321');
--> _col0 timestamp(3) | _col1 timestamp(3) | _col2 timestamp(3) | _col3 timestamp(3)
--> ["2001-08-22 03:04:05.000", "2001-08-22 03:04:00.000", "2001-08-22 03:00:00.000", "2001-08-22 00:00:00.000"]
SELECT date_trunc('week', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('month', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('quarter', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('year', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('millisecond', TIMESTAMP '2001-08-22 03:04:05.321');
--> _col0 timestamp(3) | _col1 timestamp(3) | _col2 timestamp(3) | _col3 timestamp(3) | _col4 timestamp(3)
--> ["2001-08-20 00:00:00.000", "2001-08-01 00:00:00.000", "2001-07-01 00:00:00.000", "2001-01-01 00:00:00.000", "2001-08-22 03:04:05.321"]
SELECT date_trunc('week', DATE '2024-01-01'), date_trunc('month', DATE '2024-02-29'), date_trunc('quarter', DATE '2024-12-31'), date_trunc('year', DATE '2024-12-31'), date_trunc('day', DATE '2024-02-29'), date_trunc('WEEK', DATE '2023-12-31');
--> _col0 date | _col1 date | _col2 date | _col3 date | _col4 date | _col5 date
--> ["2024-01-01", "2024-02-01", "2024-10-01", "2024-01-01", "2024-02-29", "2023-12-25"]
SELECT date_trunc('hour', DATE '2024-01-01');
--> error INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field
SELECT date_trunc('x', TIMESTAMP '2024-01-01 00:00:00');
--> error INVALID_FUNCTION_ARGUMENT: 'x' is not a valid TIMESTAMP field
SELECT date_trunc('day', TIMESTAMP '2020-07-01 03:04:05 America/New_York'), date_trunc('hour', TIMESTAMP '2020-07-01 03:04:05.678 UTC'), date_trunc('hour', TIME '03:04:05'), typeof(date_trunc('day', TIMESTAMP '2020-01-01 00:00:00')), date_trunc('day', CAST(NULL AS date));
--> _col0 timestamp(0) with time zone | _col1 timestamp(3) with time zone | _col2 time(0) | _col3 varchar | _col4 date
--> ["2020-07-01 00:00:00 America/New_York", "2020-07-01 03:00:00.000 UTC", "03:00:00", "timestamp(0)", null]
SELECT date_trunc('x', CAST(NULL AS timestamp)), try(date_trunc('hour', DATE '2024-01-01')), try(date_add('x', 1, DATE '2024-01-01')), try(date_diff('x', DATE '2024-01-01', DATE '2024-01-02'));
--> _col0 timestamp(3) | _col1 date | _col2 date | _col3 bigint
--> [null, null, null, null]
SELECT date_trunc('day', NULL);
--> error AMBIGUOUS_FUNCTION_CALL: line 1:8: Could not choose a best candidate operator. Explicit type casts must be added. Candidates are: * (varchar(3),date):date * (varchar(3),timestamp(3)):timestamp(3) * (varchar(3),timestamp(3) with time zone):timestamp(3) with time zone * (varchar(3),time(3)):time(3) * (varchar(3),time(3) with time zone):time(3) with time zone

-- ## date_add
SELECT date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00'), date_add('hour', 9, TIMESTAMP '2020-03-01 00:00:00'), date_add('day', -1, TIMESTAMP '2020-03-01 00:00:00 UTC'), date_add('millisecond', 5, TIMESTAMP '2020-03-01 00:00:00.000');
--> _col0 timestamp(0) | _col1 timestamp(0) | _col2 timestamp(0) with time zone | _col3 timestamp(3)
--> ["2020-03-01 00:01:26", "2020-03-01 09:00:00", "2020-02-29 00:00:00 UTC", "2020-03-01 00:00:00.005"]
SELECT date_add('day', 1, DATE '2020-02-28'), date_add('month', 1, DATE '2020-01-31'), date_add('year', 1, DATE '2020-02-29'), date_add('week', 2, DATE '2020-01-01'), date_add('quarter', -1, DATE '2020-05-31');
--> _col0 date | _col1 date | _col2 date | _col3 date | _col4 date
--> ["2020-02-29", "2020-02-29", "2021-02-28", "2020-01-15", "2020-02-29"]
SELECT date_add('hour', 1, DATE '2020-01-01');
--> error INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field
SELECT date_add('x', 1, DATE '2020-01-01');
--> error INVALID_FUNCTION_ARGUMENT: 'x' is not a valid DATE field
SELECT date_add('minute', 90, TIME '23:00:00'), date_add('month', 13, TIMESTAMP '2020-01-31 10:00:00'), date_add('day', NULL, DATE '2020-01-01');
--> _col0 time(0) | _col1 timestamp(0) | _col2 date
--> ["00:30:00", "2021-02-28 10:00:00", null]
SELECT date_add('day', 1, '2020-01-01');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(3), integer, varchar(10)) for function date_add. Expected: date_add(varchar(x), bigint, date), date_add(varchar(x), bigint, time(p) with time zone), date_add(varchar(x), bigint, time(p)), date_add(varchar(x), bigint, timestamp(p) with time zone), date_add(varchar(x), bigint, timestamp(p))

-- ## date_diff
-- Whole units between two times.
SELECT date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00'), date_diff('hour', TIMESTAMP '2020-03-01 00:00:00 America/New_York', TIMESTAMP '2020-03-02 00:00:00 America/New_York'), date_diff('millisecond', TIMESTAMP '2020-06-01 12:30:45.000', TIMESTAMP '2020-06-02 12:30:45.123');
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [86400, 24, 86400123]
SELECT date_diff('day', DATE '2020-03-01', DATE '2020-03-02'), date_diff('month', DATE '2020-01-31', DATE '2020-02-29'), date_diff('month', DATE '2020-01-31', DATE '2020-03-01'), date_diff('year', DATE '2020-02-29', DATE '2021-02-28'), date_diff('week', DATE '2020-01-01', DATE '2020-01-14'), date_diff('quarter', DATE '2020-01-01', DATE '2020-12-31');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [1, 1, 1, 1, 1, 3]
SELECT date_diff('day', TIMESTAMP '2020-01-01 23:59:59', TIMESTAMP '2020-01-02 00:00:00'), date_diff('day', DATE '2020-01-02', DATE '2020-01-01'), date_diff('hour', TIMESTAMP '2020-01-01 01:59:59', TIMESTAMP '2020-01-01 00:00:00'), date_diff('month', TIMESTAMP '2020-03-31 00:00:00', TIMESTAMP '2020-02-29 00:00:00');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint
--> [0, -1, -1, -1]
SELECT date_diff('day', DATE '2020-01-01', TIMESTAMP '2020-01-02 12:00:00'), date_diff('minute', TIME '01:00:00', TIME '02:30:00'), date_diff('day', NULL, DATE '2020-01-01');
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [1, 90, null]
SELECT date_diff('hour', DATE '2020-01-01', DATE '2020-01-02');
--> error INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field
SELECT date_diff('day', '2020-01-01', '2020-01-02');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(3), varchar(10), varchar(10)) for function date_diff. Expected: date_diff(varchar(x), date, date), date_diff(varchar(x), time(p) with time zone, time(p) with time zone), date_diff(varchar(x), time(p), time(p)), date_diff(varchar(x), timestamp(p) with time zone, timestamp(p) with time zone), date_diff(varchar(x), timestamp(p), timestamp(p))

-- ## Parts: year, month, day and so on
SELECT year(DATE '2020-12-31'), quarter(DATE '2020-12-31'), month(DATE '2020-12-31'), week(DATE '2020-12-31'), day(DATE '2020-12-31'), day_of_year(DATE '2020-12-31'), day_of_week(DATE '2020-12-27'), day_of_month(DATE '2020-12-31');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint | _col6 bigint | _col7 bigint
--> [2020, 4, 12, 53, 31, 366, 7, 31]
SELECT dow(DATE '2020-12-27'), doy(DATE '2020-12-31'), week_of_year(DATE '2021-01-03'), year_of_week(DATE '2021-01-03'), yow(DATE '2018-12-31'), week(DATE '2018-12-31');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [7, 366, 53, 2020, 2019, 1]
SELECT hour(TIMESTAMP '2020-01-02 03:04:05.678'), minute(TIMESTAMP '2020-01-02 03:04:05.678'), second(TIMESTAMP '2020-01-02 03:04:05.678'), millisecond(TIMESTAMP '2020-01-02 03:04:05.678'), hour(TIME '03:04:05'), millisecond(TIME '03:04:05.006');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [3, 4, 5, 678, 3, 6]
SELECT hour(TIMESTAMP '2020-01-02 03:04:05 America/New_York'), day(TIMESTAMP '2020-01-02 23:04:05 America/New_York'), timezone_hour(TIMESTAMP '2020-01-02 03:04:05 -05:30'), timezone_minute(TIMESTAMP '2020-01-02 03:04:05 -05:30');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint
--> [3, 2, -5, -30]
SELECT last_day_of_month(DATE '2020-02-10'), last_day_of_month(TIMESTAMP '2021-02-10 01:02:03'), last_day_of_month(DATE '2020-12-31');
--> _col0 date | _col1 date | _col2 date
--> ["2020-02-29", "2021-02-28", "2020-12-31"]
SELECT EXTRACT(YEAR FROM DATE '2020-12-31'), EXTRACT(QUARTER FROM DATE '2020-12-31'), EXTRACT(MONTH FROM DATE '2020-12-31'), EXTRACT(WEEK FROM DATE '2020-12-31'), EXTRACT(DAY FROM DATE '2020-12-31'), EXTRACT(DOW FROM DATE '2020-12-27'), EXTRACT(DOY FROM DATE '2020-12-31'), EXTRACT(DAY_OF_WEEK FROM DATE '2020-12-27'), EXTRACT(YOW FROM DATE '2021-01-03');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint | _col6 bigint | _col7 bigint | _col8 bigint
--> [2020, 4, 12, 53, 31, 7, 366, 7, 2020]
SELECT EXTRACT(HOUR FROM TIMESTAMP '2020-01-02 03:04:05'), EXTRACT(MINUTE FROM TIMESTAMP '2020-01-02 03:04:05'), EXTRACT(SECOND FROM TIMESTAMP '2020-01-02 03:04:05.678'), EXTRACT(TIMEZONE_HOUR FROM TIMESTAMP '2020-01-02 03:04:05 +02:00'), EXTRACT(DAY_OF_MONTH FROM DATE '2020-01-02');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint
--> [3, 4, 5, 2, 2]
SELECT EXTRACT(MILLISECOND FROM TIMESTAMP '2020-01-02 03:04:05.678');
--> error SYNTAX_ERROR: line 1:8: Invalid EXTRACT field: MILLISECOND
SELECT EXTRACT(HOUR FROM DATE '2020-01-02');
--> error TYPE_MISMATCH: line 1:26: Cannot extract HOUR from date
SELECT hour(DATE '2020-01-01');
--> _col0 bigint
--> [0]
SELECT year('2020-01-01');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(10)) for function year. Expected: year(date), year(interval year to month), year(timestamp(p) with time zone), year(timestamp(p))
SELECT day(INTERVAL '2' DAY), hour(INTERVAL '30' HOUR), year(INTERVAL '14' MONTH), month(INTERVAL '14' MONTH), EXTRACT(SECOND FROM INTERVAL '90' SECOND), to_milliseconds(INTERVAL '1.5' SECOND);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint | _col5 bigint
--> [2, 6, 1, 2, 30, 1500]
SELECT typeof(year(DATE '2020-01-01')), typeof(date_diff('day', DATE '2020-01-01', DATE '2020-01-02')), typeof(to_unixtime(TIMESTAMP '2020-01-01 00:00:00'));
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["bigint", "bigint", "double"]

-- ## Unix time
SELECT from_unixtime(0), from_unixtime(1700000000), from_unixtime(1700000000.123E0), from_unixtime(-1), from_unixtime(1.5E9), typeof(from_unixtime(0));
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone | _col3 timestamp(3) with time zone | _col4 timestamp(3) with time zone | _col5 varchar
--> ["1970-01-01 00:00:00.000 UTC", "2023-11-14 22:13:20.000 UTC", "2023-11-14 22:13:20.123 UTC", "1969-12-31 23:59:59.000 UTC", "2017-07-14 02:40:00.000 UTC", "timestamp(3) with time zone"]
SELECT from_unixtime(0, 'America/New_York'), from_unixtime(0, 2, 30), from_unixtime(1700000000, 'Europe/Berlin');
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone
--> ["1969-12-31 19:00:00.000 America/New_York", "1970-01-01 02:30:00.000 +02:30", "2023-11-14 23:13:20.000 Europe/Berlin"]
SELECT from_unixtime(0, 'Nowhere/City');
--> error NOT_SUPPORTED: Time zone not supported: Nowhere/City
SELECT from_unixtime_nanos(100), from_unixtime_nanos(1700000000123456789), from_unixtime_nanos(DECIMAL '-1');
--> _col0 timestamp(9) with time zone | _col1 timestamp(9) with time zone | _col2 timestamp(9) with time zone
--> ["1970-01-01 00:00:00.000000100 UTC", "2023-11-14 22:13:20.123456789 UTC", "1969-12-31 23:59:59.999999999 UTC"]
SELECT to_unixtime(TIMESTAMP '2020-01-01 00:00:00'), to_unixtime(TIMESTAMP '2020-01-01 00:00:00.123'), to_unixtime(TIMESTAMP '2020-01-01 00:00:00 America/New_York'), to_unixtime(TIMESTAMP '1969-12-31 23:59:59.5');
--> _col0 double | _col1 double | _col2 double | _col3 double
--> [1577836800.0, 1577836800.123, 1577854800.0, -0.5]
SELECT to_unixtime(DATE '2020-01-01');
--> _col0 double
--> [1577836800.0]
SELECT from_unixtime('0');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function from_unixtime. Expected: from_unixtime(double), from_unixtime(double, bigint, bigint), from_unixtime(double, varchar(x))
SELECT CAST(from_unixtime(1700000000) AS timestamp), CAST(from_unixtime(1700000000) AS varchar), date(from_unixtime(1700000000)), format_datetime(from_unixtime(1700000000), 'yyyy-MM-dd HH:mm');
--> _col0 timestamp(3) | _col1 varchar | _col2 date | _col3 varchar
--> ["2023-11-14 22:13:20.000", "2023-11-14 22:13:20.000 UTC", "2023-11-14", "2023-11-14 22:13"]

-- ## date_format and date_parse
-- MySQL's specifiers.
SELECT date_format(TIMESTAMP '2020-01-02 13:04:05.678', '%Y-%m-%d %H:%i:%s'), date_format(TIMESTAMP '2020-01-02 13:04:05.678', '%a %b %c %d %e %f %H %h %I %i %j %k %l'), date_format(TIMESTAMP '2020-01-02 13:04:05.678', '%M %m %p %r %S %s %T %v %W %Y %y %%');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["2020-01-02 13:04:05", "Thu Jan 1 02 2 678000 13 01 01 04 002 13 1", "January 01 PM 01:04:05 PM 05 05 13:04:05 01 Thursday 2020 20 %"]
SELECT date_format(DATE '2020-01-02', '%Y/%m/%d'), date_format(TIMESTAMP '2020-01-02 00:30:00 America/New_York', '%H:%i %p %l'), date_format(TIMESTAMP '2020-01-02 13:04:05', 'year %Y, x'), date_format(TIMESTAMP '2020-12-31 13:04:05', '%x %v');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["2020/01/02", "00:30 AM 12", "year 2020, x", "2020 53"]
SELECT date_format(TIMESTAMP '2020-01-02 13:04:05', '');
--> error INVALID_FUNCTION_ARGUMENT: Both printing and parsing not supported
SELECT date_format(TIMESTAMP '2020-01-02 13:04:05', '%D');
--> error INVALID_FUNCTION_ARGUMENT: %D not supported in date format string
SELECT date_format(TIMESTAMP '2020-01-02 13:04:05', '%U');
--> error INVALID_FUNCTION_ARGUMENT: %U not supported in date format string
SELECT date_format(TIMESTAMP '2020-01-02 13:04:05', '%q'), date_format(NULL, '%Y');
--> _col0 varchar | _col1 varchar
--> ["q", null]
SELECT date_format('2020-01-02', '%Y');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(10), varchar(2)) for function date_format. Expected: date_format(timestamp(p) with time zone, varchar(x)), date_format(timestamp(p), varchar(x))
SELECT date_parse('2020-01-02 13:04:05', '%Y-%m-%d %H:%i:%s'), date_parse('2/1/20', '%d/%c/%y'), date_parse('Jan 2, 2020', '%b %d, %Y'), date_parse('2020-01', '%Y-%m'), date_parse('13:04', '%H:%i'), date_parse('2020-01-02 01:04:05 PM', '%Y-%m-%d %h:%i:%s %p');
--> _col0 timestamp(3) | _col1 timestamp(3) | _col2 timestamp(3) | _col3 timestamp(3) | _col4 timestamp(3) | _col5 timestamp(3)
--> ["2020-01-02 13:04:05.000", "2020-01-02 00:00:00.000", "2020-01-02 00:00:00.000", "2020-01-01 00:00:00.000", "1970-01-01 13:04:00.000", "2020-01-02 13:04:05.000"]
SELECT date_parse('2020-01-02 03:04:05.678', '%Y-%m-%d %H:%i:%s.%f'), date_parse('2020 2', '%Y %j'), date_parse('20200102', '%Y%m%d'), typeof(date_parse('2020', '%Y'));
--> _col0 timestamp(3) | _col1 timestamp(3) | _col2 timestamp(3) | _col3 varchar
--> ["2020-01-02 03:04:05.678", "2020-01-02 00:00:00.000", "2020-01-02 00:00:00.000", "timestamp(3)"]
SELECT date_parse('2020-01-02x', '%Y-%m-%d');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "2020-01-02x" is malformed at "x"
SELECT date_parse('x', '%Y');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "x"
SELECT date_parse('2020-02-30', '%Y-%m-%d');
--> error INVALID_FUNCTION_ARGUMENT: Invalid date 'FEBRUARY 30'
SELECT date_parse('2020', '');
--> error INVALID_FUNCTION_ARGUMENT: Both printing and parsing not supported
SELECT try(date_parse('x', '%Y')), date_parse(NULL, '%Y');
--> _col0 timestamp(3) | _col1 timestamp(3)
--> [null, null]

-- ## format_datetime and parse_datetime
-- Joda's patterns.
SELECT format_datetime(TIMESTAMP '2020-01-02 13:04:05.678', 'yyyy-MM-dd''T''HH:mm:ss.SSS'), format_datetime(TIMESTAMP '2020-01-02 13:04:05', 'EEE, d MMM yyyy h:mm a'), format_datetime(TIMESTAMP '2020-01-02 13:04:05', 'D e w x YY M'), format_datetime(DATE '2020-01-02', 'yyyyMMdd');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["2020-01-02T13:04:05.678", "Thu, 2 Jan 2020 1:04 PM", "2 4 1 2020 20 1", "20200102"]
SELECT format_datetime(TIMESTAMP '2020-07-02 13:04:05 America/New_York', 'HH:mm Z ZZ ZZZ z'), format_datetime(TIMESTAMP '2020-01-02 13:04:05 UTC', 'yyyy EEEE MMMM'), format_datetime(TIMESTAMP '2020-01-02 13:04:05', 'K k H h');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["13:04 -0400 -04:00 America/New_York EDT", "2020 Thursday January", "1 13 13 1"]
SELECT format_datetime(TIMESTAMP '2020-01-02 13:04:05', '');
--> error INVALID_FUNCTION_ARGUMENT: Invalid pattern specification
SELECT format_datetime(TIMESTAMP '2020-01-02 13:04:05', 'b');
--> error INVALID_FUNCTION_ARGUMENT: Illegal pattern component: b
SELECT parse_datetime('2020-01-02 13:04:05', 'yyyy-MM-dd HH:mm:ss'), parse_datetime('2020-01-02 +02:00', 'yyyy-MM-dd ZZ'), parse_datetime('2020-01-02T03:04:05Z', 'yyyy-MM-dd''T''HH:mm:ssZ'), parse_datetime('1960/01/22 03:04', 'yyyy/MM/dd HH:mm');
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone | _col3 timestamp(3) with time zone
--> ["2020-01-02 13:04:05.000 UTC", "2020-01-02 00:00:00.000 +02:00", "2020-01-02 03:04:05.000 UTC", "1960-01-22 03:04:00.000 UTC"]
SELECT parse_datetime('2020-01-02 America/New_York', 'yyyy-MM-dd ZZZ');
--> _col0 timestamp(3) with time zone
--> ["2020-01-02 00:00:00.000 America/New_York"]
SELECT parse_datetime('x', 'yyyy');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "x"
SELECT parse_datetime('2020', '');
--> error INVALID_FUNCTION_ARGUMENT: Invalid pattern specification

-- ## ISO 8601
SELECT to_iso8601(DATE '2020-01-02'), to_iso8601(TIMESTAMP '2020-01-02 03:04:05.678'), to_iso8601(TIMESTAMP '2020-01-02 03:04:05'), to_iso8601(TIMESTAMP '2020-01-02 03:04:05 UTC'), to_iso8601(TIMESTAMP '2020-01-02 03:04:05.678 America/New_York'), to_iso8601(TIMESTAMP '2020-01-02 03:04:05.678901');
--> _col0 varchar(16) | _col1 varchar(26) | _col2 varchar(22) | _col3 varchar(28) | _col4 varchar(32) | _col5 varchar(29)
--> ["2020-01-02", "2020-01-02T03:04:05.678", "2020-01-02T03:04:05", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05.678-05:00", "2020-01-02T03:04:05.678901"]
SELECT from_iso8601_timestamp('2020-05-11'), from_iso8601_timestamp('2020-05-11T11:15:05'), from_iso8601_timestamp('2020-05-11T11:15:05.055+01:00'), from_iso8601_timestamp('2020-05-11T11:15:05Z'), from_iso8601_timestamp('2020'), from_iso8601_timestamp('2020-05');
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone | _col3 timestamp(3) with time zone | _col4 timestamp(3) with time zone | _col5 timestamp(3) with time zone
--> ["2020-05-11 00:00:00.000 UTC", "2020-05-11 11:15:05.000 UTC", "2020-05-11 11:15:05.055 +01:00", "2020-05-11 11:15:05.000 UTC", "2020-01-01 00:00:00.000 UTC", "2020-05-01 00:00:00.000 UTC"]
SELECT from_iso8601_timestamp('2020-W20'), from_iso8601_timestamp('2020-123'), from_iso8601_timestamp('2020-05-11T11'), typeof(from_iso8601_timestamp('2020'));
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone | _col3 varchar
--> ["2020-05-11 00:00:00.000 UTC", "2020-05-02 00:00:00.000 UTC", "2020-05-11 11:00:00.000 UTC", "timestamp(3) with time zone"]
SELECT from_iso8601_timestamp('2020-05-11 11:15:05');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "2020-05-11 11:15:05" is malformed at " 11:15:05"
SELECT from_iso8601_timestamp('x');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "x"
SELECT from_iso8601_date('2020-05-11'), from_iso8601_date('2020-W10'), from_iso8601_date('2020-123'), from_iso8601_date('2020'), from_iso8601_date('2020-W10-3');
--> _col0 date | _col1 date | _col2 date | _col3 date | _col4 date
--> ["2020-05-11", "2020-03-02", "2020-05-02", "2020-01-01", "2020-03-04"]
SELECT from_iso8601_date('2020-05-11T00:00:00');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "2020-05-11T00:00:00" is malformed at "T00:00:00"
SELECT from_iso8601_timestamp_nanos('2020-05-11T11:15:05'), from_iso8601_timestamp_nanos('2020-05-11T11:15:05.123456789+01:00');
--> _col0 timestamp(9) with time zone | _col1 timestamp(9) with time zone
--> ["2020-05-11 11:15:05.000000000 UTC", "2020-05-11 11:15:05.123456789 +01:00"]
SELECT from_iso8601_date('2020-W20-3'), from_iso8601_date('2020-123'), from_iso8601_date('2020-5-1');
--> _col0 date | _col1 date | _col2 date
--> ["2020-05-13", "2020-05-02", "2020-05-01"]
SELECT from_iso8601_timestamp('2020-W20-3T11:15Z'), from_iso8601_timestamp('2020-123T11:15:05.5'), from_iso8601_timestamp('2020-05-11T11:15:05,25+0200');
--> _col0 timestamp(3) with time zone | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone
--> ["2020-05-13 11:15:00.000 UTC", "2020-05-02 11:15:05.500 UTC", "2020-05-11 11:15:05.250 +02:00"]
SELECT from_iso8601_date('2020-05'), from_iso8601_timestamp('2020-05'), from_iso8601_timestamp('2020-W01');
--> _col0 date | _col1 timestamp(3) with time zone | _col2 timestamp(3) with time zone
--> ["2020-05-01", "2020-05-01 00:00:00.000 UTC", "2019-12-30 00:00:00.000 UTC"]
SELECT from_iso8601_date('2020-13-01');
--> error INVALID_FUNCTION_ARGUMENT: Cannot parse "2020-13-01": Value 13 for monthOfYear must be in the range [1,12]
SELECT from_iso8601_date('2020-W60');
--> error INVALID_FUNCTION_ARGUMENT: Cannot parse "2020-W60": Value 60 for weekOfWeekyear must be in the range [1,53]
SELECT from_iso8601_date('2020-366'), from_iso8601_date('2021-W53');
--> error INVALID_FUNCTION_ARGUMENT: Cannot parse "2021-W53": Value 53 for weekOfWeekyear must be in the range [1,52]

-- ## Time zones
SELECT TIMESTAMP '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles', at_timezone(TIMESTAMP '2012-10-31 01:00 UTC', 'Asia/Kolkata'), TIMESTAMP '2012-10-31 01:00:00' AT TIME ZONE '+02:00', TIMESTAMP '2012-10-31 01:00:00.123 UTC' AT TIME ZONE 'UTC';
--> _col0 timestamp(0) with time zone | _col1 timestamp(0) with time zone | _col2 timestamp(0) with time zone | _col3 timestamp(3) with time zone
--> ["2012-10-30 18:00:00 America/Los_Angeles", "2012-10-31 06:30:00 Asia/Kolkata", "2012-10-31 03:00:00 +02:00", "2012-10-31 01:00:00.123 UTC"]
SELECT with_timezone(TIMESTAMP '2021-08-01 09:10', 'America/New_York'), with_timezone(TIMESTAMP '2021-08-01 09:10:00.123', '+05:30');
--> _col0 timestamp(0) with time zone | _col1 timestamp(3) with time zone
--> ["2021-08-01 09:10:00 America/New_York", "2021-08-01 09:10:00.123 +05:30"]
SELECT TIMESTAMP '2012-10-31 01:00 UTC' AT TIME ZONE 'Nowhere';
--> error INVALID_FUNCTION_ARGUMENT: 'Nowhere' is not a valid time zone
SELECT TIMESTAMP '2020-03-08 02:30:00 America/New_York';
--> error INVALID_LITERAL: line 1:8: '2020-03-08 02:30:00 America/New_York' is not a valid TIMESTAMP literal
SELECT TIMESTAMP '2020-11-01 01:30:00 America/New_York' AT TIME ZONE 'UTC', TIMESTAMP '2020-06-01 12:00:00 Europe/London' AT TIME ZONE 'UTC';
--> _col0 timestamp(0) with time zone | _col1 timestamp(0) with time zone
--> ["2020-11-01 05:30:00 UTC", "2020-06-01 11:00:00 UTC"]
SELECT current_timezone(), typeof(current_timestamp), typeof(current_date), typeof(now()), typeof(localtimestamp), typeof(current_time), typeof(localtime);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar | _col5 varchar | _col6 varchar
--> ["UTC", "timestamp(3) with time zone", "date", "timestamp(3) with time zone", "timestamp(3)", "time(3) with time zone", "time(3)"]
SELECT current_date = date(now()), now() = current_timestamp, typeof(current_timestamp(0)), typeof(current_timestamp(6)), typeof(localtimestamp(0));
--> _col0 boolean | _col1 boolean | _col2 varchar | _col3 varchar | _col4 varchar
--> [true, true, "timestamp(0) with time zone", "timestamp(6) with time zone", "timestamp(0)"]
SELECT CAST(TIMESTAMP '2020-01-01 00:00:00 America/New_York' AS varchar), CAST(TIMESTAMP '2020-01-01 00:00:00.000 +05:30' AS varchar), TIMESTAMP '2020-01-01 00:00:00 UTC' = TIMESTAMP '2020-01-01 00:00:00 +00:00';
--> _col0 varchar | _col1 varchar | _col2 boolean
--> ["2020-01-01 00:00:00 America/New_York", "2020-01-01 00:00:00.000 +05:30", true]
SELECT x, count(*) FROM (VALUES TIMESTAMP '2020-01-01 12:00:00 UTC', TIMESTAMP '2020-01-01 07:00:00 America/New_York') t(x) GROUP BY x;
--> x timestamp(0) with time zone | _col1 bigint
--> ["2020-01-01 12:00:00 UTC", 2]

-- ## Durations
SELECT parse_duration('42.8ms'), parse_duration('3.81 d'), parse_duration('5m'), human_readable_seconds(96), human_readable_seconds(3762), human_readable_seconds(56363463);
--> _col0 INTERVAL DAY TO SECOND | _col1 INTERVAL DAY TO SECOND | _col2 INTERVAL DAY TO SECOND | _col3 varchar | _col4 varchar | _col5 varchar
--> ["0 00:00:00.043", "3 19:26:24.000", "0 00:05:00.000", "1 minute, 36 seconds", "1 hour, 2 minutes, 42 seconds", "93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds"]
SELECT parse_duration('x');
--> error INVALID_FUNCTION_ARGUMENT: duration is not a valid data duration string: x

-- ## Sequences of dates
SELECT sequence(DATE '2020-01-30', DATE '2020-02-02'), sequence(DATE '2020-01-31', DATE '2020-04-30', INTERVAL '1' MONTH), sequence(DATE '2020-01-03', DATE '2020-01-01', INTERVAL '-1' DAY);
--> _col0 array(date) | _col1 array(date) | _col2 array(date)
--> [["2020-01-30", "2020-01-31", "2020-02-01", "2020-02-02"], ["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"], ["2020-01-03", "2020-01-02", "2020-01-01"]]
SELECT sequence(TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP '2020-01-01 02:00:00', INTERVAL '1' HOUR), sequence(TIMESTAMP '2020-01-31 00:00:00', TIMESTAMP '2020-03-31 00:00:00', INTERVAL '1' MONTH);
--> _col0 array(timestamp(0)) | _col1 array(timestamp(0))
--> [["2020-01-01 00:00:00", "2020-01-01 01:00:00", "2020-01-01 02:00:00"], ["2020-01-31 00:00:00", "2020-02-29 00:00:00", "2020-03-31 00:00:00"]]
SELECT sequence(DATE '2020-01-01', DATE '2020-01-02', INTERVAL '1' HOUR);
--> error INVALID_FUNCTION_ARGUMENT: sequence step must be a day interval if start and end values are dates
