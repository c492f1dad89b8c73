-- # Error names
--
-- https://github.com/trinodb/trino/blob/435/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
-- More errors are with the functions and queries that raise them.

-- ## While a statement is analysed
-- They are raised even if no row is read.
SELECT 1 + 'a' FROM people WHERE false;
--> error TYPE_MISMATCH: line 1:10: Cannot apply operator: integer + varchar(1)
SELECT upper(id) FROM people WHERE false;
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function upper. Expected: upper(char(x)), upper(varchar(x))
SELECT nothing(id) FROM people WHERE false;
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'nothing' not registered
SELECT CAST(city AS date) + 1 FROM people WHERE false;
--> error TYPE_MISMATCH: line 1:27: Cannot apply operator: date + integer
SELECT id FROM people WHERE id;
--> error TYPE_MISMATCH: line 1:29: WHERE clause must evaluate to a boolean: actual type integer
SELECT id FROM people WHERE name = 5;
--> error TYPE_MISMATCH: line 1:34: Cannot apply operator: varchar = integer
SELECT id FROM people WHERE name LIKE 5;
--> error TYPE_MISMATCH: line 1:39: Pattern for LIKE expression must evaluate to a varchar (actual: integer)
SELECT id FROM people GROUP BY name;
--> error EXPRESSION_NOT_AGGREGATE: line 1:8: 'id' must be an aggregate expression or appear in GROUP BY clause
SELECT count(id, name) FROM people;
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer, varchar) for function count. Expected: count(), count(t) T
SELECT sum(name) FROM people;
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar) for function sum. Expected: sum(bigint), sum(decimal(p,s)), sum(double), sum(interval day to second), sum(interval year to month), sum(real)
SELECT max(id, name) FROM people;
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer, varchar) for function max. Expected: max(e, bigint) E:orderable, max(t) T:orderable
SELECT name[1] FROM people;
--> error TYPE_MISMATCH: line 1:8: Cannot use integer for subscript of varchar
SELECT id.x FROM people;
--> error TYPE_MISMATCH: line 1:8: Expression id is not of type ROW
SELECT score.x.y FROM people;
--> error TYPE_MISMATCH: line 1:8: Expression score is not of type ROW
SELECT people.name.x FROM people;
--> error TYPE_MISMATCH: line 1:8: Expression people.name is not of type ROW
SELECT CASE WHEN name THEN 1 END FROM people;
--> error TYPE_MISMATCH: line 1:18: CASE WHEN clause must evaluate to a boolean (actual: varchar)
SELECT id || name FROM people;
--> error FUNCTION_NOT_FOUND: line 1:11: Unexpected parameters (integer, varchar) for function concat. Expected: concat(E, array(E)) E, concat(array(E)) E, concat(array(E), E) E, concat(char(x), char(y)), concat(varbinary), concat(varchar)
SELECT id AND active FROM people;
--> error TYPE_MISMATCH: line 1:8: Logical expression term must evaluate to a boolean (actual: integer)
SELECT -name FROM people;
--> error TYPE_MISMATCH: line 1:8: Cannot negate varchar
SELECT name BETWEEN 1 AND 2 FROM people;
--> error TYPE_MISMATCH: line 1:13: Cannot check if varchar is BETWEEN integer and integer
SELECT id IN (SELECT name FROM people) FROM people;
--> error TYPE_MISMATCH: line 1:11: Value expression and result of subquery must be of the same type: row(integer) vs row(name varchar)
SELECT (SELECT id, name FROM people) FROM people;
--> error SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows
SELECT * FROM people WHERE EXISTS (SELECT nothing FROM orders);
--> error COLUMN_NOT_FOUND: line 1:43: Column 'nothing' cannot be resolved
SELECT row_number() FROM people;
--> error MISSING_OVER: line 1:8: Window function system.builtin.row_number requires an OVER clause
SELECT lag(id) FROM people;
--> error MISSING_OVER: line 1:8: Window function system.builtin.lag requires an OVER clause
SELECT DISTINCT id FROM people ORDER BY name;
--> error EXPRESSION_NOT_IN_DISTINCT: line 1:1: For SELECT DISTINCT, ORDER BY expressions must appear in select list
SELECT id FROM people UNION SELECT name FROM people;
--> error TYPE_MISMATCH: line 1:23: column 1 in UNION query has incompatible types: integer, varchar
SELECT id, name FROM people UNION SELECT id FROM orders;
--> error TYPE_MISMATCH: line 1:29: UNION query has different number of fields: 2, 1
SELECT id FROM people ORDER BY 5;
--> error INVALID_COLUMN_REFERENCE: line 1:32: ORDER BY position 5 is not in select list
SELECT min(id) AS m FROM people WHERE m > 1;
--> error COLUMN_NOT_FOUND: line 1:39: Column 'm' cannot be resolved
SELECT date_trunc('fortnight', DATE '2020-01-01') FROM people WHERE false;
--> _col0 date
SELECT name FROM people ORDER BY count(*);
--> error EXPRESSION_NOT_AGGREGATE: line 1:8: 'name' must be an aggregate expression or appear in GROUP BY clause
SELECT approx_percentile(id, 2E0) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1
SELECT transform(id, x -> x) FROM people;
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer, <function>) for function transform. Expected: transform(array(T), function(T,U)) T, U
SELECT cardinality(name) FROM people;
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar) for function cardinality. Expected: cardinality(array(e)) E, cardinality(hyperloglog), cardinality(map(k,v)) K, V, cardinality(setdigest)
SELECT concat(name) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: There must be two or more concatenation arguments
SELECT grouping(id) FROM people GROUP BY name;
--> error INVALID_ARGUMENTS: line 1:8: The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level. Mismatch due to id.
SELECT * FROM people TABLESAMPLE BERNOULLI (200);
--> error NUMERIC_VALUE_OUT_OF_RANGE: line 1:45: Sample percentage must be less than or equal to 100
SELECT people.* FROM people p;
--> error TABLE_NOT_FOUND: line 1:8: Unable to resolve reference people
SELECT 1 FROM people, people;
--> _col0 integer
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
--> [1]
SELECT id FROM people JOIN orders USING (nothing);
--> error COLUMN_NOT_FOUND: line 1:42: Column 'nothing' is missing from left side of join
SELECT EXTRACT(nothing FROM DATE '2020-01-01');
--> error SYNTAX_ERROR: line 1:8: Invalid EXTRACT field: nothing
SELECT date '2020-01-01' AT TIME ZONE 'UTC';
--> error TYPE_MISMATCH: line 1:8: Type of value must be a time or timestamp with or without time zone (actual date)
SELECT array_agg(id ORDER BY nothing) FROM people;
--> error COLUMN_NOT_FOUND: line 1:30: Column 'nothing' cannot be resolved
SELECT count(*) FILTER (WHERE id) FROM people;
--> error TYPE_MISMATCH: line 1:31: Filter expression must evaluate to a boolean (actual: integer)
SELECT upper(DISTINCT name) FROM people;
--> error FUNCTION_NOT_AGGREGATE: line 1:8: DISTINCT is not supported for non-aggregation functions
SELECT upper(name) FILTER (WHERE true) FROM people;
--> error FUNCTION_NOT_AGGREGATE: line 1:8: Filter is only valid for aggregation functions
SELECT upper(name ORDER BY name) FROM people;
--> error FUNCTION_NOT_AGGREGATE: line 1:8: ORDER BY is only valid for aggregation functions
SELECT * FROM TABLE(nothing(1));
--> error FUNCTION_NOT_FOUND: line 1:21: Table function 'nothing' not registered
SELECT CAST(id AS nothing) FROM people;
--> error TYPE_MISMATCH: line 1:8: Unknown type: nothing
SELECT interval '1' nothing;
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: interval
SELECT city FROM people GROUP BY ALL HAVING true;
--> error COLUMN_NOT_FOUND: line 1:34: Column 'all' cannot be resolved
SELECT INTERVAL '1' days;
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: INTERVAL
SELECT INTERVAL '1' DAY TO nothing;
--> error SYNTAX_ERROR: line 1:28: mismatched input 'nothing'. Expecting: ',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', <EOF>
SELECT 0b2;
--> error SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes
SELECT 0xZZ;
--> error SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes
SELECT 1a;
--> error SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes
SELECT INTERVAL '1';
--> error TYPE_NOT_FOUND: io.trino.spi.TrinoException: line 1:8: Unknown resolvedType: INTERVAL

