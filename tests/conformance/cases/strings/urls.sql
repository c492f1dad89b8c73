-- # URL and UUID functions
--
-- https://trino.io/docs/435/functions/url.html

-- ## Parts
SELECT url_extract_fragment('http://example.com/path#frag'), url_extract_fragment('http://example.com/'), url_extract_host('http://user@example.com:80/'), url_extract_path('http://example.com/a%20b/c'), url_extract_path('http://example.com'), url_extract_port('http://example.com'), url_extract_port('http://example.com:8080'), url_extract_protocol('mailto:x@y'), url_extract_query('http://x?a=1&b=2'), url_extract_query('http://x?'), url_extract_query('http://x');
--> _col0 varchar(28) | _col1 varchar(19) | _col2 varchar(27) | _col3 varchar(26) | _col4 varchar(18) | _col5 bigint | _col6 bigint | _col7 varchar(10) | _col8 varchar(16) | _col9 varchar(9) | _col10 varchar(8)
--> ["frag", "", "example.com", "/a b/c", "", null, 8080, "mailto", "a=1&b=2", "", ""]
SELECT url_extract_parameter('http://x?k=v&k=w', 'k'), url_extract_parameter('http://x?k', 'k'), url_extract_parameter('http://x?k=', 'k'), url_extract_parameter('http://x?a%20b=c%20d', 'a b'), url_extract_parameter('http://x?K=v', 'k'), url_extract_parameter('http://x', 'k');
--> _col0 varchar(16) | _col1 varchar(10) | _col2 varchar(11) | _col3 varchar(20) | _col4 varchar(12) | _col5 varchar(8)
--> ["v", "", "", null, null, null]
SELECT url_extract_host('not a url'), url_extract_host(''), url_extract_host('foo'), url_extract_path('foo/bar'), url_extract_host('http://a b/');
--> _col0 varchar(9) | _col1 varchar(0) | _col2 varchar(3) | _col3 varchar(7) | _col4 varchar(11)
--> [null, "", "", "foo/bar", null]
SELECT url_extract_port('http://x:99999'), typeof(url_extract_port('http://x:1')), typeof(url_extract_host('http://abc'));
--> _col0 bigint | _col1 varchar | _col2 varchar
--> [99999, "bigint", "varchar(10)"]

-- ## Encoding
SELECT url_encode('a b'), url_encode('ä/?&=+%'), url_encode('a-b_c.d*e~f'), url_encode(''), url_decode('a%20b+c'), url_decode('%C3%A4'), url_decode('plain');
--> _col0 varchar(36) | _col1 varchar(84) | _col2 varchar(132) | _col3 varchar(0) | _col4 varchar(7) | _col5 varchar(6) | _col6 varchar(5)
--> ["a+b", "%C3%A4%2F%3F%26%3D%2B%25", "a-b_c.d*e%7Ef", "", "a b c", "ä", "plain"]
SELECT url_decode('%');
--> error INVALID_FUNCTION_ARGUMENT: URLDecoder: Incomplete trailing escape (%) pattern
SELECT url_decode('%zz');
--> error INVALID_FUNCTION_ARGUMENT: URLDecoder: Illegal hex characters in escape (%) pattern - Error at index 0 in: "zz"

-- ## UUID
SELECT CAST(UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS varchar), length(CAST(uuid() AS varchar)), uuid() = uuid(), UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' < UUID '22151fd2-7586-11e9-8f9e-2a86e4085a59';
--> _col0 varchar | _col1 bigint | _col2 boolean | _col3 boolean
--> ["12151fd2-7586-11e9-8f9e-2a86e4085a59", 36, false, true]
