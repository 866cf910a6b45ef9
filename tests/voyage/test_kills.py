"""A bot that dies at any write of a rotation is taken over by the next one; a sample in every run, all of them with `make deaths`."""

import random

import pytest

from tests.voyage.courses import COURSES, CROSS_SIGNED, Course
from tests.voyage.faults import SEED
from tests.voyage.mortal import Death, is_wrong, lived, writes_of


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
async def test_a_bot_that_dies_is_taken_over_by_the_next_one(course: Course) -> None:
    writes = await writes_of(course)
    # Reseeded by the seed of this run's order: another sample each time, and the same with the same seed.
    death, losing_memory = random.choice(writes.deaths()), bool(random.randrange(2))  # noqa: S311

    life = await lived(course, death, losing_memory=losing_memory)

    assert life.death
    assert not is_wrong(life), life


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
async def test_a_pair_that_is_half_written_is_closed_also_by_a_bot_without_any_memory(course: Course) -> None:
    # The first pair of the way back has the same roots: it is the second one that is open for a moment.
    death = Death(at=2 if course.back else 1, of="write_secret")

    life = await lived(course, death, losing_memory=True)

    assert (life.was_open, life.end, life.troubles) == (True, f"held, then {course.end.value}", ())


async def test_a_pair_that_was_just_written_is_found_by_a_bot_without_any_memory() -> None:
    life = await lived(CROSS_SIGNED, Death(at=1, after=True, of="write_secret"), losing_memory=True)

    assert (life.was_open, life.end, life.troubles) == (False, "held, then done", ())


@pytest.mark.parametrize("course", random.Random(SEED).sample(list(COURSES.values()), 2), ids=lambda one: one.name)  # noqa: S311
async def test_a_bot_that_dies_while_it_takes_a_half_written_pair_over_is_taken_over_too(course: Course) -> None:
    first = Death(at=2 if course.back else 1, of="write_secret")
    # Its Lease, the run that it found, what that is about, its first write: one of those.
    again = random.choice([Death(at, after) for at in range(1, 6) for after in (False, True)])  # noqa: S311

    life = await lived(course, first, losing_memory=True, again=again)

    assert (life.was_open, life.end, life.troubles) == (True, f"held, then {course.end.value}", ())
    assert life.death.count(", ") == 1
