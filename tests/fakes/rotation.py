"""What asking for a rotation needs: a look at the cluster that the test sets, and a seal that anybody could open."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.model.rotation import Plan, Unplannable
from bot.model.snapshot import Snapshot
from bot.usecases import renew
from tests.builders import a_snapshot


@dataclass
class Sight:
    """``now``: what is seen; ``trouble`` keeps it from being seen; ``gate`` holds whoever looks."""

    now: Snapshot = field(default_factory=a_snapshot)
    trouble: Exception | None = None
    gate: asyncio.Event | None = None
    looks: int = 0

    async def __call__(self) -> Snapshot:
        self.looks += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return self.now

    async def planned(self) -> Plan | Unplannable:
        return await renew.offered(self, timedelta(days=365))


class FakeSeal:
    def seal(self, secret: bytes, about: str) -> bytes:
        return about.encode() + secret

    def open(self, sealed: bytes, about: str) -> bytes:
        return sealed.removeprefix(about.encode())
