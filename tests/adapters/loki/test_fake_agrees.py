"""The fake answers as the adapter does, whatever is held and asked."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import TimedOut
from bot.model.logs import LogLine
from tests.adapters.loki.conftest import a_question
from tests.adapters.loki.test_paging import END, SMALL, Model, read, some_lines
from tests.fakes.logs import FakeLogs

times = st.lists(st.integers(0, 12) | st.integers(0, END - 1), max_size=40)


@given(times=times, limit=st.integers(1, 50), page=st.integers(1, 12), since=st.integers(0, 10))
def test_lines_are_cut_at_the_same_place(times: list[int], limit: int, page: int, since: int) -> None:
    held = some_lines(*times)
    fake = FakeLogs(held=[replace_place(one.line) for one in held], crowd=page)
    question = a_question(limit=limit, since_ns=since)

    answer = asyncio.run(fake.lines(question))
    real = asyncio.run(read(Model(held), replace(SMALL, page_lines=page), limit=limit, since_ns=since))

    assert (answer.read_until_ns, answer.dropped) == (real.read_until_ns, real.dropped)
    assert [(line.at_ns, line.text) for line in answer.lines] == [(line.at_ns, line.text) for line in real.lines]


def replace_place(line: LogLine) -> LogLine:
    return LogLine(at_ns=line.at_ns, text=line.text, namespace="dapr-system", pod="p", container="c")


async def test_it_looks_at_everything_that_is_asked() -> None:
    lines = [
        LogLine(at_ns=at, text=text, namespace=namespace, pod=pod, container=container)
        for at, text, namespace, pod, container in [
            (1, "ab", "n", "p", "c"),
            (2, "bc", "n", "p", "d"),
            (3, "ab", "m", "p", "c"),
            (4, "ab", "n", "q", "c"),
            (9, "ab", "n", "p", "c"),
        ]
    ]
    fake = FakeLogs(held=lines[::-1])

    answer = await fake.lines(a_question(namespace="n", pod="p", containers=("c", "x"), literals=("a", "z"), until_ns=9))

    assert answer.lines == (lines[0],)
    assert answer.read_until_ns == 9
    assert await fake.counts(a_question(namespace="n", until_ns=10_000), timedelta(microseconds=5)) == (4, 0)
    assert [method for method, _ in fake.asked] == ["lines", "counts"]


async def test_it_can_be_unable() -> None:
    fake = FakeLogs(unable={"lines": TimedOut("slow")})

    with pytest.raises(TimedOut):
        await fake.lines(a_question())
    assert (await fake.labels()).namespace == "namespace"
