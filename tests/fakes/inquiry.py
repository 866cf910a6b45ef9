"""Who is asked why, what was printed, which certificates there are: answers what the test says, and remembers what was asked."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.diagnosis.digesting import Digest
from bot.model.diagnosis import Diagnosis
from bot.model.inventory import Inventory, inventory
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from tests.unasked import a_snapshot


@dataclass
class FakeInquiry:
    answer: Diagnosis | Unresolved = field(default_factory=lambda: Unresolved(asked="nobody"))
    trouble: Exception | None = None
    slow: asyncio.Event | None = None
    asked: list[str] = field(default_factory=list)

    async def __call__(self, words: str) -> Diagnosis | Unresolved:
        self.asked.append(words)
        if self.slow is not None:
            await self.slow.wait()
        if self.trouble is not None:
            raise self.trouble
        return self.answer


@dataclass
class FakeLogInquiry:
    answer: Digest | Unresolved = field(default_factory=lambda: Unresolved(asked="nobody"))
    trouble: Exception | None = None
    slow: asyncio.Event | None = None
    asked: list[tuple[str, timedelta]] = field(default_factory=list)

    async def __call__(self, words: str, span: timedelta) -> Digest | Unresolved:
        self.asked.append((words, span))
        if self.slow is not None:
            await self.slow.wait()
        if self.trouble is not None:
            raise self.trouble
        return self.answer


@dataclass
class FakeCertificates:
    snapshot: Snapshot = field(default_factory=a_snapshot)
    trouble: Exception | None = None
    slow: asyncio.Event | None = None

    async def __call__(self) -> Inventory:
        if self.slow is not None:
            await self.slow.wait()
        if self.trouble is not None:
            raise self.trouble
        return inventory(self.snapshot, Policy())
