"""Keeping the last good pair: what is kept, when, and what is told where that is not possible."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.sealing import AesGcmSeal
from bot.errors import Forbidden, Missing, Permanent, TimedOut, Unreachable
from bot.model.backup import read_note
from bot.model.observed import Observed, Unobserved
from bot.model.snapshot import Snapshot
from bot.ports import Seal
from bot.rotation.vault import Backup
from bot.usecases.keep_pair import Keeper, last_good
from tests.builders import A_CA, ANOTHER_CA, a_ca, a_configmap, a_secret, a_snapshot, accepted, days, unobserved
from tests.certificates import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.safe import FakeSafe
from tests.kept import a_backup, a_pair

A_SEAL = AesGcmSeal(b"k" * 32)


@dataclass
class Warden:
    """A keeper, and what it works on."""

    safe: FakeSafe = field(default_factory=FakeSafe)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    seal: Seal = A_SEAL
    running: bool = False

    def __post_init__(self) -> None:
        self.keeper = Keeper(safe=self.safe, seal=self.seal, clock=self.clock, is_running=self._is_running)

    async def _is_running(self) -> bool:
        return self.running

    async def look(self, seen: Snapshot | None = None, *, later: timedelta = timedelta()) -> None:
        self.clock.advance(later)
        await self.keeper.look(seen or a_snapshot())

    async def kept(self) -> Backup | None:
        return await last_good(self.safe, self.seal)

    @property
    def trouble(self) -> str:
        return self.keeper.condition.trouble

    @property
    def waits(self) -> str:
        return self.keeper.condition.waits


async def test_a_good_pair_is_kept_sealed_and_opens_again() -> None:
    warden = Warden()

    await warden.look()

    found = await warden.kept()
    assert found is not None
    assert (found.pair, found.kept_at) == (a_pair(), NOW)
    assert (warden.keeper.condition.kept_at, warden.keeper.condition.opened_at) == (NOW, NOW)
    assert A_CA.key_pem.splitlines()[1] not in warden.safe.sealed
    assert A_CA.roots_pem not in warden.safe.sealed


async def test_beside_it_stands_in_public_which_pair_it_is_and_no_key() -> None:
    warden = Warden()

    await warden.look()

    told = read_note(warden.safe.note)
    assert told == a_backup().facts
    assert A_CA.key_pem.splitlines()[1].decode() not in warden.safe.note
    assert warden.keeper.known() == Observed(told)


async def test_a_pair_that_was_kept_before_anything_stood_beside_it_is_kept_again() -> None:
    warden = Warden()
    await warden.look()
    warden.safe.note = ""

    after_restart = Warden(safe=warden.safe)
    await after_restart.look()

    assert read_note(warden.safe.note) == a_backup().facts


async def test_a_pair_that_does_not_open_is_not_known() -> None:
    warden = Warden()
    await warden.look()
    warden.safe.sealed = b"\x01garbled"

    await warden.look(a_snapshot(accepted=None), later=timedelta(days=1))

    assert isinstance(warden.keeper.known(), Unobserved)


async def test_before_the_first_look_nobody_claims_that_nothing_is_kept() -> None:
    warden = Warden()
    before = warden.keeper.known()

    await warden.look(a_snapshot(accepted=None))

    assert isinstance(before, Unobserved)
    assert "not been looked at yet" in before.detail
    assert warden.keeper.known() == Observed(None)


async def test_what_is_gone_is_no_longer_known() -> None:
    warden = Warden()
    await warden.look()
    warden.safe.sealed, warden.safe.note = b"", ""

    await warden.look(a_snapshot(accepted=None), later=timedelta(days=1))

    assert warden.keeper.known() == Observed(None)


async def test_what_is_kept_is_known_also_while_the_pair_that_is_there_changes() -> None:
    warden = Warden()
    await warden.look()
    warden.safe.configmap_ca = A_CA.roots_pem

    await warden.look(a_snapshot(ca=ANOTHER_CA), later=timedelta(minutes=2))

    assert warden.waits == "the pair changed since it was looked at"
    assert warden.keeper.known() == Observed(a_backup().facts)


async def test_a_sweep_is_due_when_another_pair_can_come_back_and_only_then() -> None:
    warden = Warden()
    swept: list[str] = []
    warden.keeper.heard.add(lambda: swept.append(warden.trouble or warden.waits or "kept"))

    await warden.look(a_snapshot(accepted=None))
    assert swept == []

    await warden.look(later=timedelta(minutes=1))
    await warden.look(later=timedelta(days=1))
    assert swept == ["kept"]

    warden.safe.trouble = Forbidden("no")
    for _ in range(2):
        await warden.look(later=timedelta(days=1))
    assert swept == ["kept", "no"]


async def test_the_same_pair_is_not_written_again_by_this_bot_nor_by_the_next() -> None:
    warden = Warden()
    for _ in range(5):
        await warden.look(later=timedelta(minutes=2))

    after_restart = Warden(safe=warden.safe)
    await after_restart.look()

    assert warden.safe.written == 1
    assert after_restart.keeper.condition.opened_at == NOW


async def test_another_good_pair_takes_its_place() -> None:
    warden = Warden()
    await warden.look()

    warden.safe.live = a_pair(ANOTHER_CA)
    await warden.look(a_snapshot(ca=ANOTHER_CA), later=timedelta(minutes=2))

    found = await warden.kept()
    assert found is not None
    assert found.pair == a_pair(ANOTHER_CA)


async def test_nothing_is_tried_more_than_once_a_minute() -> None:
    warden = Warden(safe=FakeSafe(trouble=Forbidden("no")))
    await warden.look()
    warden.safe.trouble = None

    await warden.look(later=timedelta(seconds=30))
    assert warden.safe.written == 0

    await warden.look(later=timedelta(seconds=30))
    assert warden.safe.written == 1


async def test_once_a_day_it_is_opened_whatever_the_cluster_looks_like() -> None:
    warden = Warden()
    await warden.look()
    reads = warden.safe.reads

    await warden.look(a_snapshot(secret=unobserved()), later=timedelta(hours=23))
    assert warden.safe.reads == reads

    await warden.look(a_snapshot(secret=unobserved()), later=timedelta(hours=1))
    assert warden.keeper.condition.opened_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"accepted": accepted(ANOTHER_CA)}, "not the accepted one"),
        ({"accepted": None}, "not the accepted one"),
        ({"configmap": a_configmap(ANOTHER_CA.roots_pem)}, "differ"),
        ({"configmap": None}, "not seen completely"),
        ({"secret": unobserved()}, "not seen completely"),
        ({"secret": a_secret(key=ANOTHER_CA.key_pem)}, "not sound"),
        ({"ca": a_ca(expires_in=days(-1))}, "not sound"),
    ],
)
async def test_what_is_not_good_is_not_kept_and_the_doctor_hears_why(parts: dict[str, Any], why: str) -> None:
    warden = Warden()

    await warden.look(a_snapshot(**parts))

    assert warden.safe.written == 0
    assert why in warden.waits


async def test_what_is_not_good_never_replaces_what_is() -> None:
    warden = Warden()
    await warden.look()

    await warden.look(a_snapshot(ca=ANOTHER_CA, accepted=accepted(A_CA)), later=timedelta(minutes=5))

    assert warden.safe.written == 1
    assert warden.keeper.condition.opened_at is not None


async def test_during_a_rotation_nothing_is_kept() -> None:
    warden = Warden()
    await warden.look()
    warden.running, warden.safe.live = True, a_pair(ANOTHER_CA)

    await warden.look(a_snapshot(ca=ANOTHER_CA), later=timedelta(minutes=2))
    assert (warden.safe.written, warden.waits) == (1, "a rotation is under way")

    warden.running = False
    await warden.look(a_snapshot(ca=ANOTHER_CA), later=timedelta(minutes=2))
    assert (warden.safe.written, warden.waits) == (2, "")


async def test_a_pair_that_changed_since_the_look_is_not_kept() -> None:
    for safe in (FakeSafe(live=a_pair(ANOTHER_CA)), FakeSafe(configmap_ca=ANOTHER_CA.roots_pem)):
        warden = Warden(safe=safe)

        await warden.look()

        assert (safe.written, warden.waits) == (0, "the pair changed since it was looked at")


@pytest.mark.parametrize("trouble", [Forbidden("get secrets: forbidden"), Missing("no such Secret"), TimedOut("no answer")])
async def test_missing_rights_or_a_missing_secret_are_told_and_stop_nobody(trouble: Exception) -> None:
    warden = Warden(safe=FakeSafe(trouble=trouble))

    await warden.look()

    assert warden.trouble == str(trouble)


async def test_a_bug_stops_nobody() -> None:
    warden = Warden(safe=FakeSafe(trouble=ValueError("a bug")))

    await warden.look()

    assert "broke" in warden.trouble


async def test_a_write_that_arrives_as_something_else_is_trouble() -> None:
    warden = Warden(safe=FakeSafe(garbles=True))

    await warden.look()

    assert "does not open" in warden.trouble
    assert warden.keeper.condition.opened_at is None


async def test_what_another_key_sealed_is_told_while_nothing_good_is_there_and_replaced_when_it_is() -> None:
    before = Warden()
    await before.look()
    warden = Warden(safe=before.safe, seal=AesGcmSeal(b"l" * 32))

    await warden.look(a_snapshot(accepted=None))
    assert "another key" in warden.trouble

    await warden.look(later=timedelta(minutes=1))
    assert (warden.trouble, warden.safe.written) == ("", 2)


class AwaySeal:
    def seal(self, secret: bytes, about: str) -> bytes:
        raise Unreachable("the program that seals does not answer")

    def open(self, sealed: bytes, about: str) -> bytes:
        raise Unreachable("the program that seals does not answer")


async def test_while_whatever_opens_it_is_away_nothing_is_known_about_it_and_nothing_replaced() -> None:
    before = Warden()
    await before.look()
    warden = Warden(safe=before.safe, seal=AwaySeal())

    await warden.look()

    assert "does not answer" in warden.trouble
    assert warden.safe.written == 1


async def test_who_plans_gets_the_public_half_or_the_reason() -> None:
    warden = Warden()
    assert await warden.keeper.last_good() is None

    await warden.look()
    facts = await warden.keeper.last_good()
    assert facts is not None
    assert facts.identity == (accepted().roots, accepted().issuer)

    warden.safe.sealed = b"\x01garbled"
    with pytest.raises(Permanent, match="does not open"):
        await warden.keeper.last_good()
