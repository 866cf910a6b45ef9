"""Every death of every course, `make deaths`: before and after each write, with the memory kept and with the database deleted.

`python -m tests.voyage.deaths [--seed S] [--stride N] [--jobs 2] [--course NAME]… [--most N] [--told FILE]` dies at every N-th point. It
prints a line of JSON for each life, by chance this one or that one first, and the table of docs/rotation-faults.md.
"""

import argparse
import asyncio
import itertools
import multiprocessing
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import msgspec
import structlog

from tests.voyage.courses import COURSES
from tests.voyage.mortal import FORGOTTEN, UNCHANGED, Death, Life, is_wrong, lived, writes_of

HEAD: Final = (
    "course",
    "memory",
    "points",
    "pair open",
    "done",
    "rolled back",
    "held, then done or back",
    "nothing changed",
    "over",
    "wrong",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """One life."""

    course: str
    death: Death
    losing_memory: bool


def wished(names: Sequence[str], *, seed: int, stride: int) -> Iterator[Wish]:
    """Every ``stride``-th point of these courses, with and without memory."""
    for name in names:
        deaths = asyncio.run(writes_of(COURSES[name])).deaths(stride=stride, offset=seed)
        for losing_memory in (False, True):
            yield from (Wish(name, death, losing_memory) for death in deaths)


def live(wish: Wish) -> Life:
    """In a process of its own. A life that breaks has its say as a trouble."""
    try:
        return asyncio.run(lived(COURSES[wish.course], wish.death, losing_memory=wish.losing_memory))
    except Exception as error:  # noqa: BLE001 - the campaign goes on, and ends as failed
        broke = (f"broke: {error!r}",)
        return Life(
            course=wish.course,
            at=wish.death.at,
            death="after" if wish.death.after else "before",
            was_open=False,
            lost_memory=wish.losing_memory,
            wanted="",
            end="broken",
            troubles=broke,
        )


def table(lives: Sequence[Life]) -> Iterator[str]:
    """A line for each course, with and without its memory, in Markdown."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|---|---|{'---:|' * (len(HEAD) - 2)}"
    for (course, lost), group in itertools.groupby(lives, key=lambda one: (one.course, one.lost_memory)):
        found = tuple(group)
        ends = Counter(one.end for one in found)
        held = sum(count for end, count in ends.items() if end.startswith("held, then"))
        told = (len(found), sum(one.was_open for one in found), ends["done"], ends["reverted"], held, ends[UNCHANGED], ends[FORGOTTEN])
        cells = (course, "deleted" if lost else "kept", *map(str, told), str(sum(map(is_wrong, found))))
        yield f"| {' | '.join(cells)} |"


def _quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


def _told(path: Path | None) -> dict[Wish, Life]:
    """What an earlier campaign printed."""
    lines = path.read_text(encoding="utf-8").splitlines() if path is not None else []
    lives = [msgspec.json.decode(line, type=Life) for line in lines if line.startswith("{")]
    return {Wish(one.course, Death(one.at, one.death.startswith("after")), one.lost_memory): one for one in lives}


def _lives(wishes: Sequence[Wish], jobs: int) -> Iterator[tuple[Wish, Life]]:
    """Each as soon as those before it are over, and printed."""
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_quiet) as pool:
        for wish, life in zip(wishes, pool.map(live, wishes), strict=True):
            sys.stdout.write(msgspec.json.encode(life).decode() + "\n")
            sys.stdout.flush()
            yield wish, life


def main() -> int:
    """Exit code 1 when a life went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--course", action="append", choices=COURSES, default=[])
    parser.add_argument("--most", type=int, help="so many lives at most, by chance")
    parser.add_argument("--told", type=Path, help="what an earlier campaign printed: those are not lived again")
    arguments = parser.parse_args()
    began = perf_counter()
    _quiet()
    every = list(wished(arguments.course or list(COURSES), seed=arguments.seed, stride=arguments.stride))
    # Whoever stops it early has a fair sample.
    order = random.Random(arguments.seed).sample(every, len(every))  # noqa: S311 - nothing is kept secret by it
    wishes, told = order[: arguments.most], _told(arguments.told)
    lived_now = dict(_lives([one for one in wishes if one not in told], arguments.jobs))
    found = [life for one in every if (life := lived_now.get(one) or told.get(one)) is not None]
    wrong = sum(map(is_wrong, found))
    sys.stdout.write("\n".join([*table(found), ""]))
    sys.stdout.write(f"seed {arguments.seed}, {len(found)} of {len(every)} points, {wrong} wrong, {perf_counter() - began:.0f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
