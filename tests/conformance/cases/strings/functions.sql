-- # String functions
--
-- https://trino.io/docs/435/functions/string.html

-- ## chr and codepoint
SELECT chr(65), chr(8364), chr(128512);
--> _col0 varchar(1) | _col1 varchar(1) | _col2 varchar(1)
--> ["A", "€", "😀"]
SELECT chr(-1);
--> error INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: -1
SELECT chr(1114112);
--> error INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: 1114112
SELECT codepoint('A'), codepoint('€');
--> _col0 integer | _col1 integer
--> [65, 8364]
SELECT codepoint('ab');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(2)) for function codepoint. Expected: codepoint(varchar(1))
SELECT codepoint('');
--> error INVALID_FUNCTION_ARGUMENT: Input string must be a single character string

-- ## concat, || and concat_ws
-- NULL makes `concat` NULL; `concat_ws` skips it.
SELECT concat('a', 'b', 'c');
--> _col0 varchar
--> ["abc"]
SELECT concat('a', NULL);
--> _col0 array(varchar(1))
--> [null]
SELECT 'a' || 'b' || 'c', 'a' || NULL;
--> _col0 varchar | _col1 array(varchar(1))
--> ["abc", null]
SELECT 'a' || 1;
--> error FUNCTION_NOT_FOUND: line 1:12: Unexpected parameters (varchar(1), integer) for function concat. Expected: concat(E, array(E)) E, concat(array(E)) E, concat(array(E), E) E, concat(char(x), char(y)), concat(varbinary), concat(varchar)
SELECT concat('a');
--> error INVALID_FUNCTION_ARGUMENT: There must be two or more concatenation arguments
SELECT concat_ws(',', 'a', NULL, 'b'), concat_ws(',', NULL, 'a');
--> _col0 varchar | _col1 varchar
--> ["a,b", "a"]
SELECT concat_ws(',');
--> error INVALID_FUNCTION_ARGUMENT: There must be two or more arguments
SELECT concat_ws(NULL, 'a', 'b'), concat_ws('-', 'only');
--> _col0 varchar | _col1 varchar
--> [null, "only"]
SELECT concat_ws(',', ARRAY['a', NULL, 'b', '']);
--> _col0 varchar
--> ["a,b,"]
SELECT concat(CAST('a ' AS char(3)), 'b'), CAST('a' AS char(3)) || 'b';
--> _col0 char(4) | _col1 char(4)
--> ["a  b", "a  b"]

-- ## hamming_distance and levenshtein_distance
SELECT hamming_distance('karolin', 'kathrin');
--> _col0 bigint
--> [3]
SELECT hamming_distance('a', 'ab');
--> error INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length
SELECT levenshtein_distance('kitten', 'sitting'), levenshtein_distance('', 'abc'), levenshtein_distance('äb', 'ab');
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [3, 3, 1]
SELECT levenshtein_distance(NULL, 'a');
--> _col0 bigint
--> [null]

-- ## length
-- In characters, not bytes; of a char, with its padding.
SELECT length('hello'), length(''), length('äöü'), length('😀'), length(NULL);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint | _col4 bigint
--> [5, 0, 3, 1, null]
SELECT length(CAST('a' AS char(4))), length(to_utf8('ä'));
--> _col0 bigint | _col1 bigint
--> [4, 2]
SELECT length(12);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function length. Expected: length(char(x)), length(varbinary), length(varchar(x))
SELECT character_length('abc');
--> error FUNCTION_NOT_FOUND: line 1:8: Function 'character_length' not registered

-- ## lower and upper
SELECT lower('ÄÖÜ ABC'), upper('äöü abc'), upper('straße'), lower('İ');
--> _col0 varchar(7) | _col1 varchar(7) | _col2 varchar(6) | _col3 varchar(1)
--> ["äöü abc", "ÄÖÜ ABC", "STRAßE", "i"]
SELECT upper(NULL), lower('');
--> _col0 varchar(0) | _col1 varchar(0)
--> [null, ""]

-- ## lpad and rpad
-- They also truncate.
SELECT lpad('x', 5, 'ab'), rpad('x', 5, 'ab');
--> _col0 varchar | _col1 varchar
--> ["ababx", "xabab"]
SELECT lpad('hello', 3, 'x'), rpad('hello', 3, 'x'), lpad('hello', 0, 'x');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["hel", "hel", ""]
SELECT lpad('x', 3, '');
--> error INVALID_FUNCTION_ARGUMENT: Padding string must not be empty
SELECT lpad('x', -1, 'a');
--> error INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]
SELECT lpad('ä', 3, 'ö'), rpad('12', 5, '0'), lpad(CAST(7 AS varchar), 3, '0');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["ööä", "12000", "007"]
SELECT lpad('a', 3);
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1), integer) for function lpad. Expected: lpad(varbinary, bigint, varbinary), lpad(varchar(x), bigint, varchar(y))
SELECT lpad(NULL, 3, 'x'), rpad('a', NULL, 'x');
--> _col0 varchar | _col1 varchar
--> [null, null]

