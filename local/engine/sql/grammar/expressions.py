"""Expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from local.engine.errors import QueryError, at, cannot_run
from local.engine.sql.grammar.nodes import FunctionCall, TypedLiteral
from local.engine.sql.grammar.tokens import Tokens, place_of
from local.engine.sql.grammar.types import read_type

if TYPE_CHECKING:
    from local.engine.sql.grammar.queries import Queries

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "<>": exp.NEQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_FACTORS: dict[str, type[exp.Binary]] = {"*": exp.Mul, "/": exp.Div, "%": exp.Mod}
_TERMS: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub}
#: Functions without brackets, which may have a precision.
_NO_BRACKETS = ("CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
_PLAIN = ("CURRENT_DATE", "CURRENT_USER", "CURRENT_CATALOG", "CURRENT_SCHEMA", "CURRENT_PATH")
_INTERVAL_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_NORMAL_FORMS = ("NFC", "NFD", "NFKC", "NFKD")


class Expressions:
    """Reads expressions. ``queries`` reads the queries inside them."""

    queries: Queries

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._depth = 0

    def expression(self) -> exp.Expr:
        """A condition or value."""
        literal = self._plain_literal()
        if literal is not None:
            return literal
        left = self._conjunction()
        if not self.tokens.is_next("OR"):
            return left
        terms = [left]
        while self.tokens.skip("OR"):
            terms.append(self._conjunction())
        return _balanced(exp.Or, terms)

    def _plain_literal(self) -> exp.Expr | None:
        """A literal that is the whole expression: VALUES lists have thousands of them."""
        tokens = self.tokens
        token = tokens.here
        if token is None or not (tokens.is_after(1, ",") or tokens.is_after(1, ")")):
            return None
        if token.token_type == TokenType.STRING and tokens.text[token.start] == "'":
            found: exp.Expr = exp.Literal(this=token.text, is_string=True)
        elif token.token_type == TokenType.NUMBER and token.text.isdigit():
            found = exp.Literal(this=token.text, is_string=False)
        elif token.token_type == TokenType.NULL:
            found = exp.Null()
        else:
            return None
        tokens.place += 1
        return tokens.node(found, token)

    def several(self, one: Callable[[], exp.Expr] | None = None) -> list[exp.Expr]:
        """Expressions with commas between them."""
        read = one or self.expression
        found = [read()]
        while self.tokens.skip(","):
            found.append(read())
        return found

    def value(self) -> exp.Expr:
        """An expression without a comparison, AND, OR and NOT at its top."""
        left = self._term()
        while self.tokens.is_next("||"):
            token = self.tokens.next()
            left = self.tokens.node(exp.DPipe(this=left, expression=self._term()), token)
        return left

    def _conjunction(self) -> exp.Expr:
        left = self._negation()
        if not self.tokens.is_next("AND"):
            return left
        terms = [left]
        while self.tokens.skip("AND"):
            terms.append(self._negation())
        return _balanced(exp.And, terms)

    def _negation(self) -> exp.Expr:
        if self.tokens.is_next("NOT"):
            token = self.tokens.next()
            return self.tokens.node(exp.Not(this=self._negation()), token)
        return self._predicate(self.value())

    def _predicate(self, left: exp.Expr) -> exp.Expr:
        tokens = self.tokens
        token = tokens.here
        if token is None:
            return left
        if token.text in _COMPARISONS and token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER):
            tokens.next()
            return tokens.node(_COMPARISONS[token.text](this=left, expression=self._compared()), token)
        if tokens.skip("IS"):
            negated = tokens.skip("NOT")
            if tokens.skip("NULL"):
                found: exp.Expr = exp.Is(this=left, expression=exp.Null())
            else:
                tokens.expect("DISTINCT", "FROM")
                found = exp.NullSafeNEQ(this=left, expression=self.value())
            return self._negated(found, token, negated)
        negated = tokens.is_next("NOT") and any(tokens.is_after(1, word) for word in ("BETWEEN", "IN", "LIKE"))
        if negated:
            tokens.next()
        if tokens.skip("BETWEEN"):
            low = self.value()
            tokens.expect("AND")
            found = exp.Between(this=left, low=low, high=self.value())
        elif tokens.skip("IN"):
            tokens.expect("(")
            if self.queries.is_next():
                found = exp.In(this=left, query=self.queries.query())
            else:
                found = exp.In(this=left, expressions=self.several())
            tokens.expect(")")
        elif tokens.skip("LIKE"):
            found = exp.Like(this=left, expression=self.value())
            if tokens.skip("ESCAPE"):
                found = exp.Escape(this=found, expression=self.value())
        else:
            return left
        return self._negated(found, token, negated)

    def _negated(self, node: exp.Expr, token: Token, negated: bool) -> exp.Expr:
        self.tokens.node(node, token)
        return self.tokens.node(exp.Not(this=node), token) if negated else node

    def _compared(self) -> exp.Expr:
        tokens = self.tokens
        for word, kind in (("ALL", exp.All), ("ANY", exp.Any), ("SOME", exp.Any)):
            if tokens.is_next(word, "("):
                token = tokens.next()
                tokens.expect("(")
                if not self.queries.is_next():
                    raise tokens.error("Expecting: <query>")
                query = self.queries.query()
                tokens.expect(")")
                return tokens.node(kind(this=query), token)
        return self.value()

    def _term(self) -> exp.Expr:
        return self._binary(_TERMS, self._factor)

    def _factor(self) -> exp.Expr:
        return self._binary(_FACTORS, self._unary)

    def _binary(self, operators: dict[str, type[exp.Binary]], operand: Callable[[], exp.Expr]) -> exp.Expr:
        left = operand()
        while (kind := operators.get(self.tokens.word())) is not None:
            token = self.tokens.next()
            left = self.tokens.node(kind(this=left, expression=operand()), token)
        return left

    def _unary(self) -> exp.Expr:
        token = self.tokens.here
        if self.tokens.skip("-"):
            return self.tokens.node(exp.Neg(this=self._unary()), token)
        if self.tokens.skip("+"):
            return self.tokens.node(exp.Paren(this=self._unary(), sign=True), token)
        left = self.primary()
        while self.tokens.is_next("AT"):
            token = self.tokens.next()
            self.tokens.expect("TIME", "ZONE")
            interval = self.tokens.is_next("INTERVAL")
            text = None if interval else self.tokens.string()
            zone = exp.Literal.string(text) if text is not None else self._interval() if interval else None
            if zone is None:
                raise self.tokens.error("Expecting: <string> or INTERVAL")
            left = self.tokens.node(exp.AtTimeZone(this=left, zone=zone), token)
        return left

    def primary(self) -> exp.Expr:
        """An operand, with its subscripts and fields."""
        tokens = self.tokens
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise at("SYNTAX_ERROR", "the statement is nested too deeply")
        found = self._atom()
        while True:
            token = tokens.here
            if tokens.skip("["):
                found = tokens.node(exp.Bracket(this=found, expressions=[self.value()]), token)
                tokens.expect("]")
            elif tokens.is_next(".") and not tokens.is_after(1, "*"):
                tokens.next()
                found = _dotted(found, tokens.name())
            else:
                self._depth -= 1
                return found

    def _atom(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.here
        if token is None:
            raise tokens.error("Expecting: <expression>")
        if (text := tokens.string()) is not None:
            return tokens.node(exp.Literal.string(text), token)
        if (digits := tokens.binary()) is not None:
            return tokens.node(exp.HexString(this=digits), token)
        if (number := tokens.number()) is not None:
            return tokens.node(exp.Literal.number(number), token)
        if tokens.skip("?"):
            return tokens.node(exp.Placeholder(this=str(token.start)), token)
        if tokens.is_next("("):
            return self._brackets(token)
        word = "" if token.token_type == TokenType.IDENTIFIER else token.text.upper()
        special = _SPECIAL.get(word)
        if special is not None:
            found = special(self)
            if found is not None:
                return found
        return self._named(token)

    def _brackets(self, token: Token) -> exp.Expr:
        """A lambda, a subquery, an expression in brackets or a row."""
        tokens = self.tokens
        start = tokens.place
        if (parameters := self._parameters()) is not None:
            return tokens.node(exp.Lambda(this=self.expression(), expressions=parameters), token)
        tokens.place = start
        tokens.expect("(")
        if self.queries.is_subquery():
            query = self.queries.query()
            tokens.expect(")")
            return tokens.node(exp.Subquery(this=query), token)
        items = self.several()
        tokens.expect(")")
        if len(items) == 1:
            return tokens.node(exp.Paren(this=items[0]), token)
        return tokens.node(exp.Tuple(expressions=items), token)

    def _parameters(self) -> list[exp.Identifier] | None:
        """The names in ``(a, b) ->``, or None if no lambda is next."""
        tokens = self.tokens
        tokens.expect("(")
        names: list[exp.Identifier] = []
        if not tokens.is_next(")"):
            while True:
                token = tokens.here
                if token is None or (name := tokens.optional_name()) is None:
                    return None
                names.append(name)
                if not tokens.skip(","):
                    break
        return names if tokens.skip(")") and tokens.skip("->") else None

    def _named(self, token: Token) -> exp.Expr:
        """A name, a call, a lambda with one parameter, or a literal such as ``DATE '2020-01-01'``."""
        tokens = self.tokens
        if token.token_type != TokenType.IDENTIFIER:
            if tokens.is_next("DOUBLE", "PRECISION") and _is_string(tokens, 2):
                tokens.place += 2
                return self._typed_literal("double", token)
            if _is_string(tokens, 1) and tokens.optional_name() is not None:
                return self._typed_literal(token.text, token)
        name = tokens.name()
        if tokens.skip("->"):
            return tokens.node(exp.Lambda(this=self.expression(), expressions=[name]), token)
        if not tokens.is_next("(") and not tokens.is_next("."):
            return exp.Column(this=name)
        parts = [name]
        start = tokens.place
        while tokens.is_next(".") and not tokens.is_after(1, "*"):
            tokens.next()
            part = tokens.optional_name()
            if part is None:
                tokens.place = start
                return exp.Column(this=name)
            parts.append(part)
        if tokens.is_next("("):
            if len(parts) > 1:
                raise at(
                    "FUNCTION_NOT_FOUND",
                    f"Function '{'.'.join(part.name for part in parts)}' not registered",
                    *place_of(token),
                )
            return self.call(name, token)
        tokens.place = start
        return exp.Column(this=name)

    def _typed_literal(self, kind: str, token: Token) -> exp.Expr:
        text = self.tokens.string()
        return self.tokens.node(TypedLiteral(this=text, kind=kind.lower()), token)

    def call(self, name: exp.Identifier, token: Token) -> exp.Expr:
        """A call of a function; its name has been read."""
        tokens = self.tokens
        tokens.expect("(")
        call = FunctionCall(this=name.name.lower(), expressions=[])
        if tokens.skip("*"):
            call.set("star", True)
        elif not tokens.is_next(")"):
            if tokens.skip("DISTINCT"):
                call.set("distinct", True)
            else:
                tokens.skip("ALL")
            if tokens.is_next("ORDER", "BY"):
                raise tokens.error("Expecting: <expression>")
            call.set("expressions", self.several())
        if tokens.is_next("ORDER", "BY"):
            call.set("order", self.queries.order())
        tokens.expect(")")
        return self._after_call(call, token)

    def _after_call(self, call: FunctionCall, token: Token) -> exp.Expr:
        tokens = self.tokens
        if tokens.skip("FILTER"):
            tokens.expect("(", "WHERE")
            call.set("filter", self.expression())
            tokens.expect(")")
        for word in ("IGNORE", "RESPECT"):
            if tokens.is_next(word, "NULLS"):
                tokens.place += 2
                call.set("nulls", word)
        if tokens.skip("OVER"):
            call.set("over", self.queries.window())
        elif call.args.get("nulls"):
            raise tokens.error("Expecting: 'OVER'")
        return tokens.node(call, token)

    def _special_call(self, name: str, arguments: list[exp.Expr], token: Token) -> exp.Expr:
        return self.tokens.node(FunctionCall(this=name, expressions=arguments), token)

    def _interval(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("INTERVAL")
        negative = tokens.skip("-")
        if not negative:
            tokens.skip("+")
        text = tokens.string()
        if text is None:
            raise tokens.error("Expecting: <string>")
        first = self._interval_field()
        last = self._interval_field() if tokens.skip("TO") else ""
        return tokens.node(exp.Interval(this=("-" if negative else "") + text, unit=first, to=last), token)

    def _interval_field(self) -> str:
        for field in _INTERVAL_FIELDS:
            if self.tokens.skip(field):
                return field
        if self.tokens.is_next("WEEK") or self.tokens.is_next("QUARTER"):
            raise QueryError("TYPE_NOT_FOUND: Unknown resolvedType: INTERVAL")
        raise self.tokens.error("Expecting: 'YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'")

    def _case(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("CASE")
        operand = None if tokens.is_next("WHEN") else self.expression()
        ifs = []
        while tokens.skip("WHEN"):
            condition = self.expression()
            tokens.expect("THEN")
            ifs.append(exp.If(this=condition, true=self.expression()))
        if not ifs:
            raise tokens.error("Expecting: 'WHEN'")
        default = self.expression() if tokens.skip("ELSE") else None
        tokens.expect("END")
        return tokens.node(exp.Case(this=operand, ifs=ifs, default=default), token)

    def _cast(self, kind: type[exp.Cast]) -> exp.Expr:
        tokens = self.tokens
        token = tokens.next()
        tokens.expect("(")
        value = self.expression()
        tokens.expect("AS")
        target = read_type(tokens)
        tokens.expect(")")
        return tokens.node(kind(this=value, to=target), token)

    def _array(self) -> exp.Expr | None:
        tokens = self.tokens
        if not tokens.is_next("ARRAY", "["):
            return None
        token = tokens.next()
        tokens.next()
        items = [] if tokens.is_next("]") else self.several()
        tokens.expect("]")
        return tokens.node(exp.Array(expressions=items), token)

    def _row(self) -> exp.Expr | None:
        tokens = self.tokens
        if not tokens.is_next("ROW", "("):
            return None
        token = tokens.next()
        tokens.next()
        items = self.several()
        tokens.expect(")")
        return tokens.node(exp.Tuple(expressions=items), token)

    def _exists(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("EXISTS")
        tokens.expect("(")
        query = self.queries.query()
        tokens.expect(")")
        return tokens.node(exp.Exists(this=query), token)

    def _position(self) -> exp.Expr | None:
        tokens = self.tokens
        if not tokens.is_next("POSITION", "("):
            return None
        token = tokens.next()
        tokens.next()
        part = self.value()
        tokens.expect("IN")
        text = self.value()
        tokens.expect(")")
        return self._special_call("strpos", [text, part], token)

    def _extract(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("EXTRACT")
        tokens.expect("(")
        field = tokens.name().name.lower()
        tokens.expect("FROM")
        value = self.value()
        tokens.expect(")")
        return tokens.node(exp.Extract(this=field, expression=value), token)

    def _substring(self) -> exp.Expr | None:
        tokens = self.tokens
        if not tokens.is_next("SUBSTRING", "("):
            return None
        start = tokens.place
        token = tokens.next()
        tokens.next()
        arguments = [self.value()]
        if not tokens.skip("FROM"):
            tokens.place = start
            return None
        arguments.append(self.value())
        if tokens.skip("FOR"):
            arguments.append(self.value())
        tokens.expect(")")
        return self._special_call("substring", arguments, token)

    def _trim(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("TRIM")
        tokens.expect("(")
        name, explicit = "trim", False
        for word, function in (("BOTH", "trim"), ("LEADING", "ltrim"), ("TRAILING", "rtrim")):
            if tokens.skip(word):
                name, explicit = function, True
                break
        if explicit and tokens.skip("FROM"):
            arguments = [self.value()]
        else:
            arguments = [self.value()]
            if tokens.skip("FROM"):
                arguments = [self.value(), arguments[0]]
            elif not explicit and tokens.skip(","):
                arguments.append(self.value())
            elif explicit:
                raise tokens.error("Expecting: 'FROM'")
        tokens.expect(")")
        return self._special_call(name, arguments, token)

    def _normalize(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("NORMALIZE")
        tokens.expect("(")
        arguments = [self.value()]
        form = "NFC"
        if tokens.skip(","):
            form = next((one for one in _NORMAL_FORMS if tokens.skip(one)), "")
            if not form:
                raise tokens.error("Expecting: 'NFC', 'NFD', 'NFKC', 'NFKD'")
        tokens.expect(")")
        return self._special_call("normalize", [*arguments, exp.Literal.string(form)], token)

    def _grouping(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("GROUPING")
        tokens.expect("(")
        items = [] if tokens.is_next(")") else self.several(self.primary)
        tokens.expect(")")
        return tokens.node(FunctionCall(this="grouping", expressions=items), token)

    def _listagg(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.expect("LISTAGG")
        tokens.expect("(")
        call = FunctionCall(this="listagg", expressions=[])
        if tokens.skip("DISTINCT"):
            call.set("distinct", True)
        arguments = [self.expression()]
        separator = ""
        if tokens.skip(","):
            found = tokens.string()
            if found is None:
                raise tokens.error("Expecting: <string>")
            separator = found
        if tokens.skip("ON", "OVERFLOW") and not tokens.skip("ERROR"):
            raise cannot_run("LISTAGG with ON OVERFLOW TRUNCATE")
        tokens.expect(")")
        tokens.expect("WITHIN", "GROUP")
        tokens.expect("(")
        call.set("order", self.queries.order())
        tokens.expect(")")
        call.set("expressions", [*arguments, exp.Literal.string(separator)])
        return self._after_call(call, token)

    def _current(self) -> exp.Expr:
        tokens = self.tokens
        token = tokens.next()
        name = token.text.lower()
        arguments: list[exp.Expr] = []
        if token.text.upper() in _NO_BRACKETS and tokens.skip("("):
            arguments.append(exp.Literal.number(str(tokens.integer())))
            tokens.expect(")")
        return self._special_call(name, arguments, token)

    def _json(self) -> exp.Expr:
        # Imported here because it reads expressions itself.
        from local.engine.sql.grammar.json import read_json_function

        return read_json_function(self)


#: The greatest number of brackets inside each other.
_MAX_DEPTH = 120

_SPECIAL: dict[str, Callable[[Expressions], exp.Expr | None]] = {
    "NULL": lambda self: self.tokens.node(exp.Null(), self.tokens.next()),
    "TRUE": lambda self: self.tokens.node(exp.Boolean(this=True), self.tokens.next()),
    "FALSE": lambda self: self.tokens.node(exp.Boolean(this=False), self.tokens.next()),
    "CASE": lambda self: self._case(),
    "CAST": lambda self: self._cast(exp.Cast),
    "TRY_CAST": lambda self: self._cast(exp.TryCast) if self.tokens.is_after(1, "(") else None,
    "ARRAY": lambda self: self._array(),
    "ROW": lambda self: self._row(),
    "EXISTS": lambda self: self._exists(),
    "INTERVAL": lambda self: self._interval() if _is_interval(self.tokens) else None,
    "POSITION": lambda self: self._position(),
    "EXTRACT": lambda self: self._extract(),
    "SUBSTRING": lambda self: self._substring(),
    "TRIM": lambda self: self._trim(),
    "NORMALIZE": lambda self: self._normalize(),
    "GROUPING": lambda self: self._grouping(),
    "LISTAGG": lambda self: self._listagg(),
    **{word: lambda self: self._current() for word in (*_NO_BRACKETS, *_PLAIN)},
    **{
        word: lambda self: self._json()
        for word in ("JSON_VALUE", "JSON_QUERY", "JSON_EXISTS", "JSON_OBJECT", "JSON_ARRAY")
    },
}


def _is_interval(tokens: Tokens) -> bool:
    return _is_string(tokens, 1) or tokens.is_after(1, "-") or tokens.is_after(1, "+")


def _is_string(tokens: Tokens, offset: int) -> bool:
    place = tokens.place + offset
    token = tokens._tokens[place] if place < len(tokens._tokens) else None
    return token is not None and token.token_type in (TokenType.STRING, TokenType.UNICODE_STRING)


def _dotted(base: exp.Expr, name: exp.Identifier) -> exp.Expr:
    """``base.name``: a longer column name, or a row's field."""
    if isinstance(base, exp.Column) and not base.args.get("catalog"):
        return exp.Column(this=name, table=base.this, db=base.args.get("table"), catalog=base.args.get("db"))
    return exp.Dot(this=base, expression=name)


def _balanced(kind: type[exp.Connector], terms: list[exp.Expr]) -> exp.Expr:
    """All terms in a tree of small depth, because Python's recursion is limited."""
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return kind(this=_balanced(kind, terms[:middle]), expression=_balanced(kind, terms[middle:]))
