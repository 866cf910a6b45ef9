"""How Loki says no: which status, and in which words, that are plain text and never JSON."""

from typing import Final

from tests.contract.loki_world import API, MINUTE, SECOND, Case, Loki

HOUR: Final = 60 * MINUTE
BAD: Final = (
    "", "{", "{}x", "word", '{app="x"', "{app=x}", '{app="x"} |= ', '{app="x} ', r'{app="a\.b"}', '{a.b="x"}',
    'sum(count_over_time({app="x"}))', 'sum(count_over_time({app="x"} [5x]))', 'count_over_time({app="x"} |= "y")',
)  # fmt: skip


def is_text(kind: str) -> bool:
    return kind.replace(" ", "").lower() == "text/plain;charset=utf-8"


async def what_is_no_logql_is_a_parse_error(loki: Loki) -> None:
    for query in BAD:
        answer = await loki.query(query)

        assert (answer.status, is_text(answer.kind)) == (400, True), query
        assert answer.text.startswith("parse error"), (query, answer.text)


async def a_syntax_error_tells_its_place(loki: Loki) -> None:
    assert (await loki.query('{app="x"')).text.startswith("parse error at line 1, col 9: syntax error: unexpected $end")
    assert (await loki.query('{app="x"} word')).text.startswith("parse error at line 1, col 11: syntax error: unexpected IDENTIFIER")
    assert (await loki.query('{app="x"}\n|= 5')).text.startswith("parse error at line 2, col 4: syntax error: unexpected NUMBER")


async def a_pattern_that_is_none_is_told_only_to_whoever_wants_no_categories(loki: Loki) -> None:
    """As of 3.7.8. Whoever asks for categories must not send a pattern of which it is not certain."""
    await loki.push((loki.at(seconds=1), "x ( y"), app="x")
    query = loki.selector() + ' |~ "("'

    told, silent = await loki.query(query, categorize=False), await loki.query(query)
    counted = await loki.query(f"sum(count_over_time({query} [1m]))")

    assert (told.status, told.text.startswith("parse error : stage '|~ \"(\"' : error parsing regexp: missing ")) == (400, True)
    assert silent.lines == []
    assert (counted.status, counted.text.startswith("parse error")) == (400, True)


async def a_selector_that_selects_everything_is_refused(loki: Loki) -> None:
    for query in ("{}", '{app=~".*"}', '{app!="x"}', '{app=""}'):
        answer = await loki.query(query)

        assert answer.status == 400
        assert answer.text.startswith("parse error : queries require at least one regexp or equality matcher")


async def more_than_five_thousand_lines_are_refused(loki: Loki) -> None:
    answer = await loki.query(loki.selector(), limit=5001)

    assert (answer.status, is_text(answer.kind)) == (400, True)
    assert answer.text == "max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)"


async def a_limit_and_a_direction_must_be_such(loki: Loki) -> None:
    assert (await loki.query(loki.selector(), limit=0)).text == "limit must be a positive value"
    assert (await loki.query(loki.selector(), limit="x")).text == 'strconv.Atoi: parsing "x": invalid syntax'
    assert (await loki.query(loki.selector(), direction="up")).text == "invalid direction 'up'"


async def an_instant_that_is_none_is_refused_by_its_name(loki: Loki) -> None:
    answer = await loki.query(loki.selector(), start="yesterday")

    assert (answer.status, "could not parse 'start' parameter" in answer.text) == (400, True)


async def an_end_before_the_start_is_refused(loki: Loki) -> None:
    answer = await loki.query(loki.selector(), start=loki.at(minutes=2), end=loki.at(minutes=1))

    assert (answer.status, answer.text) == (400, "end timestamp must not be before or equal to start time")


async def more_than_eleven_thousand_points_are_refused(loki: Loki) -> None:
    query = f"sum(count_over_time({loki.selector()} [1s]))"

    fitting = await loki.query(query, start=loki.now_ns - 11_000 * SECOND, end=loki.now_ns, step=1)
    refused = await loki.query(query, start=loki.now_ns - 11_001 * SECOND, end=loki.now_ns, step=1)

    assert (fitting.status, refused.status) == (200, 400)
    assert refused.text.startswith("exceeded maximum resolution of 11,000 points per time series.")


async def a_range_of_more_than_thirty_days_and_an_hour_is_refused(loki: Loki) -> None:
    longest = 721 * HOUR

    fitting = await loki.query(loki.selector(), start=loki.now_ns - longest, end=loki.now_ns)
    refused = await loki.query(loki.selector(), start=loki.now_ns - 744 * HOUR - SECOND, end=loki.now_ns)

    assert (fitting.status, refused.status) == (200, 400)
    assert refused.text == "the query time range exceeds the limit (query length: 744h0m1s, limit: 30d1h)"


async def what_is_not_there_is_no_page(loki: Loki) -> None:
    answer = await loki.get(f"{API}/nothing")

    assert (answer.status, is_text(answer.kind), answer.text.strip()) == (404, True, "404 page not found")


CASES: Final[tuple[Case, ...]] = (
    what_is_no_logql_is_a_parse_error,
    a_syntax_error_tells_its_place,
    a_pattern_that_is_none_is_told_only_to_whoever_wants_no_categories,
    a_selector_that_selects_everything_is_refused,
    more_than_five_thousand_lines_are_refused,
    a_limit_and_a_direction_must_be_such,
    an_instant_that_is_none_is_refused_by_its_name,
    an_end_before_the_start_is_refused,
    more_than_eleven_thousand_points_are_refused,
    a_range_of_more_than_thirty_days_and_an_hour_is_refused,
    what_is_not_there_is_no_page,
)
