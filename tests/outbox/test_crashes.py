"""Killed at a thousand chosen steps: nothing is lost, and only a death between effect and answer can say something twice."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.adapters.store.migration import migrate
from playground.slack.workspace import HISTORY_SCOPES
from tests.outbox.story import in_mind, on_disk
from tests.outbox.tally import Tally, disturbed, one_story, undisturbed

SEEDS = range(100)
MORE_SEEDS = range(100, 400)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "memory.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine, path)
    engine.dispose()
    return path


@pytest.mark.parametrize("seed", SEEDS[::2])
async def test_whoever_may_read_the_history_loses_nothing_and_says_nothing_twice(seed: int, tmp_path: Path, template: Path) -> None:
    plain = await undisturbed(seed)
    killed = await disturbed(seed, on_disk(tmp_path, template), plain.reaper.path, *HISTORY_SCOPES)

    assert killed.reaper.deaths
    assert killed.texts == plain.texts
    assert set(killed.marks.values()) == {1}


@pytest.mark.parametrize("seed", SEEDS[1::2])
async def test_whoever_may_not_loses_nothing_and_repeats_only_what_was_cut_off(seed: int, tmp_path: Path, template: Path) -> None:
    plain = await undisturbed(seed)
    killed = await disturbed(seed, on_disk(tmp_path, template), plain.reaper.path)

    lost = plain.texts - killed.texts
    repeated = sum(killed.marks.values()) - len(killed.marks)
    assert not lost
    assert repeated == killed.reaper.orphans


async def test_the_stories_do_cut_off_what_cannot_be_known() -> None:
    """Else the two promises above would be cheap."""
    orphans = 0
    for seed in SEEDS:
        plain = await undisturbed(seed)
        orphans += (await disturbed(seed, in_mind(), plain.reaper.path)).reaper.orphans

    assert orphans >= len(SEEDS) / 4


@pytest.mark.parametrize("scopes", [HISTORY_SCOPES, ()])
async def test_nine_hundred_deaths_more_lose_nothing(scopes: tuple[str, ...]) -> None:
    """In memory: what a disk adds is told by the stories above. `make kills` tells all of them on a disk."""
    total = Tally()
    for seed in MORE_SEEDS[::2] if scopes else MORE_SEEDS[1::2]:
        total += await one_story(seed, in_mind(), *scopes)

    assert (total.lost, total.repeated if scopes else 0) == (0, 0)
    assert total.deaths >= 400
