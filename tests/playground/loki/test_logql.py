"""The LogQL of the simulated Loki: what it reads it reads exactly, and the rest of the language it refuses."""

import pytest

from playground.loki import Refusal
from playground.loki.logql import CountQuery, LogQuery, parsed, selector


def log(query: str) -> LogQuery:
    found = parsed(query)
    assert isinstance(found, LogQuery)
    return found


def count(query: str) -> CountQuery:
    found = parsed(query)
    assert isinstance(found, CountQuery)
    return found


@pytest.mark.parametrize(
    ("matcher", "value", "accepted"),
    [
        ('app="x"', "x", True),
        ('app="x"', "xy", False),
        ('app!="x"', "y", True),
        ('app!="x"', "x", False),
        ('app=~"x|yz"', "yz", True),
        ('app=~"x|yz"', "xyz", False),
        ('app=~"x.+"', "x", False),
        ('app=~"x.*"', "x\n", True),
        ('app!~"x|y"', "z", True),
        ('app!~"x|y"', "y", False),
        ('app=~"a\\\\.b"', "a.b", True),
        ('app=~"a\\\\.b"', "axb", False),
        ("app=`a\\b`", "a\\b", True),
    ],
)
def test_a_matcher_is_of_the_whole_value(matcher: str, value: str, *, accepted: bool) -> None:
    assert log(f'{{{matcher}, on="y"}}').selects({"app": value, "on": "y"}) is accepted


def test_every_matcher_must_accept_and_a_label_that_is_not_there_is_empty() -> None:
    query = log('{app="x", pod="", zone!="a"}')

    assert query.selects({"app": "x"})
    assert not query.selects({"app": "x", "pod": "p"})
    assert not query.selects({"app": "x", "zone": "a"})
    assert not query.selects({})


def test_every_filter_must_keep_the_line() -> None:
    query = log('{app="x"} |= "a.b" |~ "one|t\\\\(wo" | pod="p" | zone=~"a|b"')

    assert query.keeps("a.b t(wo", {"pod": "p", "zone": "a"})
    assert not query.keeps("axb one", {"pod": "p", "zone": "a"})
    assert not query.keeps("a.b two", {"pod": "p", "zone": "a"})
    assert not query.keeps("a.b one", {"pod": "q", "zone": "a"})
    assert not query.keeps("a.b one", {"pod": "p"})


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("5m", 300), ("1h30m", 5400), ("90s", 90), ("1d", 86400), ("500ms", 0.5), ("1w2d", 9 * 86400), ("1y", 365 * 86400)],
)
def test_a_count_has_a_range(written: str, seconds: float) -> None:
    assert count(f'sum(count_over_time({{app="x"}} |= "y" [{written}]))').range_ns == seconds * 1e9


def test_a_count_may_have_an_offset() -> None:
    assert count('sum(count_over_time({app="x"}[5m] offset 1m500ms))').offset_ns == 60.5 * 1e9
    assert count('sum(count_over_time({app="x"}[5m]))').offset_ns == 0


def test_a_count_may_be_by_labels() -> None:
    assert count('sum by (pod, namespace) (count_over_time({app="x"}[5m]))').by == ("pod", "namespace")
    assert count('sum(count_over_time({app="x"}[5m]))').by == ()


@pytest.mark.parametrize(
    "query",
    [
        '{app="x"} != "y"',
        '{app="x"} !~ "y"',
        '{app="x"} | json',
        '{app="x"} | logfmt | level="error"',
        '{app="x"} | level="a" or level="b"',
        '{app="x"} | size > 5',
        '{app="x"} |= "a" or "b"',
        '{app="x"} |= ip("10.0.0.1")',
        '{app="x"} | line_format "y"',
        '{app="x"} # a comment',
        '({app="x"})',
        '{app="x",}',
        '{app="x"}[5m]',
        'rate({app="x"}[5m])',
        'count_over_time({app="x"}[5m])',
        'sum(rate({app="x"}[5m]))',
        'sum(count_over_time({app="x"}[5m])) by (pod)',
        'sum without (pod) (count_over_time({app="x"}[5m]))',
        'sum by () (count_over_time({app="x"}[5m]))',
        'sum(count_over_time({app="x"}[5m] offset -1m))',
        'sum(count_over_time({app="x"}[5m] offset 1ns))',
        'sum(count_over_time({app="x"}[5m] offset 5))',
        'sum(count_over_time({app="x"}[5m])) > 1',
        'sum(count_over_time({app="x"}[5m])) {app="x"}',
        'topk(5, sum by (pod) (count_over_time({app="x"}[5m])))',
        "vector(1)",
    ],
)
def test_what_is_logql_but_not_simulated_is_refused(query: str) -> None:
    with pytest.raises(Refusal, match=r"^parse error") as caught:
        parsed(query)

    assert caught.value.status == 400


