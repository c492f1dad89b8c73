-- # Regular expression functions
--
-- https://trino.io/docs/435/functions/regexp.html

-- ## regexp_extract
-- The first match, or a group of it; NULL without a match.
SELECT regexp_extract('1a 2b 14m', '\d+');
--> _col0 varchar(9)
--> ["1"]
SELECT regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2);
--> _col0 varchar(9)
--> ["a"]
SELECT regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 0);
--> _col0 varchar(9)
--> ["1a"]
SELECT regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 3);
--> error INVALID_FUNCTION_ARGUMENT: Pattern has 2 groups. Cannot access group 3
SELECT regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', -1);
--> error INVALID_FUNCTION_ARGUMENT: Group cannot be negative
SELECT regexp_extract('abc', 'x');
--> _col0 varchar(3)
--> [null]
SELECT regexp_extract('abc', 'x*');
--> _col0 varchar(3)
--> [""]
SELECT regexp_extract('ab', '(a)|(b)', 2);
--> _col0 varchar(2)
--> [null]
SELECT regexp_extract(NULL, 'x');
--> _col0 varchar(0)
--> [null]
SELECT regexp_extract('abc', NULL);
--> _col0 varchar(3)
--> [null]
SELECT regexp_extract('s3://bucket/a/b.tiff', '[^/]+$');
--> _col0 varchar(20)
--> ["b.tiff"]
SELECT regexp_extract('s3://bucket/a/b.tiff', '^s3://([^/]+)/(.*)$', 1);
--> _col0 varchar(20)
--> ["bucket"]
SELECT regexp_extract(CAST('file-12.csv' AS varchar), '(\d+)', 1);
--> _col0 varchar
--> ["12"]

-- ## regexp_extract_all
SELECT regexp_extract_all('1a 2b 14m', '\d+');
--> _col0 array(varchar(9))
--> [["1", "2", "14"]]
SELECT regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2);
--> _col0 array(varchar(9))
--> [["a", "b", "m"]]
SELECT regexp_extract_all('abc', 'x');
--> _col0 array(varchar(3))
--> [[]]
SELECT regexp_extract_all('', 'x*');
--> _col0 array(varchar(0))
--> [[""]]
SELECT regexp_extract_all('ab', '(a)|(b)', 1);
--> _col0 array(varchar(2))
--> [["a", null]]
SELECT regexp_extract_all('1a 2b', '(\d)(x)?', 3);
--> error INVALID_FUNCTION_ARGUMENT: Pattern has 2 groups. Cannot access group 3
SELECT regexp_extract_all(NULL, 'x');
--> _col0 array(varchar(0))
--> [null]
SELECT regexp_extract_all('aaa', '');
--> _col0 array(varchar(3))
--> [["", "", "", ""]]

-- ## regexp_like
-- It finds the pattern anywhere in the string.
SELECT regexp_like('1a 2b 14m', '\d+b');
--> _col0 boolean
--> [true]
SELECT regexp_like('abc', '^b');
--> _col0 boolean
--> [false]
SELECT regexp_like('ABC', 'abc'), regexp_like('ABC', '(?i)abc');
--> _col0 boolean | _col1 boolean
--> [false, true]
SELECT regexp_like('', ''), regexp_like('', '^$'), regexp_like('a', '');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT regexp_like(NULL, 'a'), regexp_like('a', NULL);
--> _col0 boolean | _col1 boolean
--> [null, null]
SELECT regexp_like('a.b', 'a\.b'), regexp_like('axb', 'a\.b');
--> _col0 boolean | _col1 boolean
--> [true, false]