-- ## trim, ltrim and rtrim
SELECT '[' || trim('  a b  ') || ']', '[' || ltrim('  a ') || ']', '[' || rtrim(' a  ') || ']';
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["[a b]", "[a ]", "[ a]"]
SELECT trim(BOTH FROM '  x '), trim(LEADING FROM '  x '), trim(TRAILING FROM '  x ');
--> _col0 varchar(4) | _col1 varchar(4) | _col2 varchar(4)
--> ["x", "x ", "  x"]
SELECT trim('!' FROM '!foo!'), trim(LEADING 'x' FROM 'xxaxx'), trim(TRAILING 'x' FROM 'xxaxx'), trim(BOTH 'xy' FROM 'xyaxy');
--> _col0 varchar(5) | _col1 varchar(5) | _col2 varchar(5) | _col3 varchar(5)
--> ["foo", "axx", "xxa", "a"]
SELECT trim('!foo!', '!'), ltrim('xya', 'yx'), rtrim('xya', 'ay');
--> _col0 varchar(5) | _col1 varchar(3) | _col2 varchar(3)
--> ["foo", "a", "x"]
SELECT length(trim('	tab	')), length(trim(U&'\00a0x\00a0'));
--> _col0 bigint | _col1 bigint
--> [3, 3]
SELECT trim(NULL), trim('');
--> _col0 varchar(0) | _col1 varchar(0)
--> [null, ""]

-- ## luhn_check
SELECT luhn_check('79927398713'), luhn_check('79927398714');
--> _col0 boolean | _col1 boolean
--> [true, false]
SELECT luhn_check('abc');
--> error INVALID_FUNCTION_ARGUMENT: Input contains non-digit character

-- ## position and strpos
-- The first position is 1; 0 means not found.
SELECT position('b' IN 'abc'), position('x' IN 'abc'), position('' IN 'abc');
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [2, 0, 1]
SELECT strpos('high', 'ig'), strpos('high', 'igx'), strpos('', ''), strpos('abc', '');
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint
--> [2, 0, 1, 1]
SELECT strpos('abcabc', 'b', 2), strpos('abcabc', 'b', -1), strpos('abcabc', 'b', 3), strpos('abcabc', 'x', -1);
--> _col0 bigint | _col1 bigint | _col2 bigint | _col3 bigint
--> [5, 5, 0, 0]
SELECT strpos('abc', 'a', 0);
--> error INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number.
SELECT strpos('äöü', 'ü'), strpos(NULL, 'a'), strpos('a', NULL);
--> _col0 bigint | _col1 bigint | _col2 bigint
--> [3, null, null]

-- ## replace and reverse
SELECT replace('abcabc', 'b'), replace('abcabc', 'b', 'xy'), replace('abc', '', '-'), replace('abc', 'z', 'y');
--> _col0 varchar(6) | _col1 varchar(20) | _col2 varchar(7) | _col3 varchar(7)
--> ["acac", "axycaxyc", "-a-b-c-", "abc"]
SELECT replace(NULL, 'a', 'b'), replace('a', NULL, 'b');
--> _col0 varchar(1) | _col1 varchar(3)
--> [null, null]
SELECT reverse('äbc'), reverse(''), reverse('😀a');
--> _col0 varchar(3) | _col1 varchar(0) | _col2 varchar(2)
--> ["cbä", "", "a😀"]

-- ## soundex
SELECT soundex('Miller'), soundex('Peterson'), soundex('');
--> _col0 varchar(4) | _col1 varchar(4) | _col2 varchar(4)
--> ["M460", "P362", ""]
SELECT soundex('jalapeño');
--> error INVALID_FUNCTION_ARGUMENT: The character is not mapped: Ñ (index=144)