@pytest.mark.parametrize("pattern", ["(a|b)", "a+", "a.b", "[ab]", "^a", "a$", r"\d", r"\ba", "a{2}", "(?i)a", "a.+?"])
def test_a_pattern_of_more_than_literals_is_refused(pattern: str) -> None:
    for query in (f'{{app="x"}} |~ `{pattern}`', f"{{app=~`{pattern}`}}"):
        with pytest.raises(Refusal, match="error parsing regexp"):
            parsed(query)


@pytest.mark.parametrize("pattern", ["(", "[a-", "\\", "a)"])
def test_a_pattern_that_is_none_is_an_error_but_in_a_line_filter_a_matter_of_the_answer(pattern: str) -> None:
    for query in (f"{{app=~`{pattern}`}}", f'sum(count_over_time({{app="x"}} |~ `{pattern}` [1m]))'):
        with pytest.raises(Refusal, match="error parsing regexp"):
            parsed(query)

    assert "error parsing regexp" in str(log(f'{{app="x"}} |~ `{pattern}`').unreadable)


def test_wildcards_are_for_matchers_only() -> None:
    assert log('{app=~"a.+"}').selects({"app": "ab"})
    with pytest.raises(Refusal, match="error parsing regexp"):
        parsed('{app="x"} |~ "a.+"')


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ('{app="x"', "line 1, col 9: syntax error: unexpected \\$end"),
        ('{app="x"} |= "y', "line 1, col 14: literal not terminated"),
        ("{app=`x", "line 1, col 6: literal not terminated"),
        (r'{app="\d"}', "line 1, col 6: invalid char escape"),
        ('\n{app="x"}\n  word', "line 3, col 3: syntax error: unexpected IDENTIFIER"),
        ('{app="x"} | json', "line 1, col 13: syntax error: unexpected json"),
        ('{app="x"} sum', "line 1, col 11: syntax error: unexpected SUM"),
        ('sum(count_over_time({app="x"}[5]))', "line 1, col 30: not a valid duration string"),
        ('sum(count_over_time({app="x"}[]))', "line 1, col 30: empty duration string"),
        ('sum(count_over_time({app="x"}[5m', "line 1, col 30: missing closing"),
        ("{app=5}", "line 1, col 6: syntax error: unexpected NUMBER"),
        ('{app="x"} § ', "line 1, col 11: syntax error: unexpected IDENTIFIER"),
    ],
)
def test_an_error_says_where_it_is(query: str, place: str) -> None:
    with pytest.raises(Refusal, match=f"^parse error at {place}"):
        parsed(query)


def test_too_long_a_query_is_refused() -> None:
    with pytest.raises(Refusal, match=r"^parse error : input size too long \(131072 > 131072\)"):
        parsed("{" + "x" * 131071)


@pytest.mark.parametrize("query", ["{}", '{app=~".*"}', '{app!="x"}', '{app=~"|x"}', 'sum(count_over_time({app=""}[5m]))'])
def test_a_query_of_every_stream_is_refused(query: str) -> None:
    with pytest.raises(Refusal, match=r"^parse error : queries require at least one"):
        parsed(query)


def test_a_selector_has_no_filters() -> None:
    assert selector('{app="x"}').selects({"app": "x"})
    for query in ('{app="x"} |= "y"', '{app="x"} | pod="p"', 'sum(count_over_time({app="x"}[5m]))'):
        with pytest.raises(Refusal, match="only label matchers are supported"):
            selector(query)
