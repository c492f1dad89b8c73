-- Athena's functions in DuckDB, where one expression is enough. Each statement ends with a semicolon at the end of a line.

CREATE MACRO trino_json_scalar(j, path) AS
  CASE WHEN json_valid(CAST(j AS VARCHAR)) AND json_type(CAST(j AS VARCHAR), path) NOT IN ('OBJECT', 'ARRAY', 'NULL')
       THEN json_extract_string(CAST(j AS VARCHAR), path) END;
CREATE MACRO trino_json_extract(j, path) AS
  CASE WHEN json_valid(CAST(j AS VARCHAR)) THEN json_extract(CAST(j AS VARCHAR), path) END;
CREATE MACRO trino_json_array_contains(j, v VARCHAR) AS udf_json_contains_text(CAST(j AS VARCHAR), v),
  (j, v BOOLEAN) AS udf_json_contains_boolean(CAST(j AS VARCHAR), v),
  (j, v BIGINT) AS udf_json_contains_integer(CAST(j AS VARCHAR), v),
  (j, v DOUBLE) AS udf_json_contains_double(CAST(j AS VARCHAR), v);
CREATE MACRO trino_json_array_length(j) AS
  CASE WHEN json_valid(CAST(j AS VARCHAR)) AND json_type(CAST(j AS VARCHAR)) = 'ARRAY'
       THEN CAST(json_array_length(CAST(j AS VARCHAR)) AS BIGINT) END;
CREATE MACRO trino_json_size(j, path) AS
  CASE WHEN json_valid(CAST(j AS VARCHAR)) THEN
    CASE json_type(CAST(j AS VARCHAR), path)
      WHEN 'ARRAY' THEN CAST(json_array_length(CAST(j AS VARCHAR), path) AS BIGINT)
      WHEN 'OBJECT' THEN CAST(len(json_keys(CAST(j AS VARCHAR), path)) AS BIGINT)
      ELSE CASE WHEN json_type(CAST(j AS VARCHAR), path) IS NOT NULL THEN CAST(0 AS BIGINT) END
    END
  END;
CREATE MACRO trino_json_array_get(j, i) AS
  CASE WHEN json_valid(CAST(j AS VARCHAR)) AND json_type(CAST(j AS VARCHAR)) = 'ARRAY' AND
            i >= -CAST(json_array_length(CAST(j AS VARCHAR)) AS BIGINT)
       THEN json_extract(CAST(j AS VARCHAR), CASE WHEN i < 0 THEN '$[#' || i || ']' ELSE '$[' || i || ']' END) END;
CREATE MACRO trino_is_json_scalar(j) AS json_type(CAST(j AS VARCHAR)) NOT IN ('OBJECT', 'ARRAY');

-- The checks fail the query. DuckDB may run them for rows that an earlier WHEN has matched, so they accept valid values.
CREATE MACRO trino_subscript(a, i) AS
  CASE WHEN i BETWEEN 1 AND len(a) THEN a[i] WHEN udf_check_subscript(i, len(a)) THEN a[i] END;
CREATE MACRO trino_map_subscript(m, k) AS
  CASE WHEN map_contains(m, k) THEN m[k] WHEN udf_check(map_contains(m, k), 'Key not present in map: ' || k) THEN m[k] END;
CREATE MACRO trino_divide_double(a, b) AS
  CASE WHEN b <> 0 THEN a / b
       WHEN b = 0 THEN CASE WHEN a = 0 THEN CAST('NaN' AS DOUBLE) WHEN a IS NOT NULL THEN sign(a) * CAST('Infinity' AS DOUBLE) END
       END;
CREATE MACRO trino_split(s, d) AS string_split(s, d),
  (s, d, n) AS CASE WHEN len(string_split(s, d)) <= n THEN string_split(s, d)
    ELSE list_append(string_split(s, d)[1:n - 1], array_to_string(string_split(s, d)[n:], d)) END;
CREATE MACRO trino_split_part(s, d, n) AS
  CASE WHEN n BETWEEN 1 AND len(string_split(s, d)) THEN split_part(s, d, n)
       WHEN udf_check(n >= 1, 'Index must be greater than zero') THEN NULL END;
CREATE MACRO trino_substr(s, p) AS CASE WHEN p = 0 OR -p > length(s) THEN '' ELSE substring(s, p) END,
  (s, p, n) AS CASE WHEN p = 0 OR -p > length(s) OR n <= 0 THEN '' ELSE substring(s, p, n) END;
