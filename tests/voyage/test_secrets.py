"""No private key leaves a rotation, of whatever kind and however it goes wrong: every place is searched for every key all the way."""

import base64
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.rotation import Kind
from bot.model.run import Stand, Way
from tests.rig import canaries, keys_made
from tests.rig.canaries import Canary, heard
from tests.voyage.courses import SMALL, let_sentry_make_its_own
from tests.voyage.faults import Fault, Mishaps, now, turns
from tests.voyage.sinks import sinks
from tests.voyage.voyage import SEALED_WITH, Voyage, a_voyage

# A scan that does not find these has searched nothing.
ALWAYS_THERE = {
    *(
        "memory",
        "memory-wal",
        "Secret dapr-warden-staging",
        "Secret dapr-warden-backup",
        "ConfigMap dapr-trust-bundle",
        "Pod orders-5d9c7b6f8-0",
    ),
    *("snapshot", "report", "audit export", "card of the run", "run's report", "log", "repr"),
}
SOMETIMES = 12


def live_key(voyage: Voyage) -> bytes:
    return base64.b64decode(voyage.data()["issuer.key"])


class Search:
    """Looks everywhere, again and again; ``found``: what stood where it may not; ``searched``: where it looked."""

    def __init__(self, voyage: Voyage, made: Sequence[bytes], log: io.StringIO) -> None:
        self.voyage, self.made, self.log = voyage, made, log
        self.found: set[str] = set()
        self.searched: set[str] = set()
        self.written = 0
        self.keys: dict[bytes, Canary] = {voyage.authority.key: canaries.of_key("old issuer's key", voyage.authority.key)}
        self.sealing = canaries.of_bytes("sealing key", SEALED_WITH)

    async def look(self, *, since_ever: bool = False) -> None:
        for key in (*self.made, live_key(self.voyage)):
            if key not in self.keys:
                self.keys[key] = canaries.of_key(f"key {len(self.keys)}", key)
        since, self.written = 0 if since_ever else self.written, len(self.voyage.kube.store.changes)
        places = [*await sinks(self.voyage, since), ("log", self.log.getvalue().encode())]
        self.searched |= {name for name, content in places if content}
        self.found |= set(heard([*self.keys.values(), self.sealing], places))

    async def sail(self, most: int = 400) -> Stand:
        """To the end, or until it holds; searched now and then, and at the end."""
        for turn in range(most):
            await turns(self.voyage, 1)
            file = await self.voyage.journal.latest_run("prod-eu")
            is_over = file is not None and (file.run.is_over or file.run.stand is Stand.HELD)
            if is_over or turn % SOMETIMES == 0:
                await self.look(since_ever=is_over)
            if is_over:
                break
        return (await now(self.voyage)).run.stand

    @property
    def was_deaf(self) -> set[str]:
        """Where it should have looked, and keys that it would not know in the one place where they may be."""
        live = live_key(self.voyage)
        unknown = {"live key"} if not heard([self.keys[live]], [("Secret", self.voyage.data()["issuer.key"].encode())]) else set()
        return (ALWAYS_THERE - self.searched) | unknown


@pytest.mark.parametrize("fault", [None, Fault.UNHEARD])
async def test_no_key_leaves_a_cross_signed_rotation(tmp_path: Path, log: io.StringIO, fault: Fault | None) -> None:
    mishaps = Mishaps(fault or Fault.LOST, idle=True)
    with keys_made.listening() as made:
        async with a_voyage(tmp_path, hands=mishaps.wrapped, **SMALL) as voyage:
            search = Search(voyage, made, log)
            await voyage.keep_pair()
            await voyage.approve()
            await search.look()
            mishaps.idle = fault is None

            assert await search.sail() is Stand.DONE
            assert search.found == set()
            assert search.was_deaf == set()
            # The new root's key was among them: it is made first, and the live one is the issuer's.
            assert live_key(voyage) in made[1:]
            assert bool(mishaps.struck) is (fault is not None)


async def test_no_key_leaves_a_rotation_that_goes_back(tmp_path: Path, log: io.StringIO) -> None:
    with keys_made.listening() as made:
        async with a_voyage(tmp_path, **SMALL) as voyage:
            search = Search(voyage, made, log)
            await voyage.keep_pair()
            await voyage.approve()
            await voyage.sail(until=lambda file: "canary" in file.run.done)
            await search.look()
            await voyage.command(Way.REVERT)

            assert await search.sail() is Stand.REVERTED
            assert search.found == set()
            assert search.was_deaf == set()
            assert live_key(voyage) == voyage.authority.key


async def test_no_key_leaves_a_recovery(tmp_path: Path, log: io.StringIO) -> None:
    with keys_made.listening() as made:
        async with a_voyage(tmp_path, left=timedelta(days=-1), **SMALL) as voyage:
            search = Search(voyage, made, log)
            await voyage.approve()

            assert await search.sail() is Stand.DONE
            assert (await now(voyage)).run.kind is Kind.RECOVERY
            assert search.found == set()
            assert search.was_deaf <= {"Secret dapr-warden-backup"}
            assert live_key(voyage) in made[1:]


async def test_no_key_leaves_a_restore(tmp_path: Path, log: io.StringIO) -> None:
    with keys_made.listening() as made:
        async with a_voyage(tmp_path, **SMALL) as voyage:
            search = Search(voyage, made, log)
            await voyage.keep_pair()
            let_sentry_make_its_own(voyage)
            voyage.pass_time(timedelta(minutes=30))
            sentrys = live_key(voyage)
            await search.look()
            await voyage.approve()

            assert await search.sail() is Stand.DONE
            assert (await now(voyage)).run.kind is Kind.RESTORE
            assert search.found == set()
            assert search.was_deaf == set()
            assert sentrys in search.keys
            assert live_key(voyage) == voyage.authority.key != sentrys


async def test_a_rotation_that_is_aborted_leaves_no_key_either(tmp_path: Path, log: io.StringIO) -> None:
    with keys_made.listening() as made:
        async with a_voyage(tmp_path, **SMALL) as voyage:
            search = Search(voyage, made, log)
            await voyage.keep_pair()
            await voyage.approve()
            await voyage.sail(until=lambda file: "vouch" in file.run.done)
            await search.look()
            await voyage.command(Way.ABORT)

            assert await search.sail() is Stand.ABORTED
            assert search.found == set()
            assert search.was_deaf == set()
            assert len({*made, voyage.authority.key} - {*search.keys}) == 0
