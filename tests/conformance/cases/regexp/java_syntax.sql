-- # Java's regular expressions
--
-- The syntax of patterns is Java's (with JONI's engine).

-- ## Classes
-- `\w`, `\d`, `\s` and `\b` are about ASCII; `[[:digit:]]` is not a POSIX class.
SELECT regexp_like('é', '\w'), regexp_like('é', '\W'), regexp_like('_', '\w');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [false, true, true]
SELECT regexp_like('é', '(?U)\w');
--> error INVALID_FUNCTION_ARGUMENT: undefined group option
SELECT regexp_like('٣', '\d'), regexp_like('3', '\d');
--> _col0 boolean | _col1 boolean
--> [false, true]
SELECT regexp_extract('naïve café', '\w+'), regexp_extract_all('naïve café', '\w+');
--> _col0 varchar(10) | _col1 array(varchar(10))
--> ["na", ["na", "ve", "caf"]]
SELECT regexp_like('5', '[[:digit:]]'), regexp_like('d', '[[:digit:]]');
--> _col0 boolean | _col1 boolean
--> [true, false]
SELECT regexp_like('5', '\p{Digit}'), regexp_like('a', '\p{Alpha}'), regexp_like('é', '\p{L}');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT regexp_like('É', '\p{Lu}'), regexp_like('é', '\p{Lu}'), regexp_like('x', '\P{L}');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, false, false]
SELECT regexp_like('b', '[a-c&&[^b]]'), regexp_like('c', '[a-c&&[^b]]');
--> _col0 boolean | _col1 boolean
--> [false, true]
SELECT regexp_like('-', '[a\-c]'), regexp_like(']', '[]a]');
--> _col0 boolean | _col1 boolean
--> [true, true]
SELECT regexp_replace('a1b2', '[0-9&&[^1]]', '_');
--> _col0 varchar(14)
--> ["a1b_"]
SELECT regexp_extract('tab	here', '\t'), regexp_like(' ', '\s'), regexp_like(U&'\00a0', '\s');
--> _col0 varchar(8) | _col1 boolean | _col2 boolean
--> ["\t", true, false]
SELECT regexp_like('a', '\x61'), regexp_like('é', '\u00e9');
--> _col0 boolean | _col1 boolean
--> [true, true]

-- ## Anchors, flags and groups
SELECT regexp_extract_all('foo.bar.foo', '\bfoo\b');
--> _col0 array(varchar(11))
--> [["foo", "foo"]]
SELECT regexp_like('a
b', 'a.b'), regexp_like('a
b', '(?s)a.b');
--> _col0 boolean | _col1 boolean
--> [false, true]
SELECT regexp_extract_all('a
b', '^.'), regexp_extract_all('a
b', '(?m)^.');
--> _col0 array(varchar(3)) | _col1 array(varchar(3))
--> [["a"], ["a", "b"]]
SELECT regexp_like('FOO', '(?i)foo'), regexp_like('É', '(?i)é');
--> _col0 boolean | _col1 boolean
--> [true, true]
SELECT regexp_like('É', '(?iu)é');
--> error INVALID_FUNCTION_ARGUMENT: undefined group option
SELECT regexp_extract('key=value', '(?<k>\w+)=(?<v>\w+)', 2);
--> _col0 varchar(9)
--> ["value"]
SELECT regexp_extract('foobar', 'foo(?=bar)'), regexp_extract('foobaz', 'foo(?!bar)');
--> _col0 varchar(6) | _col1 varchar(6)
--> ["foo", "foo"]
SELECT regexp_extract('foobar', '(?<=foo)bar'), regexp_extract('xbar', '(?<!foo)bar');
--> _col0 varchar(6) | _col1 varchar(4)
--> ["bar", "bar"]
SELECT regexp_like('abab', '(ab)\1'), regexp_like('abac', '^(a.)\1$');
--> _col0 boolean | _col1 boolean
--> [true, false]
SELECT regexp_extract('<<a>>', '<(.+?)>', 1), regexp_extract('<<a>>', '<(.+)>', 1);
--> _col0 varchar(5) | _col1 varchar(5)
--> ["<a", "<a>"]
SELECT regexp_like('aaa', '^a{2,}$'), regexp_like('aaa', '^a{2}$'), regexp_like('aaa', '^a{1,2}+a');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, false, true]
SELECT regexp_extract('a+b', '\Qa+b\E'), regexp_like('a b', '(?x) a \s b');
--> _col0 varchar(3) | _col1 boolean
--> ["a+b", true]
SELECT regexp_like('abc', '\Aabc\z'), regexp_like('abc
', 'abc$'), regexp_like('abc
', 'abc\Z');
--> _col0 boolean | _col1 boolean | _col2 boolean
--> [true, true, true]
SELECT regexp_like('ac', 'a(?:b)?c'), regexp_extract('abc', '(?:a)(b)', 1);
--> _col0 boolean | _col1 varchar(3)
--> [true, "b"]

-- ## Invalid patterns
SELECT regexp_like('a', '(');
--> error INVALID_FUNCTION_ARGUMENT: end pattern with unmatched parenthesis
SELECT regexp_like('a', '[');
--> error INVALID_FUNCTION_ARGUMENT: premature end of char-class
SELECT regexp_like('a', '*');
--> error INVALID_FUNCTION_ARGUMENT: target of repeat operator is not specified
SELECT regexp_like('a', 'a{2');
--> _col0 boolean
--> [false]
SELECT regexp_extract('a', '(?<n>a');
--> error INVALID_FUNCTION_ARGUMENT: end pattern with unmatched parenthesis
SELECT regexp_like('a', '\');
--> error INVALID_FUNCTION_ARGUMENT: end pattern at escape
SELECT try(regexp_like('a', '('));
--> _col0 boolean
--> [null]