CREATE MACRO trino_strpos(s, t) AS CAST(instr(s, t) AS BIGINT),
  (s, t, n) AS udf_strpos(s, t, CAST(n AS BIGINT));
CREATE MACRO trino_array_join(a, d) AS array_to_string(list_filter(a, lambda x: x IS NOT NULL), d),
  (a, d, n) AS array_to_string(list_transform(a, lambda x: coalesce(CAST(x AS VARCHAR), n)), d);
CREATE MACRO trino_array_distinct(a) AS
  list_filter(a, lambda x, i: i = coalesce(list_position(a, x), i) AND
                              (x IS NOT NULL OR len(list_filter(a[1:i], lambda y: y IS NULL)) = 1));
CREATE MACRO trino_array_except(a, b) AS
  trino_array_distinct(list_filter(a, lambda x: NOT coalesce(list_contains(b, x), FALSE)));
CREATE MACRO trino_contains(a, x) AS
  CASE WHEN a IS NULL OR x IS NULL THEN NULL WHEN list_contains(a, x) THEN TRUE
       WHEN len(list_filter(a, lambda y: y IS NULL)) > 0 THEN NULL ELSE FALSE END;
CREATE MACRO trino_array_position(a, x) AS
  CASE WHEN a IS NOT NULL AND x IS NOT NULL THEN CAST(coalesce(list_position(a, x), 0) AS BIGINT) END;
CREATE MACRO trino_array_remove(a, x) AS list_filter(a, lambda y: y IS NULL OR y <> x);
CREATE MACRO trino_slice(a, s, n) AS CASE WHEN s < 0 THEN a[len(a) + s + 1:len(a) + s + n] ELSE a[s:s + n - 1] END;
-- Trino's limits. No branch makes a longer list, because DuckDB may run a branch for rows that don't take it.
CREATE MACRO trino_repeat(x, n) AS
  CASE WHEN n BETWEEN 0 AND 10000 THEN list_transform(range(greatest(least(n, 10000), 0)), lambda i: x)
       WHEN udf_check(n <= 10000, 'count argument of repeat function must be less than or equal to 10000')
            AND udf_check(n >= 0, 'count argument of repeat function must be greater than or equal to 0') THEN NULL END;
CREATE MACRO trino_sequence_entries(a, b, s) AS (CAST(b AS HUGEINT) - a) // nullif(s, 0) + 1;
CREATE MACRO trino_sequence_from(a, b, s) AS
  CASE WHEN trino_sequence_entries(a, b, s) BETWEEN 1 AND 10000
       THEN range(a, a + CAST(s * greatest(least(trino_sequence_entries(a, b, s), 10000), 1) AS BIGINT), coalesce(nullif(s, 0), 1))
       WHEN udf_check(s <> 0, 'step must not be zero')
            AND udf_check(CASE WHEN s > 0 THEN b >= a ELSE b <= a END, 'sequence stop value should be greater than or equal to '
              || 'start value if step is greater than zero otherwise stop should be less than or equal to start')
            AND udf_check(trino_sequence_entries(a, b, s) <= 10000,
              'result of sequence function must not have more than 10000 entries') THEN NULL END;
CREATE MACRO trino_sequence(a, b) AS
    trino_sequence_from(CAST(a AS BIGINT), CAST(b AS BIGINT), CASE WHEN a <= b THEN CAST(1 AS BIGINT) ELSE CAST(-1 AS BIGINT) END),
  (a, b, s) AS trino_sequence_from(CAST(a AS BIGINT), CAST(b AS BIGINT), CAST(s AS BIGINT));
CREATE MACRO trino_date_add(unit, n, x DATE) AS CAST(x + n * unit AS DATE),
  (unit, n, x TIMESTAMP) AS x + n * unit,
  (unit, n, x TIMESTAMPTZ) AS x + n * unit;
CREATE MACRO trino_date_trunc(unit, x DATE) AS CAST(date_trunc(unit, x) AS DATE),
  (unit, x TIMESTAMP) AS date_trunc(unit, x),
  (unit, x TIMESTAMPTZ) AS date_trunc(unit, x);
CREATE MACRO trino_timestamp_text(x) AS strftime(x, '%Y-%m-%d %H:%M:%S.%g');
