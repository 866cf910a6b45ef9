"""Fifty real processes, fifty real `kill -9`: nothing is lost, and what was said already is found again."""

from pathlib import Path

from tests.outbox.tally import nines

MEMORIES = 10
KILLS_EACH = 5


async def test_fifty_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    total = await nines(range(MEMORIES), tmp_path, KILLS_EACH)

    print(f"kill -9: {total}")  # noqa: T201 - the figure that is asked for
    assert (total.deaths, total.lost, total.repeated) == (MEMORIES * KILLS_EACH, 0, 0)
