"""A thousand crash points on a real disk: `python -m tests.outbox.campaign [SEED] [STORIES]` prints the figures."""

import asyncio
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import structlog
from sqlalchemy import create_engine

from bot.adapters.store.migration import migrate
from playground.slack.workspace import HISTORY_SCOPES
from tests.outbox.story import on_disk
from tests.outbox.tally import Tally, nines, one_story

STORIES = 334
PROCESSES = 10
KILLS_EACH = 5


async def tell(seed: int, stories: int) -> bool:
    """Whether nothing was lost, and nothing repeated where the history may be read."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        template = folder / "template.sqlite3"
        engine = create_engine(f"sqlite:///{template}")
        migrate(engine, template)
        engine.dispose()
        readable, blind = Tally(), Tally()
        for one in range(seed, seed + stories):
            for granted in (True, False):
                own = folder / f"{one}-{granted}"
                own.mkdir()
                tally = await one_story(one, on_disk(own, template), *(HISTORY_SCOPES if granted else ()))
                readable, blind = (readable + tally, blind) if granted else (readable, blind + tally)
        real = await nines(range(seed, seed + PROCESSES), folder, KILLS_EACH)
    print(f"seeded crash points, history granted:     {readable}")  # noqa: T201 - the figures
    print(f"seeded crash points, history not granted: {blind}")  # noqa: T201 - the figures
    print(f"kill -9 of real processes:                {real}")  # noqa: T201 - the figures
    return not (readable.lost or readable.repeated or blind.lost or real.lost or real.repeated)


def main() -> None:
    """Exit code 1 when a promise was broken."""
    given = [int(word) for word in sys.argv[1:]]
    seed, stories = given[0] if given else 0, given[1] if len(given) > 1 else STORIES
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    began = perf_counter()
    good = asyncio.run(tell(seed, stories))
    print(f"seed {seed}, {stories} stories told twice, {perf_counter() - began:.0f} s")  # noqa: T201 - the figures
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
