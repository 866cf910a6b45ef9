"""A sweep is due when the rotation stands otherwise than before, and not with each entry of its journal."""

from dataclasses import dataclass, field

import msgspec

from bot.errors import Unreachable
from bot.model.alert import Rotating
from bot.model.run import Commanded, Way
from bot.rotation.progress import glance
from bot.usecases.heeding import Heed
from tests.cards import NOW
from tests.runs import RUN, a_file, counted, done_before, finished, held


@dataclass
class Journal:
    newest: Rotating | None = None
    trouble: Exception | None = None
    swept: int = 0
    heed: Heed = field(init=False)

    def __post_init__(self) -> None:
        self.heed = Heed(rotating=self._rotating, heard=set(), changed=self._sweep)

    async def has(self, *events: object) -> int:
        """How many sweeps were due since the beginning."""
        self.newest = glance(a_file(*events), NOW)  # type: ignore[arg-type]
        await self.heed.look()
        return self.swept

    async def _rotating(self) -> Rotating | None:
        if self.trouble is not None:
            raise self.trouble
        return self.newest

    def _sweep(self) -> None:
        self.swept += 1


async def test_a_step_a_hold_and_the_end_are_each_heeded_once() -> None:
    journal = Journal()
    before = done_before("sentry")

    seen = [
        await journal.has(),
        await journal.has(*before),
        await journal.has(*before, counted("sentry", number=1)),
        await journal.has(*before, counted("sentry", number=2)),
        await journal.has(*before, held("sentry")),
        await journal.has(*before, finished()),
        await journal.has(*before, finished()),
    ]

    assert seen == [1, 2, 2, 2, 3, 4, 4]


async def test_a_journal_that_cannot_be_read_is_left_to_the_next_sweep() -> None:
    journal = Journal(trouble=Unreachable("the store is away"))

    await journal.heed.look()

    assert journal.swept == 0


async def test_a_bug_in_what_is_read_ends_neither_the_heeding_nor_the_bot() -> None:
    journal = Journal(trouble=KeyError("a bug"))

    await journal.heed.look()
    journal.trouble = None

    assert (journal.swept, await journal.has(held("sentry"))) == (0, 1)


def test_at_a_glance_a_run_is_its_step_and_its_end() -> None:
    under_way, over = glance(a_file(*done_before("sentry")), NOW), glance(a_file(finished()), NOW)

    assert (under_way.run, under_way.stand, under_way.number, under_way.ended_at) == (RUN, "running", 5, None)
    assert (over.stand, over.ended_at is not None) == ("done", True)


def test_at_a_glance_a_run_is_what_it_is_for_and_whether_it_goes_back() -> None:
    forth, back = glance(a_file(), NOW), glance(a_file(*done_before("sentry"), Commanded(way=Way.REVERT)), NOW)

    assert (forth.kind, forth.back) == ("cross-signed", False)
    assert (back.back, back.number, back.of) == (True, 1, 4)


def test_a_card_from_before_that_was_kept_can_be_read() -> None:
    before = b'{"run":"r1","stand":"done","number":12,"of":12,"begun_at":"2026-11-23T09:00:00Z"}'

    assert (msgspec.json.decode(before, type=Rotating).kind, msgspec.json.decode(before, type=Rotating).back) == ("", False)
