"""Paging against a model of Loki: whatever the pages, no line is lost and none comes twice, and what could not be had is said."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.loki import errors, paging
from bot.adapters.loki.answers import Found, Page
from bot.adapters.loki.bounds import Bounds
from bot.errors import BotError, Forbidden, Malformed, Throttled, TimedOut
from bot.model.logs import LogAnswer, LogLine
from tests.adapters.loki.conftest import a_question

SMALL = Bounds(call_seconds=5.0, page_lines=3, pages=1_000, halvings=3)
END = 1_000


def a_line(at_ns: int, text: str = "") -> Found:
    line = LogLine(at_ns=at_ns, text=text)
    return Found(line=line, key=(at_ns, text, frozenset(), frozenset()))


def some_lines(*at: int) -> list[Found]:
    return [a_line(at_ns, f"{number}") for number, at_ns in enumerate(at)]


@dataclass
class Model:
    """The oldest lines of a window, as Loki gives them. ``longest``, ``largest``: windows and pages beyond are too much for it."""

    held: Sequence[Found]
    size: int = 0
    longest: int = END
    largest: int = END
    too_long: type[BotError] = TimedOut
    failing_after: int = 1_000_000
    failure: BotError = field(default_factory=lambda: Throttled("wait"))
    asked: list[tuple[int, int, int]] = field(default_factory=list)

    async def ask(self, since_ns: int, until_ns: int, most: int) -> Page:
        self.asked.append((since_ns, until_ns, most))
        if len(self.asked) > self.failing_after:
            raise self.failure
        if until_ns - since_ns > self.longest:
            raise self.too_long("too long")
        inside = sorted((one for one in self.held if since_ns <= one.line.at_ns < until_ns), key=lambda one: one.line.at_ns)[:most]
        if len(inside) > self.largest:
            raise errors.TooLarge("too large")
        return Page(found=tuple(inside), size=self.size)


async def read(model: Model, bounds: Bounds = SMALL, **question: int) -> LogAnswer:
    return await paging.read(model.ask, a_question(**question), bounds)


async def read_all(model: Model, bounds: Bounds, limit: int) -> tuple[list[LogLine], bool]:
    """Question after question, each beginning where the one before ended."""
    lines: list[LogLine] = []
    since, dropped = 0, False
    while since < END:
        answer = await read(model, bounds, since_ns=since, limit=limit)
        assert since < answer.read_until_ns <= END
        assert len(answer.lines) <= limit
        assert all(since <= line.at_ns < answer.read_until_ns for line in answer.lines)
        lines += answer.lines
        since, dropped = answer.read_until_ns, dropped or answer.dropped
    return lines, dropped


held = st.lists(st.integers(0, 12) | st.integers(0, END - 1), max_size=40).map(lambda found: some_lines(*found))
limits = st.integers(1, 50)
pages = st.integers(1, 12)


@given(held=held, limit=limits, page=pages, largest=st.integers(1, 12), longest=st.integers(60, END), budget=st.integers(1, 60))
def test_no_line_is_lost_and_none_comes_twice(held: list[Found], limit: int, page: int, largest: int, longest: int, budget: int) -> None:
    model = Model(held, largest=largest, longest=longest, too_long=errors.RangeTooLong)
    bounds = replace(SMALL, page_lines=page, pages=budget + 12)

    lines, dropped = asyncio.run(read_all(model, bounds, limit))

    wanted = Counter(one.line for one in held)
    crowd = max(Counter(one.line.at_ns for one in held).values(), default=0)
    assert lines == sorted(lines, key=lambda line: line.at_ns)
    assert not Counter(lines) - wanted
    assert dropped or Counter(lines) == wanted
    if crowd < min(limit, page, largest):
        assert not dropped


@given(held=held, limit=limits, page=pages)
def test_an_answer_that_is_whole_holds_the_oldest_lines(held: list[Found], limit: int, page: int) -> None:
    answer = asyncio.run(read(Model(held), replace(SMALL, page_lines=page), limit=limit))

    oldest = sorted((one.line for one in held), key=lambda line: line.at_ns)
    if not answer.dropped:
        assert list(answer.lines) == [line for line in oldest if line.at_ns < answer.read_until_ns]
    if len(held) <= limit and not answer.dropped:
        assert answer.read_until_ns == END


async def test_lines_of_one_nanosecond_over_two_pages_come_once() -> None:
    answer = await read(Model(some_lines(5, 7, 7, 7, 9)), replace(SMALL, page_lines=4))

    assert [line.text for line in answer.lines] == ["0", "1", "2", "3", "4"]
    assert (answer.read_until_ns, answer.dropped) == (END, False)


async def test_a_nanosecond_that_no_page_holds_is_passed_over_and_said() -> None:
    model = Model(some_lines(7, 7, 7, 7, 7, 8))

    answer = await read(model)

    assert [line.text for line in answer.lines] == ["0", "1", "2", "5"]
    assert (answer.read_until_ns, answer.dropped) == (END, True)
    assert len(model.asked) < 5


async def test_a_nanosecond_that_just_fits_a_page_drops_nothing_before_its_neighbour() -> None:
    answer = await read(Model(some_lines(6, 7, 7, 9)))

    assert len(answer.lines) == 4
    assert not answer.dropped


async def test_at_the_limit_the_last_nanosecond_is_left_to_the_next_question() -> None:
    answer = await read(Model(some_lines(5, 7, 7, 9)), limit=2)

    assert [line.at_ns for line in answer.lines] == [5]
    assert (answer.read_until_ns, answer.dropped) == (7, False)


async def test_a_limit_smaller_than_one_nanosecond_gives_what_it_can_and_says_so() -> None:
    answer = await read(Model(some_lines(7, 7, 7)), limit=2)

    assert len(answer.lines) == 2
    assert (answer.read_until_ns, answer.dropped) == (8, True)


async def test_as_many_lines_as_the_limit_are_everything() -> None:
    answer = await read(Model(some_lines(7, 7)), limit=2)

    assert len(answer.lines) == 2
    assert (answer.read_until_ns, answer.dropped) == (END, False)


async def test_what_is_too_slow_is_asked_in_shorter_windows() -> None:
    model = Model(some_lines(5, 300, 900), longest=250)

    answer = await read(model)

    assert len(answer.lines) == 3
    assert model.asked[:3] == [(0, 1000, 3), (0, 500, 3), (0, 250, 3)]
    assert answer.read_until_ns == END


async def test_what_stays_too_slow_is_given_up_after_a_few_windows() -> None:
    model = Model(some_lines(5), longest=1)

    with pytest.raises(TimedOut):
        await read(model)

    assert [until - since for since, until, _ in model.asked] == [1000, 500, 250, 125]


async def test_what_was_read_before_it_went_wrong_is_not_lost() -> None:
    answer = await read(Model(some_lines(5, 6, 7, 8, 9), failing_after=1), limit=100)

    assert [line.at_ns for line in answer.lines] == [5, 6]
    assert (answer.read_until_ns, answer.dropped) == (7, False)


async def test_what_went_wrong_at_once_is_an_error() -> None:
    with pytest.raises(Throttled):
        await read(Model(some_lines(5), failing_after=0))


async def test_what_went_wrong_for_good_is_an_error_however_much_was_read() -> None:
    with pytest.raises(Forbidden):
        await read(Model(some_lines(5, 6, 7, 8), failing_after=1, failure=Forbidden("no")))


async def test_the_deadline_of_the_call_ends_it_with_what_was_read() -> None:
    model = Model(some_lines(5, 6, 7, 8))

    async def ask(since_ns: int, until_ns: int, most: int) -> Page:
        if model.asked:
            await asyncio.Event().wait()
        return await model.ask(since_ns, until_ns, most)

    answer = await paging.read(ask, a_question(), replace(SMALL, call_seconds=0.05))

    assert [line.at_ns for line in answer.lines] == [5, 6]
    assert answer.read_until_ns == 7


async def test_the_deadline_of_the_call_is_an_error_when_nothing_was_read() -> None:
    async def ask(since_ns: int, until_ns: int, most: int) -> Page:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TimedOut, match=r"within 0\.05 s"):
        await paging.read(ask, a_question(), replace(SMALL, call_seconds=0.05))


async def test_bytes_are_a_budget_as_well() -> None:
    answer = await read(Model(some_lines(*range(100)), size=40), replace(SMALL, call_bytes=100))

    assert 2 <= len(answer.lines) < 10
    assert answer.read_until_ns == answer.lines[-1].at_ns + 1


async def test_pages_are_a_budget_and_spending_it_on_nothing_is_an_error() -> None:
    model = Model(some_lines(5), longest=1, too_long=errors.RangeTooLong)

    with pytest.raises(TimedOut, match="within 2 requests"):
        await read(model, replace(SMALL, pages=2))


async def test_a_loki_that_allows_fewer_lines_gets_smaller_questions() -> None:
    held = some_lines(5, 6, 7, 8, 9)
    model = Model(held)

    async def ask(since_ns: int, until_ns: int, most: int) -> Page:
        if most > 2:
            model.asked.append((since_ns, until_ns, most))
            raise errors.TooManyEntries("too many", most=2)
        return await model.ask(since_ns, until_ns, most)

    answer = await paging.read(ask, a_question(), SMALL)

    assert len(answer.lines) == 5
    assert [most for *_, most in model.asked].count(3) == 1


async def test_a_loki_that_allows_nothing_is_not_asked_for_ever() -> None:
    async def ask(since_ns: int, until_ns: int, most: int) -> Page:
        raise errors.TooManyEntries("too many", most=9)

    with pytest.raises(errors.TooManyEntries):
        await paging.read(ask, a_question(), SMALL)


async def test_a_line_that_is_too_large_on_its_own_is_an_error() -> None:
    with pytest.raises(Malformed, match="too large"):
        await read(Model(some_lines(5), largest=0))


async def test_the_same_line_over_and_over_ends() -> None:
    async def ask(since_ns: int, until_ns: int, most: int) -> Page:
        return Page(found=(a_line(since_ns, "again"),) * most, size=1)

    answer = await paging.read(ask, a_question(until_ns=50), SMALL)

    assert answer.dropped
    assert len(answer.lines) == 50
