"""A rotation by Slack buttons in a town, dialled from before its approval to its last message.

As a command, at full size and with a kubelet's lags for each version of which there is a town:
``python -m tests.rig.rotations [--version 1.16.2] [--kills 30]``.
Prints what came of all calls; exit code 1 when one was lost.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.adapters.clock import SystemClock
from tests.certificates import a_key, a_root, an_issuer
from tests.rig.dapr import TrustBundle
from tests.rig.dialling import DialReport
from tests.rig.town import VERSIONS, Plan, Town, running_town
from tests.rig.town_bot import DONE, TownBot

LEAST_RATE, LONGEST_GAP, MOST_APART = 10.0, 60.0, 0.05
FEWEST = 300
LONGEST = 1800.0
"""Seconds that a rotation may take here, holds excluded: it holds at once what it cannot do."""
# Sentry that started just now may start again; the first pods of a town are as reliable as they will ever be.
SETTLED = timedelta(minutes=15)
_SHORTEST, _LIFE = 180.0, 6.0
"""Seconds that a rotation takes at full size at least, and of a life of the bot: kills come all over it, some while the bot starts."""


@dataclass(frozen=True)
class Rotated:
    """``seconds``: from the approval to the last message; ``kills``: how often the bot ended by SIGKILL meanwhile.

    ``leaks``: every secret that stood in something which the bot left or said.
    """

    report: DialReport
    seconds: float
    kills: int
    before: TrustBundle
    after: TrustBundle
    leaks: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What must not be, in words; empty when no call was lost, and enough calls were made to know it."""
        return (*self.losses, *self._gaps)

    @property
    def losses(self) -> tuple[str, ...]:
        """The same, whatever this machine had time for meanwhile."""
        report, roots = self.report, self.after.config_map["ca.crt"]
        found = (
            (bool(report.lost), f"{len(report.lost)} calls lost"),
            (report.dials < FEWEST, f"only {report.dials} calls"),
            (roots != self.after.secret["ca.crt"], "Secret and ConfigMap differ"),
            (self.before.config_map["ca.crt"] in roots, "the old root is still there"),
        )
        return (*(words for is_so, words in found if is_so), *self.leaks)

    @property
    def _gaps(self) -> tuple[str, ...]:
        report = self.report
        found = (
            (report.rate < LEAST_RATE, f"only {report.rate:.1f} calls a second"),
            (report.longest_gap > LONGEST_GAP, f"a pair was not called for {report.longest_gap:.0f} s"),
            (len(report.apart) + report.unasked >= report.dials * MOST_APART, f"{len(report.apart)} calls to who was not Ready or ended"),
        )
        return tuple(words for is_so, words in found if is_so)

    def __str__(self) -> str:
        killed = f", the bot killed {self.kills} times" if self.kills else ""
        return f"{self.seconds:.0f} s{killed}: {self.report}"


def a_ca(name: str, *, lasts: timedelta = timedelta(days=365)) -> TrustBundle:
    """Root and issuer of one's own, which end so long after now."""
    at = SystemClock().now().replace(microsecond=0)
    root = a_root(name, not_before=at - timedelta(days=1), not_after=at + lasts, key=a_key("p256", name))
    issuer = an_issuer(root, f"{name} issuer", not_before=at - timedelta(days=1), not_after=at + lasts)
    return TrustBundle.of(ca=root.pem, issuer=issuer.pem, key=issuer.key_pem)


def a_plan(version: str, *, lively: int, quiet: int) -> Plan:
    """A town in which a rotation can begin at once."""
    return Plan(version=version, lively=lively, quiet=quiet, bundle=a_ca("old"), age=SETTLED)


def full(version: str) -> Plan:
    """34 workloads, 20 pods of them with a real peer."""
    return a_plan(version, lively=10, quiet=24)


def brisk(plan: Plan) -> Plan:
    """The same town with everything in it that takes time cut short: mounts follow soon, certificates do not live for long."""
    return replace(plan, lag=(1.0, 10.0), ttl="30s")


async def rotated(folder: Path, plan: Plan, *, kills: int = 0, life: float = 0.0) -> Rotated:
    """The whole of it. ``kills``: how often the bot is killed at most, each time after about ``life`` seconds.

    AssertionError when the rotation holds.
    """
    with running_town(folder / "town", plan) as town:
        async with TownBot(town, folder / "bot") as bot:
            await bot.start()
            await bot.possible()
            return await _rotated(town, bot, kills, life)


async def _rotated(town: Town, bot: TownBot, kills: int, life: float) -> Rotated:
    before = town.bundle()
    town.dialler.open_books()
    await bot.rotate()
    began = time.monotonic()
    async with asyncio.TaskGroup() as together:
        killer = together.create_task(_kill(bot, kills, life))
        await bot.sees(DONE, within=LONGEST)
        killer.cancel()
    seconds = time.monotonic() - began
    report, after = town.dialler.report(), town.bundle()
    return Rotated(report, seconds, bot.kills, before, after, tuple(bot.leaks(before, after)))


async def _kill(bot: TownBot, kills: int, life: float) -> None:
    for _ in range(kills):
        await asyncio.sleep(random.SystemRandom().uniform(0.5 * life, 1.5 * life))
        await bot.kill()


def main() -> int:
    """Rotate and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.rotations", description="Rotate by Slack buttons while all pairs call.")
    parser.add_argument("--version", choices=VERSIONS, action="append")
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    wrong = False
    for version in options.version or VERSIONS:
        with tempfile.TemporaryDirectory() as name:
            found = asyncio.run(rotated(Path(name), full(version), kills=options.kills, life=max(_LIFE, _SHORTEST / (options.kills + 1))))
        faults = found.faults
        wrong = wrong or bool(faults)
        sys.stdout.write(f"{version}: {found}\n{''.join(f'  {fault}' + chr(10) for fault in faults)}")
        sys.stdout.flush()
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