-- ## split, split_part, split_to_map and split_to_multimap
SELECT split('a,b,c', ','), split('a,b,c', ',', 2), split('', ','), split(',a,', ',');
--> _col0 array(varchar(5)) | _col1 array(varchar(5)) | _col2 array(varchar(0)) | _col3 array(varchar(3))
--> [["a", "b", "c"], ["a", "b,c"], [""], ["", "a", ""]]
SELECT split('abc', ',', 1), split('a,b', ',', 5);
--> _col0 array(varchar(3)) | _col1 array(varchar(3))
--> [["abc"], ["a", "b"]]
SELECT split('a,b', '');
--> error INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string
SELECT split('a,b', ',', 0);
--> error INVALID_FUNCTION_ARGUMENT: Limit must be positive
SELECT split('a||b|c', '||'), split(NULL, ',');
--> _col0 array(varchar(6)) | _col1 array(varchar(0))
--> [["a", "b|c"], null]
SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', 4), split_part('a,b,c', ',', 1), split_part('', ',', 1);
--> _col0 varchar(5) | _col1 varchar(5) | _col2 varchar(5) | _col3 varchar(0)
--> ["b", null, "a", ""]
SELECT split_part('a,b,c', ',', 0);
--> error INVALID_FUNCTION_ARGUMENT: Index must be greater than zero
SELECT split_part('a,b,c', ',', -1);
--> error INVALID_FUNCTION_ARGUMENT: Index must be greater than zero
SELECT split_part('abc', '', 2), split_part('a,,c', ',', 2);
--> _col0 varchar(3) | _col1 varchar(4)
--> ["b", ""]
SELECT split_to_map('a=1', ',', '='), split_to_map('a=1;b=2', ';', '=')['b'];
--> _col0 map(varchar, varchar) | _col1 varchar
--> [{"a": "1"}, "2"]
SELECT split_to_map('a=1,a=2', ',', '=');
--> error INVALID_FUNCTION_ARGUMENT: Duplicate keys (a) are not allowed
SELECT split_to_map('a', ',', '=');
--> error INVALID_FUNCTION_ARGUMENT: Key-value delimiter must appear exactly once in each entry. Bad input: 'a'
SELECT split_to_map('', ',', '=');
--> _col0 map(varchar, varchar)
--> [{}]
SELECT split_to_map('a=1,a=2', ',', '=', (k, v1, v2) -> concat(v1, v2));
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(7), varchar(1), varchar(1), <function>) for function split_to_map. Expected: split_to_map(varchar, varchar, varchar)
SELECT split_to_multimap('a=1,a=2', ',', '=');
--> _col0 map(varchar, array(varchar))
--> [{"a": ["1", "2"]}]

-- ## starts_with
SELECT starts_with('abc', 'ab'), starts_with('abc', ''), starts_with('abc', 'b'), starts_with(NULL, 'a');
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean
--> [true, true, false, null]

-- ## substr, substring
-- A negative start counts from the end; out of range, the result is empty.
SELECT substr('hello', 2), substr('hello', 2, 3), substr('hello', -3), substr('hello', -3, 2);
--> _col0 varchar(5) | _col1 varchar(5) | _col2 varchar(5) | _col3 varchar(5)
--> ["ello", "ell", "llo", "ll"]
SELECT substr('hello', 0), substr('hello', 0, 3), substr('hello', 6), substr('hello', 10, 2), substr('hello', -10), substr('hello', -10, 2);
--> _col0 varchar(5) | _col1 varchar(5) | _col2 varchar(5) | _col3 varchar(5) | _col4 varchar(5) | _col5 varchar(5)
--> ["", "", "", "", "", ""]
SELECT substr('hello', 2, 0), substr('hello', 2, -1), substr('hello', 2, 100);
--> _col0 varchar(5) | _col1 varchar(5) | _col2 varchar(5)
--> ["", "", "ello"]
SELECT substring('hello' FROM 2 FOR 3), substring('hello' FROM 2), substring('hello', 3, 2);
--> _col0 varchar(5) | _col1 varchar(5) | _col2 varchar(5)
--> ["ell", "ello", "ll"]
SELECT substr('äöü', 2, 1), substr('😀a', 1, 1), substr('abc', NULL), substr(CAST(NULL AS varchar), 1);
--> _col0 varchar(3) | _col1 varchar(2) | _col2 varchar(3) | _col3 varchar
--> ["ö", "😀", null, null]
SELECT substr(NULL, 1);
--> error AMBIGUOUS_FUNCTION_CALL: line 1:8: Could not choose a best candidate operator. Explicit type casts must be added. Candidates are: * (varchar(0),bigint):varchar(0) * (varbinary,bigint):varbinary

-- ## translate
SELECT translate('abcd', 'a', 'z'), translate('abcda', 'ab', 'xy'), translate('abcd', 'abc', 'z'), translate('abc', '', 'x'), translate('abc', 'aa', 'xy');
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["zbcd", "xycdx", "zd", "abc", "xbc"]
SELECT translate('Palhoça', 'ç', 'c');
--> _col0 varchar
--> ["Palhoca"]

