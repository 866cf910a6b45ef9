"""A bot that dies at any write of a rotation is taken over by the next one; a sample in every run, all of them with `make deaths`."""

import itertools
import random

import pytest

from tests.voyage.mortal import deaths_of, is_wrong, lived, points

APPS = {"orders": 2}
STRIDE = 37


async def test_a_bot_that_dies_is_taken_over_by_the_next_one() -> None:
    writes = await deaths_of(apps=APPS)
    # Reseeded by the seed of this run's order: another sample each time, and the same with the same seed.
    chosen = list(itertools.islice(points(len(writes), stride=STRIDE, offset=random.randrange(STRIDE)), 6))  # noqa: S311

    lives = [await lived(at, after=after, apps=APPS) for at, after in chosen]

    assert [life for life in lives if is_wrong(life)] == []
    assert len(lives) == len(chosen) > 4


@pytest.mark.parametrize("after", [False, True])
async def test_a_pair_that_is_half_written_is_closed_also_by_a_bot_without_any_memory(*, after: bool) -> None:
    writes = await deaths_of(apps=APPS)
    half = writes.index("write_secret") + 1

    life = await lived(half, after=after, losing_memory=True, apps=APPS)

    assert (life["open"], life["end"], life["troubles"], life["keys"]) == (not after, "held, then done", [], True)
