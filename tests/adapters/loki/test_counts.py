"""Counts per bucket: exactly as many numbers as buckets, each from its own bucket, asked for in pieces."""

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.adapters.loki import Loki
from bot.errors import Malformed, TimedOut
from bot.model.logs import LogQuestion
from tests.adapters.loki.conftest import PATIENT, HandWritten, Open, a_question, matrix, says
from tests.serving import Handler

MINUTE = timedelta(minutes=1)
SECOND_NS = 1_000_000_000
BEGIN = 1_795_467_600


def minutes(count: int, **deviations: object) -> LogQuestion:
    return a_question(since_ns=BEGIN * SECOND_NS, until_ns=(BEGIN + 60 * count) * SECOND_NS, **deviations)


def loki_that_counts(lines: list[int], *, longest: int | None = None, refusal: Handler | None = None) -> Handler:
    """Loki's arithmetic: a point at T counts the lines in (T - step, T], and stands at a whole step; without lines there is none."""

    async def answer(request: web.Request) -> web.StreamResponse:
        step = int(request.query["step"].removesuffix("s")) * SECOND_NS
        first, last = int(request.query["start"]) // step * step, -(-int(request.query["end"]) // step) * step
        if longest is not None and (last - first) // step + 1 > longest and refusal:
            return await refusal(request)
        counts = {at: sum(at - step < line <= at for line in lines) for at in range(first, last + 1, step)}
        return await says(matrix(*((at // 1_000_000 / 1000, str(count)) for at, count in counts.items() if count)))(request)

    return answer


async def test_there_is_a_number_for_every_bucket(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = loki_that_counts([(BEGIN + second) * SECOND_NS for second in (-1, 1, 59, 61, 299, 301)])

    assert await loki.counts(minutes(5), MINUTE) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize("shift", [7, 29, 31, 53])
async def test_a_range_off_the_grid_is_counted_on_it(server: HandWritten, loki: Loki, shift: int) -> None:
    lines = [(BEGIN + shift + 60 * minute + 30) * SECOND_NS for minute in range(5)]
    server.answers["query_range"] = loki_that_counts(lines)
    question = a_question(since_ns=(BEGIN + shift) * SECOND_NS, until_ns=(BEGIN + shift + 300) * SECOND_NS)

    counts = await loki.counts(question, MINUTE)

    assert len(counts) == 5
    assert sum(counts) in {4, 5}


async def test_loki_does_the_counting(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says(matrix())

    await loki.counts(minutes(2, containers=("daprd",), literals=("is root",), pod="x"), MINUTE)

    (form,) = server.queries()
    assert form["query"] == 'sum(count_over_time({namespace="dapr-system",container="daprd",pod="x"} |= "is root" [60s]))'
    assert form["step"] == "60s"


async def test_nothing_counted_is_zeros_and_no_range_no_numbers(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says(matrix())

    assert await loki.counts(minutes(3), MINUTE) == (0, 0, 0)
    assert await loki.counts(minutes(0), MINUTE) == ()


async def test_more_points_than_loki_gives_are_asked_for_in_pieces(server: HandWritten, open_loki: Open) -> None:
    lines = [(BEGIN + 60 * minute + 1) * SECOND_NS for minute in range(7)]
    server.answers["query_range"] = loki_that_counts(lines)

    async with open_loki(bounds=replace(PATIENT, points=3)) as loki:
        assert await loki.counts(minutes(7), MINUTE) == (1,) * 7

    assert len(server.queries()) == 3


@pytest.mark.parametrize(
    "refusal",
    [
        says("the query time range exceeds the limit (query length: 744h0m1s, limit: 30d1h)", status=400),
        says("request timed out, decrease the duration of the request", status=504),
    ],
)
async def test_a_range_that_is_too_long_is_halved(server: HandWritten, loki: Loki, refusal: Handler) -> None:
    server.answers["query_range"] = loki_that_counts([(BEGIN + 1) * SECOND_NS], longest=3, refusal=refusal)

    assert await loki.counts(minutes(5), MINUTE) == (1, 0, 0, 0, 0)


async def test_what_stays_too_slow_is_given_up(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = says("request timed out", status=504)

    with pytest.raises(TimedOut, match="request timed out"):
        await loki.counts(minutes(100), MINUTE)

    assert len(server.queries()) == PATIENT.halvings + 1


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-1", "many", ""])
async def test_a_count_that_is_none_is_malformed(server: HandWritten, loki: Loki, value: str) -> None:
    server.answers["query_range"] = says(matrix((BEGIN + 60, value)))

    with pytest.raises(Malformed, match="a count is"):
        await loki.counts(minutes(1), MINUTE)


@pytest.mark.parametrize("at", [0.0, -1e300, 1e300, BEGIN + 1e9])
async def test_a_point_of_another_time_is_not_counted(server: HandWritten, loki: Loki, at: float) -> None:
    server.answers["query_range"] = says(matrix((at, "5")))

    assert await loki.counts(minutes(1), MINUTE) == (0,)


@pytest.mark.parametrize("bucket", [timedelta(0), timedelta(microseconds=1), timedelta(seconds=7), -MINUTE])
async def test_a_range_of_broken_buckets_is_a_mistake_of_ours(loki: Loki, bucket: timedelta) -> None:
    with pytest.raises(ValueError, match="whole"):
        await loki.counts(minutes(1), bucket)