-- ## word_stem
SELECT word_stem('running'), word_stem('walked', 'en'), word_stem('');
--> _col0 varchar(7) | _col1 varchar(6) | _col2 varchar(0)
--> ["run", "walk", ""]

-- ## normalize
SELECT normalize('e' || U&'\0301'), length(normalize('é', NFD)), normalize('ﬁ', NFKC), length(normalize('é', NFKD));
--> _col0 varchar | _col1 bigint | _col2 varchar | _col3 bigint
--> ["é", 2, "fi", 2]

-- ## to_utf8 and from_utf8
SELECT to_utf8('aä'), from_utf8(X'61c3a4'), from_utf8(X'61ff', '?'), from_utf8(X'58bf', ''), from_utf8(X'58bf');
--> _col0 varbinary | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["YcOk", "aä", "a?", "X", "X�"]
SELECT from_utf8(X'58bf', 'ab');
--> error INVALID_FUNCTION_ARGUMENT: Replacement character string must empty or a single character

-- ## format
SELECT format('%s%%', 123), format('%.5f', pi()), format('%03d', 8), format('%,.2f', 1234567.891E0);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["123%", "3.14159", "008", "1,234,567.89"]
SELECT format('%-7s,%7s', 'hello', 'world'), format('%2$s %3$s %1$s', 'a', 'b', 'c');
--> _col0 varchar | _col1 varchar
--> ["hello  ,  world", "b c a"]
SELECT format('%x %X %o', 255, 255, 8), format('%e', 12345.678E0), format('%s', NULL), format('%b', true);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["ff FF 10", "1.234568e+04", "null", "true"]
SELECT format('%1$tA, %1$tB %1$te, %1$tY', date '2006-07-04');
--> _col0 varchar
--> ["Tuesday, July 4, 2006"]
SELECT format('%s', DECIMAL '1.50'), format('%s', date '2020-01-02'), format('%s', timestamp '2020-01-02 03:04:05.678');
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["1.50", "2020-01-02", "2020-01-02T03:04:05.678"]
SELECT format('%s', ARRAY[1, 2]);
--> error NOT_SUPPORTED: line 1:21: Type not supported for formatting: array(integer)
SELECT format('%d', 'x');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format string: %d (IllegalFormatConversion: d != java.lang.String)
SELECT format('%s');
--> error SYNTAX_ERROR: line 1:8: The 'format' function must have at least two arguments
SELECT format('%q', 1);
--> error INVALID_FUNCTION_ARGUMENT: Invalid format string: %q (UnknownFormatConversion: Conversion = 'q')
SELECT format('%,d', 1234567), format('%+d', 5), format('%10.3f|', 3.14159E0), format('%s', 1.0E0);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar
--> ["1,234,567", "+5", "     3.142|", "1.0"]
SELECT format('%c', 'x');
--> error INVALID_FUNCTION_ARGUMENT: Invalid format string: %c (IllegalFormatConversion: c != java.lang.String)

-- ## format_number
SELECT format_number(1000), format_number(1234567), format_number(0), format_number(-1500), format_number(1.5E9);
--> _col0 varchar | _col1 varchar | _col2 varchar | _col3 varchar | _col4 varchar
--> ["1K", "1.23M", "0", "-1.5K", "1.5B"]

-- ## Comparison
-- Strings are compared by code point; trailing spaces count, except in char.
SELECT 'a' < 'b', 'B' < 'a', 'a' = 'A', 'abc' < 'abcd', 'ä' > 'z', '' < ' ', 'a' = 'a ';
--> _col0 boolean | _col1 boolean | _col2 boolean | _col3 boolean | _col4 boolean | _col5 boolean | _col6 boolean
--> [true, true, false, true, true, true, false]
SELECT CAST('a' AS char(2)) = CAST('a' AS char(5)), CAST('a' AS char(2)) = 'a ', CAST('a' AS char(3)) = 'a';
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT max(x), min(x) FROM (VALUES 'b', 'B', 'ä', '_', '1') t(x);
--> _col0 varchar(1) | _col1 varchar(1)
--> ["ä", "1"]
SELECT x FROM (VALUES 'b', 'B', 'ä', '_', '1', 'a', 'A', '') t(x) ORDER BY x;
--> x varchar(1)
--> [""]
--> ["1"]
--> ["A"]
--> ["B"]
--> ["_"]
--> ["a"]
--> ["b"]
--> ["ä"]
SELECT 'a' BETWEEN 'A' AND 'b', greatest('a', 'B'), least('a', 'B');
--> _col0 boolean | _col1 varchar(1) | _col2 varchar(1)
--> [true, "a", "B"]