-- ## While rows are read
SELECT 10 / (id - 1) FROM people;
--> error DIVISION_BY_ZERO: Division by zero
SELECT CAST(name AS integer) FROM people;
--> error INVALID_CAST_ARGUMENT: Cannot cast 'Ada' to INT
SELECT CAST(born AS date) FROM people ORDER BY 1;
--> _col0 date
--> ["1815-12-10"]
--> ["1906-12-09"]
--> ["1912-06-23"]
--> ["1912-06-23"]
--> ["1930-05-11"]
--> [null]
SELECT CAST(id * 1000 AS tinyint) FROM people;
--> error NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 1000
SELECT id * 2147483647 FROM people;
--> error NUMERIC_VALUE_OUT_OF_RANGE: integer multiplication overflow: 2 * 2147483647
SELECT ARRAY[1, 2][id] FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 3 > 2
SELECT MAP(ARRAY[1], ARRAY['x'])[id] FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Key not present in map: 2
SELECT json_parse(name) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: 'Ada'
SELECT date_parse(name, '%Y') FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "Ada"
SELECT regexp_extract(name, '(a)', id) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Pattern has 1 groups. Cannot access group 2
SELECT (SELECT o.id FROM orders o WHERE o.person_id = p.id) FROM people p;
--> error SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows
SELECT split_to_map(name, ',', '=') FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Key-value delimiter must appear exactly once in each entry. Bad input: 'Ada'
SELECT from_iso8601_date(name) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Invalid format: "Ada"
SELECT sequence(id, 1000000) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries
SELECT from_hex(name) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: invalid input length 3
SELECT chr(-id) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: -1
SELECT repeat('a', -id) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be greater than or equal to 0
SELECT CAST(score AS decimal(3,1)) FROM people;
--> error INVALID_CAST_ARGUMENT: Cannot cast DOUBLE '1200.5' to DECIMAL(3, 1)
SELECT sum(9223372036854775807 - id + id) FROM people;
--> error NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow: 9223372036854775807 + 9223372036854775807
SELECT at_timezone(TIMESTAMP '2020-01-01 00:00:00 UTC', name) FROM people;
--> error INVALID_FUNCTION_ARGUMENT: 'Ada' is not a valid time zone
SELECT fail('message');
--> error GENERIC_USER_ERROR: message

