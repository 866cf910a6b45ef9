"""Who is asked why something is broken: answers what the test says, and remembers what was asked."""

import asyncio
from dataclasses import dataclass, field

from bot.model.diagnosis import Diagnosis
from bot.model.targets import Unresolved


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
