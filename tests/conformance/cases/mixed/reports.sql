-- # Longer queries, that combine several features

-- ## Reports over people and orders
WITH spent AS (SELECT person_id, sum(quantity * price) AS total FROM orders GROUP BY person_id) SELECT p.name, coalesce(round(s.total, 2), 0) AS total FROM people p LEFT JOIN spent s ON s.person_id = p.id ORDER BY total DESC, p.id;
--> name varchar | total double
--> ["Ada", 16.5]
--> ["Grace", 12.5]
--> ["Alan", 10.0]
--> ["Edsger", 0.0]
--> ["Barbara", 0.0]
--> ["grace", 0.0]
SELECT item, count(*) AS n, sum(quantity) AS pieces, round(avg(price), 3) AS price, array_agg(person_id ORDER BY person_id) AS people FROM orders GROUP BY item ORDER BY n DESC, item;
--> item varchar | n bigint | pieces bigint | price double | people array(integer)
--> ["pen", 3, 13, 1.417, [1, 2, null]]
--> ["ink", 2, 3, 12.0, [1, 9]]
--> ["paper", 1, 500, 0.02, [3]]
SELECT date_trunc('month', ordered) AS month, count(*), sum(quantity) FROM orders GROUP BY 1 ORDER BY 1;
--> month timestamp(3) | _col1 bigint | _col2 bigint
--> ["2024-01-01 00:00:00.000", 2, 4]
--> ["2024-02-01 00:00:00.000", 1, 10]
--> ["2024-03-01 00:00:00.000", 1, 500]
--> ["2024-12-01 00:00:00.000", 1, null]
--> [null, 1, 2]
SELECT city, max_by(name, age) AS oldest, min_by(name, age) AS youngest FROM people GROUP BY city ORDER BY city;
--> city varchar | oldest varchar | youngest varchar
--> ["london", "Alan", "Ada"]
--> ["los angeles", null, null]
--> ["new york", "Grace", "Grace"]
--> [null, "Edsger", "Edsger"]
SELECT name, CASE WHEN age < 40 THEN 'young' WHEN age < 80 THEN 'old' ELSE 'unknown' END AS class FROM people ORDER BY id;
--> name varchar | class varchar(7)
--> ["Ada", "young"]
--> ["Grace", "unknown"]
--> ["Alan", "old"]
--> ["Edsger", "old"]
--> ["Barbara", "unknown"]
--> ["grace", "old"]
SELECT name, year(CAST(born AS date)) / 10 * 10 AS decade FROM people WHERE born IS NOT NULL ORDER BY id;
--> name varchar | decade bigint
--> ["Ada", 1810]
--> ["Grace", 1900]
--> ["Alan", 1910]
--> ["Edsger", 1930]
--> ["grace", 1910]
SELECT lower(name) AS n, array_agg(id ORDER BY id) FROM people GROUP BY lower(name) HAVING count(*) > 1;
--> n varchar | _col1 array(integer)
--> ["grace", [2, 6]]
SELECT p.city, o.item, sum(o.quantity) AS pieces, grouping(p.city, o.item) AS g FROM orders o JOIN people p ON p.id = o.person_id GROUP BY ROLLUP (p.city, o.item) ORDER BY g, 1, 2;
--> city varchar | item varchar | pieces bigint | g integer
--> ["london", "ink", 1, 0]
--> ["london", "paper", 500, 0]
--> ["london", "pen", 3, 0]
--> ["new york", "pen", 10, 0]
--> ["london", null, 504, 1]
--> ["new york", null, 10, 1]
--> [null, null, 514, 3]
SELECT name, score, score - avg(score) OVER (PARTITION BY city) AS difference, rank() OVER (ORDER BY score DESC NULLS LAST) AS r FROM people ORDER BY r, id;
--> name varchar | score double | difference double | r bigint
--> ["Grace", 3100.0, 0.0, 1]
--> ["Edsger", 2500.25, 0.0, 2]
--> ["Barbara", 2500.25, 0.0, 2]
--> ["Ada", 1200.5, 600.25, 4]
--> ["grace", 0.0, -600.25, 5]
--> ["Alan", null, null, 6]
SELECT id, ordered, date_diff('day', lag(ordered) OVER (ORDER BY ordered, id), ordered) AS days FROM orders ORDER BY ordered, id;
--> id integer | ordered timestamp(3) | days bigint
--> [100, "2024-01-05 10:00:00.000", null]
--> [101, "2024-01-05 10:00:00.001", 0]
--> [102, "2024-02-29 23:59:59.999", 55]
--> [103, "2024-03-01 00:00:00.000", 0]
--> [105, "2024-12-31 12:30:00.000", 305]
--> [104, null, null]
SELECT item, price FROM (SELECT item, price, row_number() OVER (PARTITION BY item ORDER BY price DESC, id) AS n FROM orders) WHERE n = 1 ORDER BY item;
--> item varchar | price double
--> ["ink", 12.0]
--> ["paper", 0.02]
--> ["pen", 1.5]
SELECT map_agg(name, age) FROM people WHERE city = 'london' AND id < 4;
--> _col0 map(varchar, integer)
--> [{"Alan": 41, "Ada": 36}]
SELECT json_format(CAST(map_agg(item, n) AS json)) FROM (SELECT item, count(*) AS n FROM orders WHERE item = 'pen' GROUP BY item);
--> _col0 varchar
--> ["{\"pen\":3}"]
SELECT CAST(array_agg(CAST(ROW(id, name) AS row(id integer, name varchar)) ORDER BY id) AS json) FROM people WHERE city = 'london';
--> _col0 json
--> ["[{\"id\":1,\"name\":\"Ada\"},{\"id\":3,\"name\":\"Alan\"},{\"id\":6,\"name\":\"grace\"}]"]
SELECT format('%s is %d', name, age) FROM people WHERE age IS NOT NULL ORDER BY id;
--> _col0 varchar
--> ["Ada is 36"]
--> ["Grace is 85"]
--> ["Alan is 41"]
--> ["Edsger is 72"]
--> ["grace is 41"]
SELECT name || ' (' || coalesce(CAST(age AS varchar), '?') || ')' FROM people ORDER BY id;
--> _col0 varchar
--> ["Ada (36)"]
--> ["Grace (85)"]
--> ["Alan (41)"]
--> ["Edsger (72)"]
--> ["Barbara (?)"]
--> ["grace (41)"]
SELECT approx_distinct(city), count(DISTINCT city), count(DISTINCT active) FROM people;
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [3, 3, 2]
SELECT sum(if(active, 1, 0)) AS active, count_if(active IS NULL) AS unknown, count(*) FILTER (WHERE NOT active) AS inactive FROM people;
--> active bigint | unknown bigint | inactive bigint
--> [3, 1, 2]
SELECT t.day, count(o.id) FROM UNNEST(sequence(DATE '2024-01-04', DATE '2024-01-06')) AS t(day) LEFT JOIN orders o ON date(o.ordered) = t.day GROUP BY t.day ORDER BY 1;
--> day date | _col1 bigint
--> ["2024-01-04", 0]
--> ["2024-01-05", 2]
--> ["2024-01-06", 0]
SELECT split_part(word, '=', 1) AS k, split_part(word, '=', 2) AS v FROM (VALUES 'a=1;b=2', 'c=3') t(line) CROSS JOIN UNNEST(split(line, ';')) AS w(word) ORDER BY k;
--> k varchar(7) | v varchar(7)
--> ["a", "1"]
--> ["b", "2"]
--> ["c", "3"]
WITH a AS (SELECT 'x,y,z' AS s) SELECT reverse(array_join(reverse(split(s, ',')), '+')), cardinality(split(s, ',')), split(s, ',')[2], element_at(split(s, ','), -1) FROM a;
--> _col0 varchar | _col1 bigint | _col2 varchar(5) | _col3 varchar(5)
--> ["x+y+z", 3, "y", "z"]
SELECT x, y FROM (VALUES (1, 'a'), (2, 'b')) t(x, y) WHERE (x, y) NOT IN (SELECT 1, 'a');
--> x integer | y varchar(1)
--> [2, "b"]
SELECT typeof(x), x FROM (SELECT CASE WHEN id = 1 THEN DECIMAL '1.5' ELSE id END AS x FROM people WHERE id < 3) ORDER BY 2;
--> _col0 varchar | x decimal(11, 1)
--> ["decimal(11,1)", "1.5"]
--> ["decimal(11,1)", "2.0"]
SELECT (SELECT name FROM people q WHERE q.id = (SELECT max(person_id) FROM orders WHERE person_id < 9)) AS name, EXISTS (SELECT 1 FROM orders WHERE price > 100) AS expensive;
--> name varchar | expensive boolean
--> ["Alan", false]
SELECT from_unixtime(1700000000 + id * 86400) AS t, date_format(from_unixtime(1700000000 + id * 86400), '%Y-%m-%d') AS d FROM people WHERE id <= 2 ORDER BY id;
--> t timestamp(3) with time zone | d varchar
--> ["2023-11-15 22:13:20.000 UTC", "2023-11-15"]
--> ["2023-11-16 22:13:20.000 UTC", "2023-11-16"]
SELECT transform(filter(ARRAY[1, NULL, 3], x -> x IS NOT NULL), x -> x * 2), reduce(sequence(1, 5), 1, (s, x) -> s * x, s -> s), zip_with(ARRAY['a', 'b'], ARRAY[1, 2], (k, v) -> k || CAST(v AS varchar));
--> _col0 array(integer) | _col1 bigint | _col2 array(varchar)
--> [[2, 6], 120, ["a1", "b2"]]
SELECT json_extract_scalar(j, '$.name') AS name, t.tag FROM (VALUES JSON '{"name": "n", "tags": ["x", "y"]}') v(j) CROSS JOIN UNNEST(CAST(json_extract(j, '$.tags') AS array(varchar))) AS t(tag) ORDER BY 2;
--> name varchar | tag varchar
--> ["n", "x"]
--> ["n", "y"]
SELECT a.k, a.v AS old, b.v AS new FROM (VALUES ('x', 1), ('y', 2)) a(k, v) FULL JOIN (VALUES ('y', 3), ('z', 4)) b(k, v) ON a.k = b.k WHERE a.v IS DISTINCT FROM b.v ORDER BY coalesce(a.k, b.k);
--> k varchar(1) | old integer | new integer
--> ["x", 1, null]
--> ["y", 2, 3]
--> [null, null, 4]
SELECT count(*) AS "Number of rows", min("id") "Lowest", MAX(id) Highest FROM people;
--> "Number of rows" bigint | Lowest integer | Highest integer
--> [6, 1, 6]
SELECT regexp_replace(name, '[aeiou]', '*') AS masked, upper(substr(name, 1, 1)) || lower(substr(name, 2)) AS title FROM people ORDER BY id;
--> masked varchar | title varchar
--> ["Ad*", "Ada"]
--> ["Gr*c*", "Grace"]
--> ["Al*n", "Alan"]
--> ["Edsg*r", "Edsger"]
--> ["B*rb*r*", "Barbara"]
--> ["gr*c*", "Grace"]
SELECT url_extract_host(u), url_extract_path(u), url_extract_parameter(u, 'q'), url_extract_protocol(u), url_extract_port(u), url_extract_query(u), url_extract_fragment(u) FROM (VALUES 'https://example.com:8080/a/b?q=1&r=x%20y#frag', 's3://bucket/key?versionId=abc', 'not a url') t(u);
--> _col0 varchar(45) | _col1 varchar(45) | _col2 varchar(45) | _col3 varchar(45) | _col4 bigint | _col5 varchar(45) | _col6 varchar(45)
--> ["example.com", "/a/b", "1", "https", 8080, "q=1&r=x y", "frag"]
--> ["bucket", "/key", null, "s3", null, "versionId=abc", ""]
--> [null, null, null, null, null, null, null]
SELECT url_encode('a b/ü?&=*'), url_decode('a+b%20c%C3%BC'), url_extract_parameter('http://x?a=1&a=2&b', 'a'), url_extract_parameter('http://x?a=1&b', 'b'), url_extract_parameter('http://x?a', 'z');
--> _col0 varchar(108) | _col1 varchar(13) | _col2 varchar(18) | _col3 varchar(14) | _col4 varchar(10)
--> ["a+b%2F%C3%BC%3F%26%3D*", "a b cü", "1", "", null]
