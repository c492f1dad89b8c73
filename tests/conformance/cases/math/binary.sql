-- # Binary functions
--
-- https://trino.io/docs/435/functions/binary.html

-- ## Literals, length, concatenation
SELECT X'', X'00ff', x'65683F', length(X'0102'), X'01' || X'02', concat(X'01', X'02'), X'00' = X'00', X'01' < X'02';
--> _col0 varbinary | _col1 varbinary | _col2 varbinary | _col3 bigint | _col4 varbinary | _col5 varbinary | _col6 boolean | _col7 boolean
--> ["", "AP8=", "ZWg/", 2, "AQI=", "AQI=", true, true]
SELECT X'0';
--> error SYNTAX_ERROR: line 1:8: Binary literal must contain an even number of digits
SELECT X'zz';
--> error SYNTAX_ERROR: line 1:8: Binary literal can only contain hexadecimal digits
SELECT substr(X'010203', 2), substr(X'010203', 2, 1), substr(X'010203', -1), reverse(X'0102'), lpad(X'01', 3, X'00'), rpad(X'01', 3, X'ff');
--> _col0 varbinary | _col1 varbinary | _col2 varbinary | _col3 varbinary | _col4 varbinary | _col5 varbinary
--> ["AgM=", "Ag==", "Aw==", "AgE=", "AAAB", "Af//"]
SELECT lpad(X'01', 3, X'00'), rpad(X'01', 3, X'ffee'), lpad(X'010203', 2, X'00');
--> _col0 varbinary | _col1 varbinary | _col2 varbinary
--> ["AAAB", "Af/u", "AQI="]
SELECT lpad(X'01', 3, X'');
--> error INVALID_FUNCTION_ARGUMENT: Padding bytes must not be empty
SELECT rpad(X'01', -1, X'00');
--> error INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]

-- ## hex and base64
SELECT to_hex(X'00ff'), from_hex('00FF'), from_hex('ab'), to_hex(to_utf8('Hello'));
--> _col0 varchar | _col1 varbinary | _col2 varbinary | _col3 varchar
--> ["00FF", "AP8=", "qw==", "48656C6C6F"]
SELECT from_hex('0');
--> error INVALID_FUNCTION_ARGUMENT: invalid input length 1
SELECT from_hex('zz');
--> error INVALID_FUNCTION_ARGUMENT: not a hexadecimal digit: "z" = 122
SELECT to_base64(X'48656c6c6f'), from_base64('SGVsbG8='), from_base64('SGVsbG8'), to_base64(X''), to_base64url(X'fbff'), from_base64url('-_8=');
--> _col0 varchar | _col1 varbinary | _col2 varbinary | _col3 varchar | _col4 varchar | _col5 varbinary
--> ["SGVsbG8=", "SGVsbG8=", "SGVsbG8=", "", "-_8=", "+/8="]
SELECT from_base64('*');
--> error INVALID_FUNCTION_ARGUMENT: Input byte[] should at least have 2 bytes for base64 bytes
SELECT to_base32(to_utf8('hi')), from_base32('NBUQ====');
--> _col0 varchar | _col1 varbinary
--> ["NBUQ====", "aGk="]
SELECT to_base64(to_utf8('ä')), from_utf8(from_base64('w6Q='));
--> _col0 varchar | _col1 varchar
--> ["w6Q=", "ä"]

-- ## Hashes
SELECT md5(X''), sha1(to_utf8('a')), to_hex(sha256(to_utf8('a'))), to_hex(sha512(X'')), crc32(to_utf8('hello'));
--> _col0 varbinary | _col1 varbinary | _col2 varchar | _col3 varchar | _col4 bigint
--> ["1B2M2Y8AsgTpgAmY7PhCfg==", "hvfkN/qlp/zhXR3cuerq6jd2Z7g=", "CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB", "CF83E1357EEFB8BDF1542850D66D8007D620E4050B5715DC83F4A921D36CE9CE47D0D13C5D85F2B0FF8318D2877EEC2F63B931BD47417A81A538327AF927DA3E", 907060870]
SELECT to_hex(md5(to_utf8('quilt'))), lower(to_hex(sha256(to_utf8('quilt'))));
--> _col0 varchar | _col1 varchar
--> ["803A5613569E4B1EA435BE42F1134693", "b8b2eacffb5d4d4065e73890ca0f4919b710a403c5855c4edc9a5c48cfe45398"]
SELECT xxhash64(to_utf8('a')), to_hex(spooky_hash_v2_32(X'')), to_hex(spooky_hash_v2_64(to_utf8('a'))), to_hex(murmur3(to_utf8('a')));
--> _col0 varbinary | _col1 varchar | _col2 varchar | _col3 varchar
--> ["0k7E8amMbls=", "6BF50919", "1A108191A0BBC9BD", "897859F6655555855A890E51483AB5E6"]
SELECT to_hex(hmac_md5(to_utf8('a'), to_utf8('key'))), to_hex(hmac_sha1(to_utf8('a'), to_utf8('key'))), to_hex(hmac_sha256(to_utf8('a'), to_utf8('key')));
--> _col0 varchar | _col1 varchar | _col2 varchar
--> ["80EA44CCEA14CC2263889567CFACCCD7", "0DB21F05052F323E714EF9BF1F7B000FFE97E8A0", "780C3DB4CE3DE5B9E55816FBA98F590631D96C075271B26976238D5F4444219B"]
SELECT to_hex(hmac_sha512(to_utf8('a'), to_utf8('key')));
--> _col0 varchar
--> ["1D51A72107E0CC8EFC886683AD30EA10134600BFB147D0D5FAF3E95648F3D05459BA8FB541904FD1C5963730E3C2A5CD3A30EE431E225295F345FC5662487A48"]
SELECT md5('a');
--> error FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function md5. Expected: md5(varbinary)

-- ## Numbers as bytes
SELECT to_big_endian_32(1), from_big_endian_32(X'00000001'), to_big_endian_64(BIGINT '-1'), from_big_endian_64(X'00000000000000ff');
--> _col0 varbinary | _col1 integer | _col2 varbinary | _col3 bigint
--> ["AAAAAQ==", 1, "//////////8=", 255]
SELECT from_big_endian_32(X'00');
--> error INVALID_FUNCTION_ARGUMENT: expected 4-byte input, but got instead: 1
SELECT to_ieee754_32(REAL '1.5'), from_ieee754_32(X'3fc00000'), to_ieee754_64(1.5E0), from_ieee754_64(X'3ff8000000000000');
--> _col0 varbinary | _col1 real | _col2 varbinary | _col3 double
--> ["P8AAAA==", 1.5, "P/gAAAAAAAA=", 1.5]
