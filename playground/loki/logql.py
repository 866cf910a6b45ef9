"""LogQL as far as the bot's client speaks it: what a query is, read strictly. Everything else is a parse error.

query     = log | "sum" [ "by" "(" name { "," name } ")" ] "(" count ")"
count     = "count_over_time" "(" log RANGE ")"
log       = "{" matcher { "," matcher } "}" { ( "|=" | "|~" ) STRING | "|" matcher }
matcher   = name ( "=" | "!=" | "=~" | "!~" ) STRING
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playground.loki import durations, lexing, regexes
from playground.loki.lexing import Token
from playground.loki.refusals import Refusal, parse_error

_OPERATORS: Final = frozenset({"=", "!=", "=~", "!~"})
_LONGEST: Final = 131072
_TOO_WIDE: Final = (
    "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, "
    'app=~".*" does not meet this requirement, but app=~".+" will'
)


@dataclass(frozen=True, slots=True)
class Matcher:
    """``name operator value``; ``pattern`` is there for =~ and !~ and must match the whole value."""

    name: str
    operator: str
    value: str
    pattern: re.Pattern[str] | None = None

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """A label that is not there is an empty one."""
        value = labels.get(self.name, "")
        same = self.pattern.fullmatch(value) is not None if self.pattern else value == self.value
        return same is not self.operator.startswith("!")


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Streams of ``matchers``, lines in which each of ``contained`` is found, whose labels and metadata ``filters`` accept.

    ``unreadable``: what is to be said of a line filter's pattern that is none.
    """

    matchers: tuple[Matcher, ...]
    contained: tuple[re.Pattern[str], ...] = ()
    filters: tuple[Matcher, ...] = ()
    unreadable: Refusal | None = None

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Whether the stream is meant."""
        return all(one.accepts(labels) for one in self.matchers)

    def keeps(self, line: str, labels: Mapping[str, str]) -> bool:
        """Whether the line is; ``labels`` are the stream's and its structured metadata."""
        return all(one.search(line) for one in self.contained) and all(one.accepts(labels) for one in self.filters)


@dataclass(frozen=True, slots=True)
class CountQuery:
    """How many lines of ``log`` within ``range_ns`` before ``offset_ns`` ago, one series for each combination of the labels ``by``."""

    log: LogQuery
    range_ns: int
    offset_ns: int = 0
    by: tuple[str, ...] = ()


def parsed(query: str) -> LogQuery | CountQuery:
    """A query of the two kinds. Refusal 400 for anything else."""
    size = len(query.encode())
    if size >= _LONGEST:
        raise parse_error(f"input size too long ({size} > {_LONGEST})")
    parser = _Parser(query)
    found = parser.count_query() if parser.now.kind == "sum" else parser.log_query()
    parser.take(lexing.END)
    log = found.log if isinstance(found, CountQuery) else found
    if log.unreadable and log is not found:
        raise log.unreadable
    if all(one.accepts({}) for one in log.matchers):
        raise parse_error(_TOO_WIDE)
    return found


def selector(query: str) -> LogQuery:
    """What labels and series are asked with: matchers alone. Refusal 400 for anything else."""
    found = parsed(query)
    if not isinstance(found, LogQuery) or found.contained or found.filters or found.unreadable:
        raise Refusal(400, "only label matchers are supported")
    return found


class _Parser:
    def __init__(self, query: str) -> None:
        self._tokens = lexing.tokens(query)
        self.now = next(self._tokens)

    def take(self, kind: str) -> Token:
        """This token, and go on; a syntax error when it is of another kind."""
        taken = self.now
        if taken.kind != kind:
            raise self.unexpected()
        if kind != lexing.END:
            self.now = next(self._tokens)
        return taken

    def unexpected(self) -> Refusal:
        kind = self.now.kind.upper() if self.now.kind in ("sum", "count_over_time") else self.now.kind
        return parse_error(f"syntax error: unexpected {kind}", self.now.line, self.now.column)

    def count_query(self) -> CountQuery:
        self.take("sum")
        by: tuple[str, ...] = ()
        if self.now.kind == "by":
            self.take("by")
            by = self._names()
        for kind in ("(", "count_over_time", "("):
            self.take(kind)
        log = self.log_query()
        span, offset = self._duration(lexing.RANGE), 0
        if self.now.kind == "offset":
            self.take("offset")
            offset = self._duration(lexing.DURATION)
        for kind in (")", ")"):
            self.take(kind)
        return CountQuery(log, span, offset, by)

    def log_query(self) -> LogQuery:
        self.take("{")
        matchers = [] if self.now.kind == "}" else [self._matcher()]
        while self.now.kind == ",":
            self.take(",")
            matchers.append(self._matcher())
        self.take("}")
        contained: list[re.Pattern[str]] = []
        filters: list[Matcher] = []
        unreadable: Refusal | None = None
        while self.now.kind in ("|=", "|~", "|"):
            sign = self.take(self.now.kind).kind
            if sign == "|":
                filters.append(self._matcher())
                continue
            text = self.take(lexing.STRING).text
            if sign == "|~" and (problem := regexes.no_pattern(text)):
                unreadable = unreadable or problem
                continue
            contained.append(regexes.compiled(text, wild=False) if sign == "|~" else re.compile(re.escape(text)))
        return LogQuery(tuple(matchers), tuple(contained), tuple(filters), unreadable)

    def _duration(self, kind: str) -> int:
        length = self.take(kind)
        span = durations.read(length.text)
        if span is None:
            what = f'not a valid duration string: "{length.text}"' if length.text else "empty duration string"
            raise parse_error(what, length.line, length.column)
        return span

    def _names(self) -> tuple[str, ...]:
        self.take("(")
        names = [self.take(lexing.IDENTIFIER).text]
        while self.now.kind == ",":
            self.take(",")
            names.append(self.take(lexing.IDENTIFIER).text)
        self.take(")")
        return tuple(names)

    def _matcher(self) -> Matcher:
        name = self.take(lexing.IDENTIFIER).text
        if self.now.kind not in _OPERATORS:
            raise self.unexpected()
        operator = self.take(self.now.kind).kind
        value = self.take(lexing.STRING).text
        return Matcher(name, operator, value, regexes.compiled(value, wild=True) if operator.endswith("~") else None)