-- ## regexp_replace
-- Without a replacement, matches are removed. `$1` and `${name}` are groups; a backslash escapes.
SELECT regexp_replace('1a 2b 14m', '\d+[ab] ');
--> _col0 varchar(9)
--> ["14m"]
SELECT regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ');
--> _col0 varchar(229)
--> ["3ca 3cb 14m"]
SELECT regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2]));
--> _col0 varchar
--> ["New York"]
SELECT regexp_replace('abc', 'x', 'y');
--> _col0 varchar(7)
--> ["abc"]
SELECT regexp_replace('abc', '', '-');
--> _col0 varchar(7)
--> ["-a-b-c-"]
SELECT regexp_replace('abc', 'b', '\$');
--> _col0 varchar(15)
--> ["a$c"]
SELECT regexp_replace('abc', 'b', '$0$0');
--> _col0 varchar(27)
--> ["abbc"]
SELECT regexp_replace('abc', '(?<first>a)(?<second>b)', '${second}${first}');
--> _col0 varchar(103)
--> ["bac"]
SELECT regexp_replace('abc', 'b', '$1');
--> error INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: unknown group 1
SELECT regexp_replace('abc', 'b', '$');
--> error INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: $
SELECT regexp_replace('abc', 'b', NULL), regexp_replace(NULL, 'b', 'c');
--> _col0 varchar(3) | _col1 varchar(1)
--> [null, null]
SELECT regexp_replace('aaa', 'a', 'b');
--> _col0 varchar(7)
--> ["bbb"]
SELECT regexp_replace('a-b_c', '[^a-z]', '');
--> _col0 varchar(5)
--> ["abc"]
SELECT regexp_replace('x1y22', '(\d+)', m -> '<' || m[1] || '>');
--> _col0 varchar
--> ["x<1>y<22>"]
SELECT regexp_replace('xy', '(x)|(y)', m -> coalesce(m[2], 'none'));
--> _col0 varchar
--> ["noney"]

-- ## regexp_split
SELECT regexp_split('1a 2b 14m', '\s*[a-z]+\s*');
--> _col0 array(varchar(9))
--> [["1", "2", "14", ""]]
SELECT regexp_split('a,b,,c', ',');
--> _col0 array(varchar(6))
--> [["a", "b", "", "c"]]
SELECT regexp_split('', ',');
--> _col0 array(varchar(0))
--> [[""]]
SELECT regexp_split('abc', ''), regexp_split('abc', 'x');
--> _col0 array(varchar(3)) | _col1 array(varchar(3))
--> [["", "a", "b", "c", ""], ["abc"]]
SELECT regexp_split(',a,', ',');
--> _col0 array(varchar(3))
--> [["", "a", ""]]
SELECT regexp_split(NULL, ',');
--> _col0 array(varchar(0))
--> [null]

-- ## regexp_count
SELECT regexp_count('1a 2b 14m', '\s*[a-z]+\s*');
--> _col0 bigint
--> [3]
SELECT regexp_count('aaaa', 'aa'), regexp_count('abc', ''), regexp_count('', 'a');
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [2, 4, 0]
SELECT regexp_count(NULL, 'a'), regexp_count('ab', '[ab]');
--> _col0 bigint | _col1 bigint
--> [null, 2]

-- ## regexp_position
-- The position of the n-th match from a start; -1 without a match.
SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b');
--> _col0 integer
--> [8]
SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 5);
--> _col0 integer
--> [8]
SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12);
--> _col0 integer
--> [19]
SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 1);
--> _col0 integer
--> [19]
SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 2);
--> _col0 integer
--> [31]
SELECT regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 3);
--> _col0 integer
--> [-1]
SELECT regexp_position('abc', 'x'), regexp_position('', ''), regexp_position('äöü', 'ü');
--> _col0 integer | _col1 integer | _col2 integer
--> [-1, -1, 3]
SELECT regexp_position('abc', 'a', 0);
--> error INVALID_FUNCTION_ARGUMENT: start position cannot be smaller than 1
SELECT regexp_position('abc', 'a', 1, 0);
--> error INVALID_FUNCTION_ARGUMENT: occurrence cannot be smaller than 1
SELECT regexp_position('abc', 'c', 10);
--> _col0 integer
--> [-1]
