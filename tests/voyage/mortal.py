"""A rotation whose bot dies: at every write of the journal and of the cluster, before it and after it. Another bot takes its place.

`python -m tests.voyage.mortal [--stride N] [--seed S] [--losing-memory]` dies at every N-th point and prints a line of JSON for each death.
"""

import argparse
import asyncio
import base64
import itertools
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bot.model import pem, private_key
from bot.model.certificate import certificates
from bot.model.run import Stand, Way
from bot.ports import Hands, Journal
from tests.voyage.voyage import FOREIGN, Voyage, a_voyage

WRITES: Final = frozenset(
    ("write_configmap", "write_secret", "keep", "hold", "restart", "open_run", "write", "spend_key"),
)
OPEN_FOR: Final = timedelta(seconds=30)
"""So long at most a pair stays half written after another bot began."""
PACE: Final = timedelta(seconds=6)


class Killed(BaseException):
    """SIGKILL: nothing that the bot could catch."""


@dataclass(slots=True)
class Reaper:
    """Counts writes. ``at``: the number of the one at which it strikes, 0 never; ``after``: when it was done."""

    at: int = 0
    after: bool = False
    passed: int = 0
    what: str = ""
    said: list[str] = field(default_factory=list)

    def wrapped(self, real: Any) -> Any:
        return _Mortal(real, self)

    async def write(self, name: str, work: Callable[[], Any]) -> Any:
        self.passed += 1
        is_now = self.passed == self.at
        self.said.append(name)
        if is_now and not self.after:
            self._strike(name)
        found = await work()
        if is_now:
            self._strike(name)
        return found

    def _strike(self, name: str) -> None:
        self.what = f"{'after' if self.after else 'before'} {name}"
        raise Killed


class _Mortal:
    """Hands, or a journal, whose writes are counted."""

    def __init__(self, real: Hands | Journal, reaper: Reaper) -> None:
        self._real = real
        self._reaper = reaper

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in WRITES:
            return found

        async def counted(*args: Any, **how: Any) -> Any:
            return await self._reaper.write(name, lambda: found(*args, **how))

        return counted


@dataclass(slots=True)
class Witness:
    """What must never be, as it happens. ``gentle``: nobody may refuse anybody."""

    voyage: Voyage
    gentle: bool = True
    booted_at: Any = None
    troubles: list[str] = field(default_factory=list)
    _open_since: Any = None

    def look(self) -> None:
        voyage, now = self.voyage, self.voyage.clock.now()
        if self.gentle and (refused := voyage.town.refused()):
            self._trouble(f"refused {refused[:2]}")
        data = voyage.data()
        if {key: data.get(key) for key in FOREIGN} != FOREIGN:
            self._trouble("a key that is not ours was touched")
        self._open_since = (self._open_since or now) if voyage.is_open else None
        begun = max(self._open_since, self.booted_at or self._open_since) if self._open_since else now
        if now - begun > OPEN_FOR:
            self._trouble(f"the pair is open since {begun}")

    def _trouble(self, what: str) -> None:
        if len(self.troubles) < 5:
            self.troubles.append(f"{self.voyage.clock.now():%d %H:%M:%S} {what}")


async def deaths_of(**how: Any) -> tuple[str, ...]:
    """The writes of a rotation that nobody disturbs, in order."""
    reaper = Reaper()
    with tempfile.TemporaryDirectory() as folder:
        async with a_voyage(Path(folder), hands=reaper.wrapped, journal=reaper.wrapped, pace=PACE, **how) as voyage:
            await voyage.approve()
            file = await voyage.sail()
            assert file.run.stand is Stand.DONE, file.run.held
    return tuple(reaper.said)


async def lived(at: int, *, after: bool, losing_memory: bool = False, **how: Any) -> dict[str, object]:
    """A rotation whose bot dies there, carried on by another one to its end: what happened, and what should not have."""
    reaper = Reaper(at=at, after=after)
    with tempfile.TemporaryDirectory() as folder:
        async with a_voyage(Path(folder), hands=reaper.wrapped, journal=reaper.wrapped, pace=PACE, **how) as voyage:
            witness = Witness(voyage)
            voyage.watched.append(witness.look)
            await voyage.approve()
            try:
                await voyage.sail()
            except Killed:
                was_open = voyage.is_open
                # A kubelet needs a moment to start it again.
                voyage.pass_time(timedelta(seconds=5))
                if losing_memory:
                    await voyage.lose_memory()
                witness.booted_at = voyage.clock.now()
                await voyage.boot("another" if losing_memory else "bot")
                end = await _ended(voyage, losing_memory=losing_memory)
                return {
                    "at": at,
                    "death": reaper.what,
                    "open": was_open,
                    "end": end,
                    "troubles": witness.troubles,
                    "keys": _is_one_ca(voyage),
                }
    return {"at": at, "death": "", "open": False, "end": "done", "troubles": witness.troubles, "keys": True}


async def _ended(voyage: Voyage, *, losing_memory: bool) -> str:
    if losing_memory:
        return await _adopted(voyage)
    file = await voyage.sail()
    return file.run.stand.value


async def _adopted(voyage: Voyage) -> str:
    """Without a memory: nothing was changed, or the run is found and held, and an approver lets it go on."""
    for _ in range(12):
        await voyage.turn()
        file = await voyage.journal.latest_run("prod-eu")
        if file is not None and file.run.stand is Stand.HELD:
            await voyage.command(Way.RESUME)
            return f"held, then {(await voyage.sail()).run.stand.value}"
    has_changed = base64.b64decode(voyage.data()["ca.crt"]) != voyage.authority.ca or voyage.is_open
    return "changed and forgotten" if has_changed else "nothing was changed"


def _is_one_ca(voyage: Voyage) -> bool:
    """Whether the key in the Secret is that of the issuer beside it."""
    data = {name: base64.b64decode(value) for name, value in voyage.data().items()}
    return private_key.read_key(data["issuer.key"]).key_sha256 == certificates(pem.read(data["issuer.crt"]))[0].key_sha256


def points(writes: int, *, stride: int, offset: int) -> Iterator[tuple[int, bool]]:
    """Every ``stride``-th of all points, before and after."""
    every = itertools.product(range(1, writes + 1), (False, True))
    return itertools.islice(every, offset % stride, None, stride)


GOOD_ENDS: Final = frozenset(("done", "held, then done", "nothing was changed"))


def is_wrong(life: dict[str, object]) -> bool:
    """Whether it ended as none may."""
    return bool(life["troubles"]) or not life["keys"] or life["end"] not in GOOD_ENDS


async def _all(arguments: argparse.Namespace) -> int:
    how = {"apps": {"orders": 2}}
    said = await deaths_of(**how)
    _tell({"writes": len(said), "seed": arguments.seed, "stride": arguments.stride})
    wrong = 0
    for at, after in points(len(said), stride=arguments.stride, offset=arguments.seed):
        life = await lived(at, after=after, losing_memory=arguments.losing_memory, **how)
        wrong += is_wrong(life)
        _tell(life)
    _tell({"wrong": wrong})
    return 1 if wrong else 0


def _tell(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def main() -> int:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--losing-memory", action="store_true")
    return asyncio.run(_all(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
