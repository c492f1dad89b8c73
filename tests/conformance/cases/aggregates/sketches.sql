-- # Sketches
--
-- https://trino.io/docs/435/functions/hyperloglog.html

-- ## HyperLogLog, quantile digests and set digests
-- Their values are Trino's own binary formats.
-- NOT_SUPPORTED: sketches
SELECT cardinality(approx_set(x)) FROM (VALUES 1, 2, 2) t(x);
--> _col0 bigint
--> [2]
-- NOT_SUPPORTED: sketches
SELECT cardinality(merge(s)) FROM (SELECT approx_set(x) AS s FROM (VALUES 1, 2) t(x));
--> _col0 bigint
--> [2]
-- NOT_SUPPORTED: sketches
SELECT cardinality(empty_approx_set());
--> _col0 bigint
--> [0]
-- NOT_SUPPORTED: sketches
SELECT value_at_quantile(qdigest_agg(x), 0.5E0) FROM (VALUES 1, 2, 3) t(x);
--> _col0 bigint
--> [2]
-- NOT_SUPPORTED: sketches
SELECT values_at_quantiles(tdigest_agg(x), ARRAY[0.5E0]) FROM (VALUES 1E0, 2E0, 3E0) t(x);
--> _col0 array(double)
--> [[2.0]]
-- NOT_SUPPORTED: sketches
SELECT quantile_at_value(qdigest_agg(x), 2) FROM (VALUES 1, 2, 3) t(x);
--> _col0 double
--> [0.3333333333333333]
-- NOT_SUPPORTED: sketches
SELECT cardinality(make_set_digest(x)) FROM (VALUES 1, 2) t(x);
--> _col0 bigint
--> [2]
-- NOT_SUPPORTED: sketches
SELECT jaccard_index(make_set_digest(x), make_set_digest(y)) FROM (VALUES (1, 1), (2, 3)) t(x, y);
--> _col0 double
--> [0.5]
-- NOT_SUPPORTED: sketches
SELECT intersection_cardinality(make_set_digest(x), make_set_digest(y)), hash_counts(make_set_digest(x)) FROM (VALUES (1, 1), (2, 1)) t(x, y);
--> _col0 bigint | _col1 map(bigint, smallint)
--> [1, {"-2447670524089286488": 1, "19144387141682250": 1}]
-- NOT_SUPPORTED: sketches
SELECT cardinality(merge_set_digest(s)) FROM (SELECT make_set_digest(x) AS s FROM (VALUES 1) t(x));
--> _col0 bigint
--> [1]
