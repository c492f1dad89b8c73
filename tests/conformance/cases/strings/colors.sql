-- # Color functions
--
-- https://trino.io/docs/435/functions/color.html

-- ## Colors of a terminal
-- NOT_SUPPORTED: colors
SELECT bar(0.5E0, 4);
--> _col0 varchar
--> ["\u001b[38;5;196m█\u001b[38;5;214m█\u001b[0m  "]
-- NOT_SUPPORTED: colors
SELECT color('red');
--> _col0 color
--> ["red"]
-- NOT_SUPPORTED: colors
SELECT render('a', color('red')), rgb(255, 0, 0);
--> _col0 varchar(16) | _col1 color
--> ["\u001b[38;5;1ma\u001b[0m", "#ff0000"]
